import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import Gradio
import TestPace
import Testing

@Suite(.paced)
struct GenerationEngineTests {
    private struct Odd: Error {}

    private let prompt = "A very private prompt about a harbour"

    private func failure(
        _ prompt: String = "A fox", _ script: @escaping ScriptedProvider.Script
    ) async throws -> GenerationError {
        try await ScriptedProvider(sealed: nil, script).createAsyncGenerator(prompt: prompt).failure()
    }

    // MARK: Errors

    @Test func aRunWithoutAResult() async throws {
        let error = try await failure { _, context in try await context.status("done") }
        #expect(error.code == .noImage)
        #expect(error.provider == "scripted")
        let empty = try await failure { _, context in
            try await context.yield(.image(ImageResponse(images: [], alt: "")))
        }
        #expect(empty.code == .noImage)
        let silent = try await failure { _, context in try await context.yield(.text("")) }
        #expect(silent.code == .noImage)
    }

    @Test func unknownErrorsAreWrapped() async throws {
        let error = try await failure { _, _ in throw Odd() }
        #expect(error.code == .invalidResponse)
        #expect(error.underlying is Odd)
        #expect(error.provider == "scripted")
        #expect(error.wasAccepted == false)
    }

    @Test func aCancellationThatNobodyAskedFor() async throws {
        let error = try await failure { _, _ in throw CancellationError() }
        #expect(error.code == .cancelled)
        let own = try await failure { _, _ in
            let task = Task { try await waitForCancellation() }
            task.cancel()
            try await task.value
        }
        #expect(own.code == .cancelled)
    }

    @Test func errorsNameProviderAndJob() async throws {
        let job = JobHandle(provider: "scripted", id: "job-1", isResumable: true)
        let error = try await failure { _, context in
            try await context.yield(.submitted(job))
            throw TransportError(.connectionLost, "Gone.")
        }
        #expect(error.code == .connectionLost)
        #expect(error.job == job)
        #expect(error.wasAccepted == true)
        #expect(!error.isRetryable)
        #expect(error.underlying is TransportError)
        // Whoever knows better is not overruled.
        let own = try await failure { _, _ in
            throw GenerationError(.generationFailed, "No.", provider: "other", job: job, wasAccepted: true)
        }
        #expect(own.provider == "other")
        #expect(own.job == job)
        #expect(own.wasAccepted == true)
    }

    @Test func promptsStayOutOfErrors() async throws {
        let echoes = [
            prompt, "Bad prompt: '\(prompt)'.", "\(prompt)\(prompt)", "cut short: \(prompt.prefix(25))",
            String(repeating: "x", count: 600) + prompt,
        ]
        var requests = [GenerationRequest(prompt: prompt), GenerationRequest(messages: [.user(prompt)])]
        requests.append(GenerationRequest(messages: [.system(prompt), .user("a fox")]))
        var negative = GenerationRequest(prompt: "a fox")
        negative.negativePrompt = prompt
        requests.append(negative)
        for (request, echo) in requests.flatMap({ request in echoes.map { (request, $0) } }) {
            let provider = ScriptedProvider(sealed: nil) { _, _ in throw GenerationError(.generationFailed, echo) }
            let error = try await provider.createAsyncGenerator(request).failure()
            #expect(!error.message.contains("private"), "\(error)")
            #expect(!error.localizedDescription.contains("private"))
        }
        let folded = try await failure("one line,\nanother line") { _, _ in
            throw GenerationError(.generationFailed, "refused: one line,\nanother line")
        }
        #expect(folded.message == "refused: <prompt>")
        let short = try await failure("art") { _, _ in throw GenerationError(.generationFailed, "art? start!") }
        #expect(short.message == "<prompt>? start!")
    }

    // MARK: What is refused before anything is sent

    static let silent: [GenerationRequest] = [
        GenerationRequest(prompt: ""), GenerationRequest(prompt: " \n\t"), GenerationRequest(messages: []),
        GenerationRequest(messages: [.user("  ")]), GenerationRequest(messages: [.user("a fox"), .assistant("Here.")]),
        GenerationRequest(messages: [.user("a fox"), .assistant("Here.")], prompt: "  "),
        GenerationRequest(messages: [ChatMessage(role: .user, parts: [.image(.data(Data()))])]),
    ]

    @Test(arguments: silent.indices) func emptyPrompts(_ index: Int) async throws {
        let runs = Tally()
        let provider = ScriptedProvider(sealed: nil) { _, _ in runs.add() }
        let error = try await provider.createAsyncGenerator(Self.silent[index]).failure()
        #expect(error.code == .invalidRequest)
        #expect(error.wasAccepted == false)
        #expect(error.provider == "scripted")
        #expect(runs.count == 0)
    }

    @Test func emptyPromptsForAText() async throws {
        let models = ModelCatalog(ModelDescriptor("writer", kinds: [.text]))
        let prompts = Locked<[String]>([])
        let provider = ScriptedProvider(sealed: models) { call, context in
            prompts.withLock { $0.append(call.prompt) }
            try await context.yield(.text("well"))
        }
        for messages: [ChatMessage] in [[], [.user("")], [.user(""), .assistant(" ")]] {
            let error = try await provider.createAsyncGenerator(messages: messages).failure()
            #expect(error.code == .invalidRequest)
        }
        let talk: [ChatMessage] = [.user("Hello"), .assistant("Hi"), .user("A fox?")]
        _ = try await provider.createAsyncGenerator(messages: talk).response()
        _ = try await provider.createAsyncGenerator(messages: talk, prompt: " just this ").response()
        #expect(prompts.withLock { $0 } == ["User: Hello\nAssistant: Hi\nUser: A fox?\nAssistant:", "just this"])
    }

    @Test func unknownModels() async throws {
        let runs = Tally()
        let provider = ScriptedProvider(sealed: nil) { _, _ in runs.add() }
        let error = try await provider.createAsyncGenerator(model: "scripter", prompt: "A fox").failure()
        #expect(error.code == .unknownModel)
        #expect(error.provider == "scripted")
        #expect(error.message.contains("scripted"))
        #expect(runs.count == 0)
    }

    @Test func theReplacedModelIsReported() async throws {
        let models = ModelCatalog("standard", unknownModels: .useDefault)
        let provider = ScriptedProvider(sealed: models) { call, context in
            #expect(call.model.id == "standard")
            try await context.yieldImage()
        }
        let response = try await provider.createAsyncGenerator(model: "lost", prompt: "A fox").response()
        let warning = try #require(response.warnings.first)
        #expect(response.warnings.count == 1)
        #expect(warning.kind == .modelReplaced)
        #expect(warning.requested == "lost" && warning.used == "standard")
        var strict = GenerationRequest(prompt: "A fox", model: "lost")
        strict.unsupported = .fail
        let error = try await provider.createAsyncGenerator(strict).failure()
        #expect(error.code == .unknownModel)
        #expect(error.wasAccepted == false)
    }

    // MARK: Options and credentials

    @Test func optionsReachTheirOwnProviderOnly() async throws {
        var request = GenerationRequest(prompt: "A fox")
        request[options: BrushProvider.self] = BrushOptions(brush: "wide")
        #expect(request[options: BrushProvider.self]?.brush == "wide")
        #expect(request[options: PencilProvider.self] == nil)
        #expect(try await BrushProvider().createAsyncGenerator(request).response().text == "wide")
        #expect(try await PencilProvider().createAsyncGenerator(request).response().text == "default")
        #expect(try await BrushProvider().createAsyncGenerator(prompt: "A fox").response().text == "default")
        request[options: BrushProvider.self] = nil
        #expect(request[options: BrushProvider.self] == nil)
    }

    @Test func unknownOptionsAreRefused() {
        var none = NoProviderOptions()
        #expect(throws: GenerationError.self) { try none.set("brush", to: "wide") }
    }

    @Test func theRequestsCredentialsWin() async throws {
        let seen = Locked<[String?]>([])
        var environment = GenerationEnvironment.sealed()
        environment.credentials = GenerationCredentials(apiKey: "house", hubToken: "hub")
        let provider = ScriptedProvider(environment: environment) { _, context in
            seen.withLock { $0 += [context.credentials.apiKey?.reveal(), context.credentials.hubToken?.reveal()] }
            try await context.yieldImage()
        }
        var request = GenerationRequest(prompt: "A fox")
        _ = try await provider.createAsyncGenerator(request).response()
        request.credentials = GenerationCredentials(apiKey: "mine")
        _ = try await provider.createAsyncGenerator(request).response()
        #expect(seen.withLock { $0 } == ["house", "hub", "mine", nil])
    }
}
