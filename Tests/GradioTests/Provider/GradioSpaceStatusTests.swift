import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import ProviderRuns
import TestPace
import Testing

@testable import Gradio

@Suite("What a Space does", .paced)
struct GradioSpaceStatusTests {
    private func hub(_ answer: String, status: Int = 200) throws -> LoopbackServer {
        try LoopbackServer { _, responder in try await responder.respond(status: status, json: answer) }
    }

    @Test(
        "is what the Hub says, and the Space is not called",
        arguments: [
            ("RUNNING", .running), ("SLEEPING", .asleep), ("STOPPED", .asleep), ("APP_STARTING", .building),
            ("RUNNING_BUILDING", .building), ("PAUSED", .paused), ("BUILD_ERROR", .broken("BUILD_ERROR")),
            ("MELTING", .other("MELTING")),
        ] as [(String, GradioSpaceStatus)])
    func stages(_ stage: String, _ expected: GradioSpaceStatus) async throws {
        let server = try hub("{\"runtime\":{\"stage\":\"\(stage)\"}}")
        let space = try #require(GradioSpace("owner/name"))
        let hub = GradioHub(url: server.url, credentials: GenerationCredentials(hubToken: Secret("hf_token")))
        #expect(try await GradioApp.status(of: space, hub: hub) == expected)
        #expect(server.requests.map(\.path) == ["/api/spaces/owner/name"])
        #expect(server.requests.first?.header("Authorization") == "Bearer hf_token")
    }

    @Test("one that is not there is gone, and a Hub that fails says nothing of it")
    func gone() async throws {
        let space = try #require(GradioSpace("owner/name"))
        for status in [401, 403, 404] {
            let server = try hub("{}", status: status)
            let hub = GradioHub(url: server.url, credentials: GenerationCredentials())
            #expect(try await GradioApp.status(of: space, hub: hub) == .gone)
            server.stop()
        }
        let broken = try hub("{}", status: 400), silent = try hub("{}")
        await #expect(throws: GenerationError.self) {
            try await GradioApp.status(
                of: space, hub: GradioHub(url: broken.url, credentials: GenerationCredentials()))
        }
        let error = await #expect(throws: GenerationError.self) {
            try await GradioApp.status(
                of: space, hub: GradioHub(url: silent.url, credentials: GenerationCredentials()))
        }
        broken.stop()
        silent.stop()
        #expect(error?.code == .invalidResponse)
    }

    /// Runs a provider that has patience, on a clock that goes on until it ends.
    private func run(_ app: ReplicaApp, patience: Duration?) async -> ProviderRun {
        let clock = ManualClock()
        let provider = GradioProvider(
            url: app.url, space: "owner/name", hubURL: app.url, waitForSpace: patience,
            environment: GenerationEnvironment {
                $0.credentials = GenerationCredentials()
                $0.retry = RetryPolicy(retries: 0)
                $0.timeout = nil
                $0.idleTimeout = .seconds(1e9)
                $0.clock = GeneratorClock(clock)
            })
        let isOver = Locked(false)
        async let run = ProviderRun(provider.createAsyncGenerator(prompt: "a boat"))
        let going = Task {
            while !isOver.withLock({ $0 }) {
                clock.advance(by: .seconds(5))
                try? await Task.sleep(for: .milliseconds(5))
            }
        }
        let ended = await run
        isOver.withLock { $0 = true }
        await going.value
        return ended
    }

    @Test("one that wakes up is waited for, where the caller wants that")
    func waking() async throws {
        let app = try ReplicaApp([("infer", [.prompt])], asleep: (questions: 3, stage: "SLEEPING"))
        let run = await run(app, patience: .seconds(1_000_000))
        #expect(run.error == nil)
        #expect(run.images.count == 1)
        #expect(run.statuses.contains("Waiting for the Space to start"))
        let impatient = await self.run(
            try ReplicaApp([("infer", [.prompt])], asleep: (questions: 1, stage: "SLEEPING")), patience: nil)
        #expect(impatient.failure?.code == .spaceUnavailable)
        #expect(impatient.failure?.message.contains("asleep") == true)
    }

    @Test("patience has an end, and what does not wake up is not waited for")
    func patience() async throws {
        let sleeper = try ReplicaApp([("infer", [.prompt])], asleep: (questions: .max, stage: "BUILDING"))
        let late = await run(sleeper, patience: .seconds(60))
        #expect(late.failure?.code == .spaceUnavailable)
        #expect(late.failure?.message.contains("being built") == true)
        let paused = try ReplicaApp([("infer", [.prompt])], asleep: (questions: .max, stage: "PAUSED"))
        let run = await run(paused, patience: .seconds(1_000_000))
        #expect(run.failure?.message.contains("paused") == true)
        #expect(!run.statuses.contains("Waiting for the Space to start"))
    }
}
