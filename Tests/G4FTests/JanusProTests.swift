import Foundation
import G4F
import GeneratorTesting
import GeneratorTransport
import Gradio
import ProviderRuns
import TestPace
import Testing

@Suite("Janus-Pro-7B", .paced)
struct JanusProTests {
    private func provider(
        _ space: SpaceServer, _ configure: (inout GenerationEnvironment) -> Void = { _ in }
    ) -> JanusProProvider {
        JanusProProvider(
            url: space.url, hubURL: space.url.appending(path: "hub"),
            environment: .test(GenerationCredentials(apiKey: Secret("key")), configure))
    }

    private let picture = ImageInput.data(SpaceServer.png)

    // MARK: Which model

    private static let talk: [ChatMessage] = [.user("a dog"), .assistant("here"), .user("no, a cat")]

    @Test(
        "a named model decides; without a name a prompt by itself means a picture",
        arguments: [
            (nil, "a cat", [], false, 3), ("", "a cat", [], false, 3), ("janus-pro-7b-image", "a cat", [], false, 3),
            ("janus-pro-7b", "a cat", [], false, 2), (nil, nil, [.user("a cat")], false, 2),
            (nil, nil, talk, false, 2), (nil, "a cat", talk, false, 3), ("janus-pro-7b-image", nil, talk, false, 3),
            ("janus-pro-7b", "a cat", talk, false, 2), (nil, "what is it?", [], true, 2),
            (nil, nil, [.user("what is it?")], true, 2), ("janus-pro-7b-image", "a cat", [], true, 3),
        ] as [(String?, String?, [ChatMessage], Bool, Int)])
    func model(_ name: String?, _ prompt: String?, _ messages: [ChatMessage], _ hasImage: Bool, _ id: Int) async throws
    {
        let space = try SpaceServer.janus()
        var request = GenerationRequest(messages: messages, prompt: prompt, model: name)
        if hasImage { request.inputImages = [picture] }
        let run = await provider(space).run(request)
        #expect(run.error == nil)
        #expect(space.jobs.map { $0.body["fn_index"] } == [.integer(id)])
        #expect(run.images.isEmpty == (id == 2))
        #expect(run.texts.isEmpty == (id == 3))
    }

    @Test("another model is refused before anything is sent")
    func unknownModel() async throws {
        let space = try SpaceServer.janus()
        let run = await provider(space).run(GenerationRequest(prompt: "x", model: "flux"))
        #expect(run.failure?.code == .unknownModel)
        #expect(space.server.requests.isEmpty)
    }

    // MARK: Pictures

    @Test("a gallery, made of the arguments that were asked for")
    func gallery() async throws {
        let space = try SpaceServer.janus()
        var request = GenerationRequest(prompt: "a cat")
        request.seed = 11
        request.guidance = 7.5
        let run = await provider(space).run(request)
        #expect(run.error == nil)
        let job = try #require(space.jobs.first)
        #expect(job.arguments == ["a cat", 11, 7.5, 1])
        #expect(job.body["trigger_id"] == 20)
        #expect(space.server.requests.first { $0.path.hasSuffix("/join") }?.header("x-zerogpu-token") == "key")
        let response = try #require(run.images.first)
        #expect(run.images.count == 1)
        #expect(response.images.count == 2)
        #expect(response.images.allSatisfy { $0.seed == 11 })
        #expect(response.model == "janus-pro-7b-image")
        #expect(response.provider == "janus-pro")
        #expect(response.alt == "a cat")
        #expect(try await response.images[1].load().data == SpaceServer.png)
        #expect(run.statuses == ["Connecting to the Space", "Finished"])
        // One for each of the messages that say something.
        #expect(run.warnings.isEmpty)
    }

    @Test("an empty gallery, an empty answer and no answer are failures")
    func empty() async throws {
        for (answer, words) in [
            ("[[]]", "an empty gallery"), ("[\"\"]", "without an answer"), ("[null]", "without an answer"),
            ("[]", "without an answer"), ("[[{\"image\":null}]]", "an empty gallery"),
        ] {
            let space = try SpaceServer.janus { [$0.completed(answer)] }
            let run = await provider(space).run(GenerationRequest(prompt: "a cat"))
            #expect(run.failure?.code == .noImage, "\(answer)")
            #expect(run.failure?.message.contains(words) == true, "\(answer)")
            #expect(run.failure?.wasAccepted == true)
            #expect(!run.statuses.contains("Finished"))
        }
    }

    @Test("a picture's prompt is the last user messages")
    func picturePrompt() async throws {
        let space = try SpaceServer.janus()
        let messages = Self.talk + [.user(" in the rain ")]
        _ = await provider(space).run(GenerationRequest(messages: messages, model: "janus-pro-7b-image"))
        _ = await provider(space).run(
            GenerationRequest(messages: messages, prompt: "a bird", model: "janus-pro-7b-image"))
        #expect(space.jobs.map(\.arguments.first) == ["no, a cat\nin the rain", "a bird"])
    }

    // MARK: Text

    @Test("a text, asked for with a single message or with the whole conversation")
    func text() async throws {
        let space = try SpaceServer.janus()
        var request = GenerationRequest(messages: [.user(" What is this? ")])
        request.seed = 5
        let run = await provider(space).run(request)
        #expect(run.error == nil)
        #expect(run.texts == ["An answer."])
        #expect(run.images.isEmpty)
        #expect(run.statuses == ["Connecting to the Space", "Finished"])
        _ = await provider(space).run(GenerationRequest(messages: Self.talk))
        let body = try #require(space.jobs.first?.body)
        #expect(space.jobs[0].arguments == [nil, " What is this? ", 5, 0.95, 0.1])
        #expect(body["trigger_id"] == 10)
        #expect(space.jobs[1].arguments[1] == "User: a dog\nAssistant: here\nUser: no, a cat\nAssistant:")
        let silent = await provider(space).run(GenerationRequest(messages: [.user("  ")]))
        #expect(silent.failure?.code == .invalidRequest)
        #expect(space.jobs.count == 2)
    }

    @Test("an exception's name is explained where a picture was missing")
    func attributeError() async throws {
        let space = try SpaceServer.janus { [$0.failed("AttributeError")] }
        let blind = await provider(space).run(GenerationRequest(messages: [.user("what is it?")]))
        #expect(blind.failure?.code == .generationFailed)
        #expect(
            blind.failure?.message == "The Space found no picture to look at: give it one. (AttributeError)")
        #expect(blind.failure?.wasAccepted == true)
        var seeing = GenerationRequest(messages: [.user("what is it?")])
        seeing.inputImages = [picture]
        #expect(await provider(space).run(seeing).failure?.message == "AttributeError")
        let painter = await provider(space).run(GenerationRequest(prompt: "a cat"))
        #expect(painter.failure?.message == "AttributeError")
    }

    // MARK: Seeds

    @Test("a seed of its own lies where the page draws it, as far as the Space takes that")
    func seeds() async throws {
        for (range, expected) in [
            (0.0...2_147_483_647.0, 1000...999_999), (0...5000, 1000...5000), (0...99, 0...99),
            (2_000_000...2_000_001, 2_000_000...2_000_001),
        ] {
            let space = try SpaceServer.janus(seeds: range)
            for prompt in ["a cat", "a dog"] { _ = await provider(space).run(GenerationRequest(prompt: prompt)) }
            _ = await provider(space).run(GenerationRequest(messages: [.user("what?")]))
            let seeds = space.jobs.compactMap { $0.arguments[$0.body["fn_index"] == 3 ? 1 : 2].integer }
            #expect(seeds.count == 3)
            #expect(seeds.allSatisfy { expected.contains($0) }, "\(seeds) in \(expected)")
        }
    }

    @Test("a seed that the Space does not take is folded into its range, with a warning")
    func foldedSeed() async throws {
        let space = try SpaceServer.janus(seeds: 0...99)
        var request = GenerationRequest(prompt: "a cat")
        request.seed = 107
        request.count = 2
        let run = await provider(space).run(request)
        #expect(space.jobs.map { $0.arguments[1] } == [7, 8])
        #expect(run.warnings.map(\.setting) == ["seed", "seed"])
        #expect(run.images.flatMap(\.images).map(\.seed) == [7, 7, 8, 8])
    }

    // MARK: Input pictures

    @Test("bytes, files and addresses are uploaded first")
    func uploads() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("my cat.png")
        try SpaceServer.png.write(to: file)
        let space = try SpaceServer.janus()
        for (input, name) in [
            (picture, "image.png"), (.file(file), "my cat.png"),
            (.remote(space.url.appending(path: "gradio_api/file=/far.png")), "image.png"),
        ] {
            var request = GenerationRequest(prompt: "what is it?")
            request.inputImages = [input]
            let run = await provider(space).run(request)
            #expect(run.error == nil)
            #expect(run.texts == ["An answer."])
            let upload = try #require(space.server.requests.last { $0.path == "/gradio_api/upload" })
            #expect(upload.body.range(of: SpaceServer.png) != nil)
            #expect(upload.body.range(of: Data("filename=\"\(name)\"".utf8)) != nil)
            #expect(upload.header("x-zerogpu-token") == nil)
            let argument = try #require(space.jobs.last?.arguments.first)
            #expect(argument["path"] == .string("/tmp/gradio/u/\(name)"))
            #expect(argument["meta"] == ["_type": "gradio.FileData"])
            #expect(argument["mime_type"] == "image/png")
            #expect(argument["orig_name"] == .string(name))
            #expect(argument["size"] == .integer(SpaceServer.png.count))
        }
        let far = try #require(space.server.requests.first { $0.path == "/gradio_api/file=/far.png" })
        #expect(far.header("x-zerogpu-token") == nil)
    }

    @Test("of several pictures the last one goes out, with a warning")
    func several() async throws {
        let space = try SpaceServer.janus()
        var first = ChatMessage.user("look")
        first.parts.append(.image(.data(SpaceServer.png + [1])))
        var request = GenerationRequest(messages: [first, .user("and this?")])
        request.inputImages = [picture]
        let run = await provider(space).run(request)
        #expect(run.error == nil)
        #expect(run.warnings.map(\.kind) == [.unsupported])
        #expect(run.warnings.first?.setting == "inputImages")
        #expect(run.warnings.first?.requested == 2)
        #expect(run.warnings.first?.used == 1)
        let uploads = space.server.requests.filter { $0.path == "/gradio_api/upload" }
        #expect(uploads.count == 1)
        #expect(uploads.first?.body.range(of: SpaceServer.png + Data("\r\n--".utf8)) != nil)
        // The model that paints takes none.
        var painting = GenerationRequest(prompt: "a cat", model: "janus-pro-7b-image")
        painting.inputImages = [picture]
        let painted = await provider(space).run(painting)
        #expect(painted.warnings.map(\.setting) == ["inputImages"])
        #expect(space.server.requests.filter { $0.path == "/gradio_api/upload" }.count == 1)
    }

    @Test("what cannot be read, or is no picture, is refused before anything is sent")
    func unreadable() async throws {
        let space = try SpaceServer.janus()
        let here = URL(fileURLWithPath: #filePath)
        for input: ImageInput in [
            .file(URL(fileURLWithPath: "/nonexistent/cat.png")), .file(here), .data(Data("text".utf8)), .data(Data()),
            .file(here.deletingLastPathComponent()),
        ] {
            var request = GenerationRequest(prompt: "what is it?")
            request.inputImages = [input]
            let run = await provider(space).run(request)
            #expect(run.failure?.code == .fileUnreadable)
            #expect(run.failure?.wasAccepted == false)
        }
        #expect(space.server.requests.isEmpty)
    }

    @Test("a picture may come through a pipe; one that never comes is waited for until the deadline")
    func pipe() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("janus-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // One for each run: the reader that gave up may still be there, and would take what the next one waits for.
        let silentPipe = folder.appendingPathComponent("silent.png"), pipe = folder.appendingPathComponent("pipe.png")
        for file in [silentPipe, pipe] { try #require(mkfifo(file.path, 0o600) == 0) }
        let space = try SpaceServer.janus()
        var request = GenerationRequest(prompt: "what is it?")
        request.inputImages = [.file(silentPipe)]
        let clock = ManualClock(), first = request
        async let silent = provider(space) { $0.clock = GeneratorClock(clock) }.run(first)
        // The deadline is the only wait on this clock.
        await clock.waitForSleepers()
        clock.advance(by: .seconds(300))
        #expect(await silent.failure?.code == .timedOut)
        #expect(space.server.requests.isEmpty)
        let writing = Task {
            try await blocking {
                let handle = try FileHandle(forWritingTo: pipe)
                try handle.write(contentsOf: SpaceServer.png)
                try handle.close()
            }
        }
        request.inputImages = [.file(pipe)]
        let run = await provider(space).run(request)
        try await writing.value
        #expect(run.error == nil, "\(String(describing: run.error))")
        let sent = try #require(space.server.requests.first { $0.path.hasSuffix("/upload") })
        #expect(sent.body.range(of: SpaceServer.png) != nil)
    }

    @Test("an address that leads to no picture submits nothing")
    func unreachable() async throws {
        let space = try SpaceServer.janus()
        var request = GenerationRequest(prompt: "what is it?")
        request.inputImages = [.remote(space.url.appending(path: "gradio_api/file=/far.png"))]
        let small = provider(space) { $0.downloads = DownloadPolicy(maximumBytes: 10) }
        #expect(await small.run(request).failure?.code == .responseTooLarge)
        request.inputImages = [.remote(space.url.appending(path: "config"))]
        let run = await provider(space).run(request)
        #expect(run.failure?.code == .invalidResponse)
        #expect(run.failure?.wasAccepted == false)
        #expect(space.jobs.isEmpty)
    }

    // MARK: Options

    @Test("options are sent, and set by their names")
    func options() async throws {
        let space = try SpaceServer.janus()
        var options = JanusProOptions()
        try options.set("topP", to: 0.5)
        try options.set("temperature", to: 1)
        try options.set("imageTemperature", to: 0)
        #expect(options.topP == 0.5 && options.temperature == 1 && options.imageTemperature == 0)
        var text = GenerationRequest(messages: [.user("what?")])
        text[options: JanusProProvider.self] = options
        _ = await provider(space).run(text)
        var picture = GenerationRequest(prompt: "a cat")
        picture[options: JanusProProvider.self] = options
        _ = await provider(space).run(picture)
        #expect(space.jobs.first?.arguments.suffix(2) == [0.5, 1])
        #expect(space.jobs.last?.arguments.suffix(2) == [5, 0])
    }

    @Test(
        "what is no option, or no value of it, is refused",
        arguments: [("topK", 1), ("topP", 1.5), ("topP", -0.1), ("temperature", "x"), ("imageTemperature", nil)]
            as [(String, JSONValue)])
    func wrongOptions(_ name: String, _ value: JSONValue) throws {
        var options = JanusProOptions()
        let error = try #require(throws: GenerationError.self) { try options.set(name, to: value) }
        #expect(error.code == .invalidRequest)
        #expect(error.message.contains(name))
        #expect(
            error.message.contains(
                name == "topK" ? "The options are: imageTemperature, temperature, topP." : "a number from 0 to 1"))
        #expect(options.topP == 0.95 && options.temperature == 0.1 && options.imageTemperature == 1)
    }

    @Test("leaving the loop tells the server")
    func cancelled() async throws {
        let space = try SpaceServer.janus { [$0.message("process_starts")] }
        var request = GenerationRequest(messages: [.user("what?")])
        var options = JanusProOptions()
        options.conversation = JanusProConversation()
        request[options: JanusProProvider.self] = options
        // On a clock that stands still there is time enough to tell it.
        let stream = provider(space) { $0.clock = GeneratorClock(ManualClock()) }.createAsyncGenerator(request)
        for try await event in stream {
            if case .reasoning(let status) = event, status.status == "Generating" { break }
        }
        await stream.cancel()
        try await space.server.waitUntil { $0.requests.last?.path == "/gradio_api/cancel" }
        let sent = try #require(space.server.requests.last)
        let job = try #require(space.jobs.first)
        #expect(
            try JSONValue(parsing: sent.body)
                == ["session_hash": .string(job.session), "fn_index": 2, "event_id": "e1"])
        try await space.server.waitUntil { $0.openConnections <= 1 }
        // A turn that was given up leaves nothing.
        #expect(options.conversation?.sessionID == nil)
    }
}
