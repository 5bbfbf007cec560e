import Foundation
import GeneratorTesting
import GeneratorTransport
import Prodia
import ProviderRuns
import TestPace
import Testing

/// What the interfaces have in common whose jobs are asked for.
@Suite("Prodia: jobs that are asked for", .paced)
struct ProdiaPollingTests {
    static let apis: [ProdiaAPI] = [.legacy, .v1, .v2Async]

    private func size(_ api: ProdiaAPI) -> Int { api == .legacy ? 512 : 256 }

    @Test("the states become statuses, and unknown ones are waited on", arguments: apis)
    func states(api: ProdiaAPI) async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(api, prodia).run("!slow 0.2 a boat")
        #expect(run.error == nil && run.pictures.count == 1)
        #expect(run.statuses.contains("Generating"))
        #expect(api == .v2Async || run.statuses.contains("Waiting in the queue"))
        let odd = await ProdiaProvider(api, prodia).run("!odd !slow 0.1 a boat")
        #expect(odd.statuses.contains("dreaming") && odd.pictures.count == 1)
    }

    @Test("looks that fail are repeated, the submission is not", arguments: apis)
    func flaky(api: ProdiaAPI) async throws {
        let prodia = try LoopbackProdia()
        let run = await ProdiaProvider(api, prodia).run("!flaky 4 a boat")
        #expect(run.error == nil)
        let image = try #require(run.pictures.first)
        #expect(
            try await image.load().data
                == LoopbackProdia.picture(prompt: "!flaky 4 a boat", seed: 7, width: size(api), height: size(api)))
        #expect(prodia.submissions == 1)
        let many = await ProdiaProvider(api, prodia).run("!flaky 99 a boat")
        #expect(many.failure?.code == .connectionLost || many.failure?.code == .serviceError)
        #expect(many.failure?.wasAccepted == true)
        #expect(many.failure?.job?.ticket != nil)
        #expect(prodia.submissions == 2)
    }

    @Test("a job that failed, and one without an output", arguments: apis)
    func failed(api: ProdiaAPI) async throws {
        let prodia = try LoopbackProdia()
        let provider = ProdiaProvider(api, prodia)
        let run = await provider.run("!error No face found")
        #expect(run.failure?.code == .generationFailed)
        #expect(run.failure?.wasAccepted == true)
        #expect(run.failure?.job?.id == run.jobs.first?.id)
        #expect(api != .v2Async || run.failure?.message.contains("No face found") == true)
        let none = await provider.run("!none")
        if api == .v2Async {
            #expect(none.failure?.code == .noImage)
            #expect(none.failure?.wasAccepted == true)
        } else {
            // The link is there; what lies behind it only the download tells.
            let image = try #require(none.pictures.first)
            let error = await #expect(throws: GenerationError.self) { _ = try await image.load() }
            #expect(error?.code == .notFound)
        }
    }

    @Test("a submission whose answer is lost is never repeated", arguments: ProdiaAPI.allCases)
    func lost(api: ProdiaAPI) async throws {
        for prompt in ["!die a boat", "!html a boat"] {
            let prodia = try LoopbackProdia()
            let run = await ProdiaProvider(api, prodia).run(prompt)
            #expect(run.failure?.code == (prompt.hasPrefix("!die") ? .connectionLost : .invalidResponse))
            #expect(run.failure?.wasAccepted == nil)
            #expect(run.failure?.message.contains("boat") == false)
            #expect(prodia.submissions == 1)
            #expect(prodia.server.requests.count == 1)
        }
    }

    @Test("a busy service is asked again, as it wishes, and not for ever", arguments: ProdiaAPI.allCases)
    func busy(api: ProdiaAPI) async throws {
        let prodia = try LoopbackProdia(retryAfter: 0)
        let provider = ProdiaProvider(api, prodia)
        #expect(await provider.run("!busy 2 a boat").images.count == 1)
        #expect(prodia.submissions == 1)
        let run = await provider.run("!busy 9 a boat")
        #expect(run.failure?.code == .rateLimited)
        #expect(run.failure?.wasAccepted == false)
        #expect(prodia.submissions == 1)
        let hint = run.failure?.message.contains("job type") == true
        #expect(hint == (api == .v2 || api == .v2Async))
        let patient = try LoopbackProdia(retryAfter: 61)
        let long = await ProdiaProvider(api, patient).run("!busy 1 a boat")
        #expect(long.failure?.retryAfter == .seconds(61))
        #expect(patient.server.requests.count == 1)
    }

    @Test("a job that never ends: the deadline, and the ticket in the error", arguments: ProdiaAPI.allCases)
    func never(api: ProdiaAPI) async throws {
        let prodia = try LoopbackProdia()
        let clock = ManualClock()
        let provider = ProdiaProvider(api, prodia) { $0.clock = GeneratorClock(clock) }
        var request = GenerationRequest(prompt: "!never !odd a boat")
        request.seed = 7
        if api != .legacy { request.size = .pixels(256, 256) }
        let stream = provider.createAsyncGenerator(request)
        async let pending = ProviderRun(stream) { event in
            if case .submitted = event { clock.advance(by: .seconds(300)) }
        }
        if api == .v2 {
            try await prodia.server.waitUntil { $0.requestCount == 1 }
            clock.advance(by: .seconds(300))
        }
        let run = await pending
        #expect(run.failure?.code == .timedOut)
        guard api != .v2 else {
            // Nobody named the job, and nobody knows whether it was taken.
            #expect(run.failure?.wasAccepted == nil && run.failure?.job == nil)
            return
        }
        #expect(run.failure?.wasAccepted == true)
        let ticket = try #require(run.failure?.job?.ticket)
        #expect(try JobHandle(ticket: ticket) == run.jobs.first)
        prodia.release()
        let resumed = await ProviderRun(
            ProdiaProvider(api, prodia).resumeAsyncGenerator(try JobHandle(ticket: ticket)))
        #expect(resumed.error == nil)
        let image = try #require(resumed.pictures.first)
        #expect(image.seed == 7)
        #expect(
            try await image.load().data
                == LoopbackProdia.picture(prompt: "!never !odd a boat", seed: 7, width: size(api), height: size(api)))
        #expect(prodia.submissions == 1)
    }

    @Test("left at any moment, it ends at once and submits once", arguments: ProdiaAPI.allCases)
    func cancelled(api: ProdiaAPI) async throws {
        // Each request is a wait of its own: for its answer, and for the next look.
        for count in 0...(api == .v2 ? 1 : 5) {
            let prodia = try LoopbackProdia()
            let stream = ProdiaProvider(api, prodia).createAsyncGenerator(prompt: "!slow 60 a boat")
            let task = Task { try await stream.response() }
            try await prodia.server.waitUntil { $0.requestCount >= count }
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            #expect(prodia.submissions <= 1)
        }
    }

    @Test("leaving the loop after each event", arguments: ProdiaAPI.allCases)
    func left(api: ProdiaAPI) async throws {
        for count in 1...4 {
            let prodia = try LoopbackProdia()
            let stream = ProdiaProvider(api, prodia).createAsyncGenerator(prompt: "!slow 0.1 a boat")
            var seen = 0
            for try await _ in stream {
                seen += 1
                if seen == count { break }
            }
            await stream.cancel()
            #expect(prodia.submissions <= 1)
        }
    }
}
