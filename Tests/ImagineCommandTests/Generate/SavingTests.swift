import Foundation
import GeneratorTesting
import TestPace
import Testing

@Suite(.paced, .serialized) struct SavingTests {
    private let space: LoopbackSpace
    private let folder: TestFolder

    init() throws {
        space = try LoopbackSpace()
        folder = try TestFolder()
    }

    private func run(_ prompt: String, output: String, url: String? = nil) async -> CommandRun {
        await CommandRun.run([
            prompt, "--seed", "3", "--width", "256", "--height", "256", "--json", "--output", output,
            "--base-url", url ?? space.url.absoluteString,
        ])
    }

    private func file(_ run: CommandRun) throws -> String? {
        try run.objects("image").first?.list("images").first?.text("file")
    }

    @Test func foldersAreMade() async throws {
        let run = await run("harbour", output: folder.path + "/a/b c/d")
        #expect(run.status == 0)
        #expect(try file(run) == folder.path + "/a/b c/d/harbour-3.png")
        #expect(try folder.data("a/b c/d/harbour-3.png").count > 100)
    }

    @Test func noFileIsEverOverwritten() async throws {
        try folder.write(Data("mine".utf8), "harbour-3.png")
        let names = try await [
            file(run("harbour", output: folder.path)), file(run("harbour", output: folder.path)),
        ].map { $0.map { ($0 as NSString).lastPathComponent } }
        #expect(names == ["harbour-3-2.png", "harbour-3-3.png"])
        #expect(try folder.text("harbour-3.png") == "mine")
        #expect(folder.names == ["harbour-3-2.png", "harbour-3-3.png", "harbour-3.png"])
    }

    @Test(arguments: [
        ("../../etc/passwd", "etc-passwd-3.png"),
        (
            "A QUIET harbour — at dawn, with boats & more boats, and gulls",
            "a-quiet-harbour-at-dawn-with-boats-more-3.png"
        ),
        ("🌊🌊🌊", "image-3.png"),
        ("静かな港", "静かな港-3.png"),
        (String(repeating: "o", count: 300), String(repeating: "o", count: 24) + "-3.png"),
        ("-rf", "rf-3.png"),
    ]) func filesAreNamedAfterThePrompt(prompt: String, name: String) async throws {
        let run = await CommandRun.run([
            "--seed", "3", "--width", "256", "--height", "256", "--output", folder.path, "--quiet",
            "--base-url", space.url.absoluteString, "--", prompt,
        ])
        #expect(run.status == 0)
        #expect(folder.names == [name])
    }

    @Test func aFolderThatCannotBeMadeIsNoticedBeforeAnythingIsSent() async throws {
        let blocker = try folder.write(Data(), "file")
        for output in [blocker, blocker + "/sub/folder"] {
            let run = await run("harbour", output: output)
            #expect(run.status == 73)
            let error = try #require(try run.objects().last)
            #expect(error.text("code") == "fileUnwritable")
            #expect(error.text("message") == "No picture can be written into \(output): \(blocker) is not a directory.")
            #expect(error.truth("accepted") == false)
        }
        #expect(space.server.requests.isEmpty)
    }

    @Test func aFolderThatTakesNoFilesIsNoticedBeforeAnythingIsSent() async throws {
        let link = folder.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path + "/nowhere")
        var cases = [
            (link, "\(link) is a link that leads nowhere"), (link + "/sub", "\(link) is a link that leads nowhere"),
        ]
        #if os(Linux)
            // Also for who may do everything there is no file to be made here.
            cases.append(("/proc/pictures", "nothing can be made in /proc"))
        #endif
        for (output, reason) in cases {
            let run = await run("harbour", output: output)
            #expect(run.status == 73)
            let error = try #require(try run.objects().last)
            #expect(error.text("message") == "No picture can be written into \(output): \(reason).")
            #expect(error["remedy"] == nil, "The message says it all.")
        }
        #expect(space.server.requests.isEmpty)
        #expect(folder.names == ["link"], "Nothing stays of trying it out.")
    }

    @Test func whereTheFolderIsInOrderNothingIsLeftOfTryingItOut() async throws {
        let closed = try ClosedPort()
        for output in [folder.path, folder.path + "/new/folder"] {
            let run = await CommandRun.run(
                ["harbour", "--output", output, "--base-url", closed.url, "--retries", "0"])
            #expect(run.status == 69)
        }
        #expect(folder.names == [])
    }

    @Test func aPictureThatCannotBeSavedIsReportedNevertheless() async throws {
        // The folder is in order when the command starts, and gone bad when the picture is there.
        let output = folder.path + "/pictures"
        let front = try FrontServer { request, _, _ in
            if request.method == "POST" { try Data().write(to: URL(fileURLWithPath: output)) }
            return false
        }
        let run = await run("harbour", output: output, url: front.url)
        #expect(run.status == 73)
        let objects = try run.objects()
        #expect(objects.suffix(2).map { $0.text("type") } == ["image", "error"])
        let picture = try #require(try run.objects("image").first?.list("images").first)
        #expect(picture.text("url")?.hasPrefix(front.url) == true)
        #expect(picture.text("file") == nil)
        #expect(objects.last?.text("code") == "fileUnwritable")
        #expect(objects.last?.truth("accepted") == true)
    }

    @Test func aPageIsNeverSavedAsAPicture() async throws {
        let front = try FrontServer { request, responder, _ in
            guard request.path.contains("file=") else { return false }
            try await responder.respond(headers: [("content-type", "image/png")], body: "<html>expired</html>")
            return true
        }
        let run = await run("harbour", output: folder.path, url: front.url)
        #expect(run.status == 65)
        #expect(try run.objects().last?.text("code") == "invalidResponse")
        #expect(folder.names == [])
    }
}
