import Foundation
import GeneratorTesting
import GeneratorTransport
import ImageGenerators
import TestPace
import Testing

/// Files that a call takes, and files that it returns.
@Suite(.paced, .serialized) struct SpaceFilesTests {
    private let folder: TestFolder
    private let picture = LoopbackSpace.picture(prompt: "fox", seed: 1, width: 64, height: 64)

    init() throws { folder = try TestFolder() }

    private func run(_ url: String, _ data: String, _ words: String...) async -> CommandRun {
        await CommandRun.run(["space", url, "--data", data, "--output", folder.path] + words)
    }

    @Test func aLocalPictureIsUploaded() async throws {
        let space = try LoopbackSpace()
        let file = try folder.write(picture, "a fox.png")
        for data in ["[\"\(file)\", \"What?\"]", "{\"image\": \"\(file)\", \"question\": \"What?\"}"] {
            let run = await CommandRun.run([
                "space", space.url.absoluteString, "--endpoint", "5", "--data", data,
            ])
            #expect(run.output == "The picture is 64 by 64 pixels, a square. You asked: What?\n")
            #expect(run.errorLines.contains("Uploading a file"))
        }
    }

    @Test func filesThatCannotBeReadAreRefusedBeforeAnythingIsSent() async throws {
        let space = try LoopbackSpace()
        let good = try folder.write(picture, "good.png")
        for (path, reason) in [(folder.path + "/my fox.png", "does not exist"), (folder.path, "is a directory")] {
            let run = await CommandRun.run([
                "space", space.url.absoluteString, "--endpoint", "5", "--json", "--data", "[\"\(path)\", \"What?\"]",
            ])
            #expect(run.status == 66)
            let error = try #require(try run.objects().last)
            #expect(error.text("code") == "fileUnreadable")
            #expect(error.text("message") == "The file \(path) \(reason).")
        }
        // What else is wrong is found out before the upload.
        let run = await CommandRun.run([
            "space", space.url.absoluteString, "--endpoint", "5", "--data", "[\"\(good)\"]",
        ])
        #expect(run.status == 64)
        #expect(space.server.requests.allSatisfy { $0.method == "GET" })
    }

    @Test(arguments: ["image", "audio", "model3d", "file", "uploadbutton", "video"])
    func everyKindOfFileIsUploaded(_ kind: String) async throws {
        let echo = try EchoSpace(parameters: EchoSpace.parameters(("what", kind)), returns: []) { _ in [] }
        let file = try folder.write(Data("content".utf8), "thing.bin")
        let run = await run(echo.url, "[\"\(file)\"]", "--quiet")
        #expect(run.status == 0, "\(run.error)")
        let sent = try #require(echo.calls.first?.first)
        #expect(sent["path"] == "/tmp/up/thing.bin")
        #expect(sent["orig_name"] == "thing.bin")
        #expect(sent["meta"]?["_type"] == "gradio.FileData")
        #expect(sent["size"] == 7)
    }

    @Test("a picture at a URL or in base64 is uploaded, and another file is left for the app to fetch")
    func urlsAndBase64() async throws {
        let other = try LoopbackServer { [picture] _, responder in try await responder.respond(body: picture) }
        let echo = try EchoSpace(
            parameters: EchoSpace.parameters(("there", "image"), ("here", "image"), ("sound", "audio")), returns: []
        ) { _ in [] }
        let link = other.url.appending(path: "thing").absoluteString
        let run = await run(
            echo.url, "[\"\(link)\", \"\(picture.base64EncodedString())\", \"\(link)\"]", "--quiet")
        #expect(run.status == 0, "\(run.error)")
        let sent = try #require(echo.calls.first)
        #expect(sent.prefix(2).map { $0["path"] } == ["/tmp/up/image.png", "/tmp/up/file.png"])
        #expect(sent[2] == ["path": .string(link), "meta": ["_type": "gradio.FileData"]])
        #expect(other.requests.count == 1)
    }

    @Test func listsOfFilesAndGalleries() async throws {
        let echo = try EchoSpace(
            parameters: EchoSpace.parameters(("files", "file"), ("pictures", "gallery")), returns: []
        ) { _ in [] }
        let file = try folder.write(picture, "a.png")
        let there = EchoSpace.file("/tmp/there.png")
        let run = await run(echo.url, "[[\"\(file)\", \(there.text)], [\"\(file)\"]]", "--quiet")
        #expect(run.status == 0, "\(run.error)")
        let sent = try #require(echo.calls.first)
        #expect(sent[0][0]?["path"] == "/tmp/up/a.png")
        #expect(sent[0][0]?["mime_type"] == "image/png")
        #expect(sent[0][1] == there)
        #expect(sent[1][0]?["image"]?["path"] == "/tmp/up/a.png")
    }

    @Test func untilGradio6AVideoStandsBesideItsSubtitles() async throws {
        let echo = try EchoSpace(version: "5.50.0", parameters: EchoSpace.parameters(("v", "video")), returns: []) {
            _ in []
        }
        let file = try folder.write(Data("film".utf8), "film.mp4")
        #expect(await run(echo.url, "[\"\(file)\"]", "--quiet").status == 0)
        #expect(echo.calls.first?.first?["video"]?["path"] == "/tmp/up/film.mp4")
    }

    @Test func aTextStaysAText() async throws {
        let echo = try EchoSpace(parameters: EchoSpace.parameters(("text", "textbox")), returns: ["textbox"])
        let file = try folder.write(Data("content".utf8), "note.txt")
        let run = await run(echo.url, "[\"\(file)\"]", "--quiet")
        #expect(run.output == file + "\n")
        #expect(!echo.server.requests.contains { $0.path.hasSuffix("/upload") })
    }

    private func answering(
        _ values: [JSONValue], files: [String: (type: String, body: Data)] = [:]
    ) throws -> EchoSpace {
        try EchoSpace(parameters: [], returns: values.map { _ in "json" }, files: files) { _ in values }
    }

    @Test func filesOfAnyKindAreSavedUnderTheEndpointsName() async throws {
        let sound = Data("RIFF sound".utf8)
        let echo = try answering(
            [
                EchoSpace.file("/tmp/x/..a b.wav"), EchoSpace.file("/tmp/picture.png"),
                ["video": EchoSpace.file("/tmp/film.mp4"), "subtitles": nil], EchoSpace.file("/tmp/plain"),
                EchoSpace.file("/tmp/odd.s/h$"),
            ],
            files: [
                ".wav": ("audio/wav", sound), ".png": ("image/png", picture), ".mp4": ("video/mp4", Data("film".utf8)),
                "/plain": ("text/plain", Data("text".utf8)), "h$": ("text/plain", Data("odd".utf8)),
            ])
        let run = await run(echo.url, "[]", "--quiet")
        #expect(run.status == 0, "\(run.error)")
        let names = ["echo.wav", "echo.png", "echo.mp4", "echo.bin", "echo-2.bin"]
        #expect(run.outputLines == names.map { "\(folder.path)/\($0)" })
        #expect(try folder.data("echo.wav") == sound)
        #expect(try folder.data("echo.png") == picture)
        #expect(folder.names == names.sorted())
    }

    @Test func aPictureIsSavedAsOneWhateverItIsCalled() async throws {
        for name in ["picture", "p.png.tmp", "p.jfif", "p.webp"] {
            let echo = try answering([EchoSpace.file("/tmp/\(name)")], files: [name: ("", picture)])
            let folder = try TestFolder()
            let run = await CommandRun.run([
                "space", echo.url, "--data", "[]", "--output", folder.path, "--quiet",
            ])
            #expect(run.status == 0, "\(run.error)")
            #expect(folder.names == ["echo.png"])
        }
    }

    @Test func theLargestDownloadIsAnOption() async throws {
        let files = [".wav": (type: "audio/wav", body: Data("RIFF sound".utf8))]
        for (limit, status) in [("9", 65), ("10", 0), ("0", 64), ("many", 64)] as [(String, Int32)] {
            let echo = try answering([EchoSpace.file("/tmp/a.wav")], files: files)
            let run = await run(echo.url, "[]", "--quiet", "--max-download", limit)
            #expect(run.status == status, "\(run.error)")
            if status == 65 { #expect(run.error.contains("--max-download")) }
        }
        #expect(folder.names == ["echo.wav"])
    }

    @Test func aPathThatLeadsToAnotherRouteIsNotFetched() async throws {
        let echo = try answering([EchoSpace.file("/tmp/x/../../../login")])
        let run = await run(echo.url, "[]", "--quiet")
        #expect(run.status == 65)
        #expect(!echo.server.requests.contains { $0.path.contains("login") })
    }

    @Test func bytesThatCameWithTheAnswerAreSavedToo() async throws {
        let echo = try answering([.string("data:image/png;base64," + picture.base64EncodedString())])
        let run = await run(echo.url, "[]", "--quiet")
        #expect(run.output == "\(folder.path)/echo.png\n")
        #expect(try folder.data("echo.png") == picture)
    }

    @Test func whatIsNotMadeOfFilesIsPrintedAsItIs() async throws {
        let echo = try answering([
            "Two\nlines\u{1B}[2J", 2.5, nil, ["name": "Bob", "url": "http://x"], [], "ends itself\n",
        ])
        let run = await run(echo.url, "[]", "--quiet")
        #expect(run.status == 0)
        let expected = """
            Two
            lines [2J
            2.5
            null
            {"name":"Bob","url":"http://x"}
            []
            ends itself

            """
        #expect(run.output == expected)
        #expect(folder.names == [])
    }

    @Test func aFileWithinAnythingElseIsSavedAndNamedBesideIt() async throws {
        let chat: JSONValue = [["role": "user", "content": EchoSpace.file("/tmp/a.png")], ["role": "assistant"]]
        let update: JSONValue = ["__type__": "update", "value": EchoSpace.file("/tmp/b.png"), "visible": true]
        let editor: JSONValue = ["background": nil, "layers": [EchoSpace.file("/tmp/c.png")], "composite": nil]
        let echo = try answering([chat, update, editor], files: [".png": ("image/png", picture)])
        let run = await run(echo.url, "[]", "--quiet")
        #expect(run.status == 0, "\(run.error)")
        let places = ["echo.png", "echo-2.png", "echo-3.png"].map { "\(folder.path)/\($0)" }
        #expect(run.outputLines == [places[0], chat.text, places[1], places[2]])
        #expect(folder.names.count == 3)
    }

    @Test func aPageIsNeverSavedAsAFile() async throws {
        for path in ["/tmp/a.wav", "/tmp/a.png"] {
            let page = ("text/html", Data("<html>expired</html>".utf8))
            let echo = try answering([EchoSpace.file(path)], files: [".wav": page, ".png": page])
            let run = await run(echo.url, "[]", "--json")
            #expect(run.status == 65)
            // What was made is told nevertheless.
            #expect(try run.objects().suffix(2).map { $0.text("type") } == ["output", "error"])
            #expect(try run.objects("output").first?.list("files").first?.names == ["output", "url"])
            #expect(try run.objects().last?.text("code") == "invalidResponse")
        }
        #expect(folder.names == [])
    }

    @Test func aFileIsNotFetchedFromAPrivateNetwork() async throws {
        let echo = try answering([EchoSpace.file("http://10.0.0.1/a.wav")])
        let run = await run(echo.url, "[]", "--json", "--retries", "0")
        #expect(run.status == 65)
        #expect(try run.objects().last?.text("code") == "unsafeURL")
    }

    @Test func aFolderThatCannotBeMadeIsNoticedBeforeAnythingIsSent() async throws {
        let echo = try answering([])
        let blocker = try folder.write(Data(), "file")
        let run = await CommandRun.run(["space", echo.url, "--data", "[]", "--output", blocker + "/sub"])
        #expect(run.status == 73)
        #expect(echo.server.requests.isEmpty)
    }
}
