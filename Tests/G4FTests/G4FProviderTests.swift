import Foundation
import G4F
import GeneratorTesting
import GeneratorTransport
import Gradio
import ProviderRuns
import TestPace
import Testing

@Suite("G4F", .paced)
struct G4FProviderTests {
    private let hub: HubServer
    private let fluxDev: SpaceServer
    private let janus: SpaceServer
    private let flux: SpaceServer

    init() throws {
        hub = try HubServer()
        fluxDev = try .fluxDev()
        janus = try .janus()
        flux = try .direct()
    }

    private func provider(
        flux: SpaceServer? = nil, _ credentials: GenerationCredentials = GenerationCredentials(),
        _ configure: (inout GenerationEnvironment) -> Void = { _ in }
    ) -> G4FProvider {
        G4FProvider(
            spaces: .init(janus: janus.url, flux: (flux ?? self.flux).url, fluxDev: fluxDev.url),
            hubURL: hub.server.url, environment: .test(credentials, configure))
    }

    // MARK: Who does the work

    @Test("the name as it is written decides", arguments: [nil, "", "flux", " flux ", "flux-dev"])
    func toFluxDev(_ name: String?) async throws {
        var request = GenerationRequest(prompt: "a boat", model: name)
        request.seed = 7
        request.size = .pixels(512, 256)
        request.steps = 4
        request.guidance = 2
        let run = await provider().run(request)
        #expect(run.error == nil)
        #expect(fluxDev.jobs.map(\.arguments) == [["a boat", 7, false, 512, 256, 2, 4]])
        #expect(hub.paths == ["/spaces/roxky/FLUX.1-dev"])
        let response = try #require(run.images.first)
        #expect(response.provider == "g4f")
        #expect(response.via == "flux-dev")
        #expect(response.model == "black-forest-labs-flux-1-dev")
        #expect(run.jobs.map(\.provider) == ["g4f"])
        #expect(run.warnings.isEmpty)
        #expect(run.statuses.last == "Finished")
        #expect(janus.server.requests.isEmpty && flux.server.requests.isEmpty)
        #expect(fluxDev.server.requests.first { $0.path.hasSuffix("/join") }?.header("x-zerogpu-token") == "page.token")
    }

    @Test("names without flux go to JanusPro, with its options")
    func toJanus() async throws {
        var options = JanusProOptions()
        options.topP = 0.5
        var question = GenerationRequest(messages: [.user("what?")], model: "janus-pro-7b")
        question[options: G4FProvider.self] = options
        let text = await provider().run(question)
        #expect(text.texts == ["An answer."])
        let pictures = await provider().run(GenerationRequest(prompt: "a cat", model: "janus-pro-7b-image"))
        #expect(pictures.images.map(\.via) == ["janus-pro"])
        #expect(pictures.images.map(\.provider) == ["g4f"])
        #expect(pictures.images.map(\.model) == ["janus-pro-7b-image"])
        #expect(janus.jobs.map { $0.body["fn_index"] } == [2, 3])
        #expect(janus.jobs.first?.arguments.suffix(2) == [0.5, 0.1])
        #expect(hub.paths == ["/spaces/roxky/Janus-Pro-7B", "/spaces/roxky/Janus-Pro-7B"])
        #expect(fluxDev.server.requests.isEmpty && flux.server.requests.isEmpty)
    }

    @Test("lists its models, and refuses others before anything is sent")
    func models() async throws {
        let models = provider().models
        #expect(models.defaultModel == "flux")
        #expect(models.imageModels == ["flux", "flux-dev", "janus-pro-7b-image", "flux-schnell"])
        #expect(models.textModels == ["janus-pro-7b"])
        let run = await provider().run(GenerationRequest(prompt: "x", model: "flux-pro"))
        #expect(run.failure?.code == .unknownModel)
        #expect(run.failure?.provider == "g4f")
        for server in [hub.server, fluxDev.server, janus.server, flux.server] { #expect(server.requests.isEmpty) }
    }

    // MARK: The direct route

    @Test("flux-schnell is one direct call to the framework's own Space")
    func direct() async throws {
        var request = GenerationRequest(prompt: "a boat", model: "flux-schnell")
        request.seed = 7
        request.size = .pixels(515, 256)
        let run = await provider().run(request)
        #expect(run.error == nil)
        let job = try #require(flux.jobs.first)
        let session = job.session
        #expect(session.wholeMatch(of: /[a-z0-9]{10}/) != nil)
        #expect(
            job.body == [
                "data": ["a boat", 7, 512, 256, true, 1], "event_data": nil, "fn_index": 3,
                "session_hash": .string(session), "trigger_id": 10,
            ])
        #expect(flux.calls == ["config", "predict"])
        let sent = try #require(flux.server.requests.last)
        #expect(sent.header("x-zerogpu-token") == "page.token")
        #expect(sent.header("x-zerogpu-uuid") == "u-1")
        #expect(hub.paths == ["/spaces/roxky/g4f-space"])
        let response = try #require(run.images.first)
        #expect(response.model == "flux-schnell")
        #expect(response.provider == "g4f")
        #expect(response.via == nil)
        let image = try #require(response.images.first)
        #expect(image.seed == 7)
        #expect(image.size == PixelSize(width: 512, height: 256))
        #expect(try await image.load().data == SpaceServer.png)
        #expect(flux.server.requests.last?.header("x-zerogpu-token") == nil)
        #expect(run.warnings.map(\.setting) == ["width"])
        #expect(fluxDev.server.requests.isEmpty && janus.server.requests.isEmpty)
    }

    @Test("without a wish: 1024 pixels and a seed from 9,999 on, as far as the Space takes that")
    func directDefaults() async throws {
        let wide = await provider().run(GenerationRequest(prompt: "a boat", model: "flux-schnell"))
        let arguments = try #require(flux.jobs.first?.arguments)
        #expect(arguments[2...] == [1024, 1024, true, 1])
        let seed = try #require(arguments[1].integer)
        #expect((9999...Int(Int32.max)).contains(seed))
        #expect(wide.images.first?.images.first?.seed == seed)
        let narrow = try SpaceServer.direct(seeds: 0...99)
        _ = await provider(flux: narrow).run(GenerationRequest(prompt: "a boat", model: "flux-schnell"))
        #expect((0...99).contains(try #require(narrow.jobs.first?.arguments[1].integer)))
    }

    @Test("settings that the direct call does not have come back as warnings")
    func directWarnings() async throws {
        var request = GenerationRequest(prompt: "a boat", model: "flux-schnell")
        request.steps = 9
        request.guidance = 2
        let run = await provider().run(request)
        #expect(run.error == nil)
        #expect(run.warnings.map(\.setting) == ["steps", "guidance"])
        #expect(run.warnings.allSatisfy { $0.kind == .unsupported })
    }

    @Test(
        "several pictures have seeds that follow each other", arguments: ["flux", "flux-schnell", "janus-pro-7b-image"])
    func count(_ model: String) async throws {
        var request = GenerationRequest(prompt: "a boat", model: model)
        request.count = 3
        request.seed = 40
        let run = await provider().run(request)
        #expect(run.error == nil)
        let jobs = fluxDev.jobs + flux.jobs + janus.jobs
        #expect(jobs.map { $0.arguments[1] } == [40, 41, 42])
        #expect(run.images.map(\.index) == [0, 1, 2])
    }

    @Test("tells the time five times a second until the answer is there, and says at the end how long it took")
    func ticks() async throws {
        let asked = Gate(), answer = Gate()
        let slow = try SpaceServer.direct { responder in
            asked.open()
            await answer.pass()
            try await responder.respond(json: "{\"data\":[\(SpaceServer.picture),7]}")
        }
        let clock = ManualClock()
        let provider = provider(flux: slow, GenerationCredentials(apiKey: Secret("key"))) { environment in
            environment.clock = GeneratorClock(clock)
            environment.timeout = nil
        }
        var events: [GenerationEvent] = []
        let stream = provider.createAsyncGenerator(GenerationRequest(prompt: "a boat", model: "flux-schnell"))
        var iterator = stream.makeAsyncIterator()
        func status() async throws -> String {
            guard let event = try await iterator.next() else { return "end" }
            if case .reasoning(let status) = event { return status.status }
            return "\(event)"
        }
        #expect(try await status() == "Connecting to the Space")
        await asked.pass()
        for tick in 1...6 {
            await clock.waitForSleepers()
            clock.advance(by: .milliseconds(200))
            #expect(try await status() == "Generating \(["0.20", "0.40", "0.60", "0.80", "1.00", "1.20"][tick - 1])s")
        }
        await clock.waitForSleepers()
        clock.advance(by: .milliseconds(150))
        answer.open()
        while let event = try await iterator.next() { events.append(event) }
        #expect(events.count == 2)
        guard case .image = events.first else { return #expect(Bool(false), "\(events)") }
        guard case .reasoning(let last) = events.last else { return #expect(Bool(false), "\(events)") }
        #expect(last.status == "Finished 1.35s")
    }

    @Test("failures of the direct call end the telling")
    func directFailure() async throws {
        for (status, body, code) in [
            (500, "{\"error\":\"'no such thing'\"}", GenerationError.Code.generationFailed),
            (404, "{\"detail\":\"Not Found\"}", .notFound), (200, "{\"data\":[null]}", .noImage),
            (200, "{\"data\":[]}", .noImage),
        ] {
            let space = try SpaceServer.direct { try await $0.respond(status: status, json: body) }
            let run = await provider(flux: space).run(GenerationRequest(prompt: "a boat", model: "flux-schnell"))
            #expect(run.failure?.code == code, "\(body)")
            #expect(!run.statuses.contains { $0.hasPrefix("Finished") })
            #expect(space.jobs.count == 1)
        }
        let other = try SpaceServer.fluxDev()
        let none = await provider(flux: other).run(GenerationRequest(prompt: "a boat", model: "flux-schnell"))
        #expect(none.failure?.code == .notFound)
        #expect(none.failure?.message.contains("no endpoint number 3") == true)
    }

    @Test("leaving the loop closes the direct call")
    func cancelled() async throws {
        let closed = Gate()
        let slow = try SpaceServer.direct { responder in
            await responder.waitForDisconnect()
            closed.open()
        }
        let stream = provider(flux: slow).createAsyncGenerator(
            GenerationRequest(prompt: "a boat", model: "flux-schnell"))
        for try await event in stream {
            if case .reasoning(let status) = event, status.status.hasPrefix("Generating") { break }
        }
        try await eventually { closed.isOpen }
        #expect(slow.calls == ["config", "predict"])
    }
}
