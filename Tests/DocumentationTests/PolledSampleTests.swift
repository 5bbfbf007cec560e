import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

/// The provider of *Writing a provider* whose service has to be asked whether a job is done.
@Suite(.paced) struct PolledSampleTests {
    private let png = LoopbackSpace.picture(prompt: "x", seed: 1, width: 32, height: 32)
    private let looks = Locked(0)
    private let isReleased = Locked(false)
    private let server: LoopbackServer

    init() throws {
        let (png, looks, isReleased) = (png, looks, isReleased)
        server = try LoopbackServer { request, responder in
            guard request.header("authorization") == "Bearer sesame" else {
                return try await responder.respond(status: 401, json: "{}")
            }
            switch (request.method, request.path) {
            case ("POST", "/jobs"): try await responder.respond(status: 201, json: #"{"id": "job-1"}"#)
            case ("GET", "/jobs/job-1"):
                let look = looks.withLock { look in
                    look += 1
                    return look
                }
                if look == 1 { return try await responder.respond(status: 503, json: "{}") }
                guard look > 2, isReleased.withLock({ $0 }) else {
                    return try await responder.respond(json: #"{"state": "painting"}"#)
                }
                try await responder.respond(json: #"{"state": "done", "picture": "/pictures/1"}"#)
            case ("GET", "/pictures/1"): try await responder.respond(body: png)
            default: try await responder.respond(status: 204)
            }
        }
    }

    private func provider(_ configure: (inout GenerationEnvironment) -> Void = { _ in }) -> StudioProvider {
        let environment = GenerationEnvironment {
            $0.credentials.apiKey = Secret("sesame")
            $0.polling = PollingInterval(shortest: .milliseconds(1), longest: .milliseconds(1))
            $0.retry = RetryPolicy(initialDelay: .milliseconds(1))
            configure(&$0)
        }
        return StudioProvider(environment: environment, url: server.url)
    }

    private func methods() -> [String] { server.requests.map(\.method) }

    @Test func aJobIsSubmittedOnceAndAskedForUntilItIsDone() async throws {
        isReleased.withLock { $0 = true }
        var words: [String] = []
        for try await event in provider().createAsyncGenerator(prompt: "a boat") {
            switch event {
            case .submitted(let job): words.append(job.id)
            case .reasoning(let reasoning): words.append(reasoning.status)
            case .image(let response): #expect(try await response.data() == png)
            default: break
            }
        }
        #expect(words == ["job-1", "painting"])
        #expect(methods() == ["POST", "GET", "GET", "GET", "GET"])
    }

    @Test func theServiceIsToldToStop() async throws {
        // It is told within two seconds, which on this clock do not pass.
        let clock = ManualClock()
        let patient = provider { $0.clock = GeneratorClock(clock) }
        let leaving = Task {
            for try await event in patient.createAsyncGenerator(prompt: "a boat") {
                if case .reasoning = event { break }
            }
        }
        // The first look, and the one after it has failed.
        for _ in 1...2 {
            await clock.waitForSleepers(1, within: .milliseconds(10))
            clock.advance(by: .milliseconds(10))
        }
        try await leaving.value
        try await server.waitUntil { $0.requests.contains { $0.method == "DELETE" && $0.path == "/jobs/job-1" } }
    }

    @Test func aJobWhoseTimeHasRunOutIsResumed() async throws {
        let clock = ManualClock()
        let slow = provider {
            $0.clock = GeneratorClock(clock)
            $0.polling = PollingInterval(shortest: .seconds(1), longest: .seconds(1))
        }
        let painting = Task { try await slow.image("a boat") }
        // The poller waits for its first look.
        await clock.waitForSleepers(1, within: .seconds(1))
        clock.advance(by: .seconds(301))
        let error = try #require(await painting.result.failure as? GenerationError)
        #expect(error.code == .timedOut && error.wasAccepted == true)
        #expect(!methods().contains("DELETE"))
        looks.withLock { $0 = 2 }
        isReleased.withLock { $0 = true }
        let ticket = try #require(error.job?.ticket)
        let response = try await provider().resumeAsyncGenerator(JobHandle(ticket: ticket)).response()
        #expect(try await response.data() == png)
        #expect(response.model == "studio-1")
        #expect(methods().count { $0 == "POST" } == 1)
    }

    @Test func aTicketLeadsNowhereElse() async throws {
        let job = JobHandle(provider: "studio", id: "../keys", isResumable: true)
        let error = await #expect(throws: GenerationError.self) {
            try await provider().resumeAsyncGenerator(job).response()
        }
        #expect(error?.code == .invalidRequest)
        #expect(methods().isEmpty)
    }
}

extension Result {
    fileprivate var failure: Failure? { if case .failure(let error) = self { error } else { nil } }
}
