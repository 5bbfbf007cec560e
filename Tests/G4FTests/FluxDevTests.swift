import Foundation
import G4F
import GeneratorTesting
import GeneratorTransport
import Gradio
import ProviderRuns
import TestPace
import Testing

@Suite("FLUX.1 [dev]", .paced)
struct FluxDevTests {
    private func provider(
        _ space: SpaceServer, _ credentials: GenerationCredentials = GenerationCredentials(apiKey: Secret("key")),
        route: GradioRoute = .automatic, _ configure: (inout GenerationEnvironment) -> Void = { _ in }
    ) -> FluxDevProvider {
        // The key is the token: the Hub is not asked.
        FluxDevProvider(
            url: space.url, hubURL: space.url.appending(path: "hub"), route: route,
            environment: .test(credentials, configure))
    }

    private func request(_ prompt: String = "a boat", seed: Int? = 7) -> GenerationRequest {
        var request = GenerationRequest(prompt: prompt)
        request.seed = seed
        return request
    }

    @Test("a seed that no integer holds stands beside the picture, and the one that was asked for does not")
    func largeSeed() async throws {
        let space = try SpaceServer.fluxDev { [$0.completed("[\(SpaceServer.picture),18446744073709551617]")] }
        let image = try #require(await provider(space).run(request()).images.first?.images.first)
        #expect(image.seed == nil && image.metadata["seed"] == .largeNumber("18446744073709551617"))
    }

    @Test("one picture, made of the arguments that were asked for")
    func picture() async throws {
        let space = try SpaceServer.fluxDev { job in
            [
                job.message("estimation", "\"rank\":0,\"queue_size\":1"), job.message("process_starts"),
                job.message(
                    "progress",
                    "\"progress_data\":[{\"index\":3,\"length\":28,\"unit\":\"steps\",\"progress\":null,\"desc\":null}]"
                ),
                job.message("log", "\"log\":\"Half way\",\"level\":\"info\""),
                job.completed("[\(SpaceServer.picture),7]"),
            ]
        }
        var request = request()
        request.size = .pixels(515, 768)
        request.steps = 4
        request.guidance = 2.5
        let run = await provider(space).run(request)
        #expect(run.error == nil)
        #expect(space.jobs.map(\.arguments) == [["a boat", 7, false, 512, 768, 2.5, 4]])
        let body = try #require(space.jobs.first?.body)
        #expect(body["fn_index"] == 2)
        #expect(body["trigger_id"] == 4)
        #expect(
            run.statuses == [
                "Connecting to the Space", "Waiting in the queue", "Generating", "Generating", "Half way", "Finished",
            ])
        #expect(run.warnings.map(\.setting) == ["width"])
        #expect(run.jobs.map(\.id) == ["e1"])
        let response = try #require(run.images.first)
        #expect(run.images.count == 1)
        #expect(response.provider == "flux-dev")
        #expect(response.via == nil)
        #expect(response.model == "black-forest-labs-flux-1-dev")
        #expect(response.alt == "a boat")
        let image = try #require(response.images.first)
        #expect(image.seed == 7)
        #expect(image.size == PixelSize(width: 512, height: 768))
        #expect(image.url.absoluteString == "\(space.url)/gradio_api/file=/tmp/gradio/h/image.png")
        #expect(try await image.load().data == SpaceServer.png)
        guard case .image = run.events.last else { return #expect(Bool(false), "The picture comes last.") }
    }

    @Test("without a wish: 1024 pixels, 28 steps, guidance 3.5 and a random seed that is reported")
    func defaults() async throws {
        let space = try SpaceServer.fluxDev { [$0.completed("[\(SpaceServer.picture),4711]")] }
        let run = await provider(space).run(request(seed: nil))
        #expect(space.jobs.map(\.arguments) == [["a boat", 0, true, 1024, 1024, 3.5, 28]])
        #expect(run.images.first?.images.first?.seed == 4711)
        #expect(run.warnings.isEmpty)
    }

    @Test("previews are whole pictures, first as values, then as changes")
    func previews() async throws {
        @Sendable func file(_ name: String) -> String {
            "{\"path\":\"/tmp/\(name).webp\",\"url\":\"http://h/\(name)\"}"
        }
        let space = try SpaceServer.fluxDev { job in
            [
                job.message("process_generating", "\"output\":{\"data\":[\(file("a")),7]},\"success\":true"),
                job.message(
                    "process_generating",
                    """
                    "output":{"data":[[["replace",["path"],"/tmp/b.webp"],["append",["url"],"2"]],[]]},"success":true
                    """),
                job.message(
                    "process_generating", "\"output\":{\"data\":[[[\"replace\",[],null]],[]]},\"success\":true"),
                job.completed("[\(file("c")),7]"),
            ]
        }
        let run = await provider(space).run(request())
        #expect(run.error == nil)
        #expect(
            run.previews.map { $0.images.map(\.url.lastPathComponent) } == [["a.webp"], ["b.webp"]])
        #expect(run.previews.allSatisfy { $0.alt == "a boat" && $0.model == "black-forest-labs-flux-1-dev" })
        #expect(run.images.first?.images.map(\.url.lastPathComponent) == ["c.webp"])
    }

    @Test("several pictures have seeds that follow each other")
    func count() async throws {
        let space = try SpaceServer.fluxDev {
            [$0.completed("[\(SpaceServer.picture),\($0.arguments[1].integer ?? 0)]")]
        }
        var request = request(seed: 40)
        request.count = 3
        let run = await provider(space).run(request)
        #expect(run.images.flatMap(\.images).map(\.seed) == [40, 41, 42])
        #expect(run.images.map(\.index) == [0, 1, 2])
        #expect(space.jobs.map { $0.arguments[1] } == [40, 41, 42])
        #expect(Set(space.jobs.map(\.session)).count == 3)
    }

    @Test("a used up allowance: the job was named, and nothing is billed")
    func failure() async throws {
        let space = try SpaceServer.fluxDev { [$0.failed("You have exceeded your GPU quota. Try again in 0:02:03")] }
        let run = await provider(space).run(request())
        #expect(run.failure?.code == .quotaExceeded)
        #expect(run.failure?.retryAfter == .seconds(123))
        #expect(run.failure?.wasAccepted == false && run.failure?.isRetryable == true)
        #expect(run.failure?.provider == "flux-dev")
        #expect(run.failure?.job?.id == "e1")
        #expect(!run.statuses.contains("Finished"))
        let empty = try SpaceServer.fluxDev { [$0.completed("[null,7]")] }
        #expect(await provider(empty).run(request()).failure?.code == .noImage)
    }

    @Test("another endpoint of that name, or none, is said")
    func otherSpace() async throws {
        let other = try SpaceServer.janus()
        let run = await provider(other).run(request())
        // The number is there, but takes something else.
        #expect(run.failure?.code == .invalidResponse)
        #expect(run.failure?.message.contains("/multimodal_understanding takes other arguments") == true)
        #expect(other.jobs.isEmpty)
    }

    @Test("leaving the loop tells the server")
    func cancelled() async throws {
        let space = try SpaceServer.fluxDev { [$0.message("process_starts")] }
        // On a clock that stands still there is time enough to tell it.
        let stream = provider(space) { $0.clock = GeneratorClock(ManualClock()) }.createAsyncGenerator(request())
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
        #expect(space.jobs.count == 1)
    }

    @Test("options are not for this provider")
    func options() {
        var options = NoProviderOptions()
        #expect(throws: GenerationError.self) { try options.set("topP", to: 1) }
    }
}
