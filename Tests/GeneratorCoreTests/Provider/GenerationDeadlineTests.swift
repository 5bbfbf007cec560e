import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@testable import GeneratorCore

@Suite(.paced)
struct GenerationDeadlineTests {
    enum Moment: CaseIterable { case before, during, refused, answered, submitted }

    /// How far the run has come when the time is up, and what the error must say about it.
    @Test(arguments: Moment.allCases) func theErrorTellsHowFarItCame(_ moment: Moment) async throws {
        let clock = ManualClock()
        let arrived = Tally()
        let transport = CannedTransport { _ in
            if moment == .during {
                arrived.add()
                try await waitForCancellation()
            }
            return moment == .refused ? (400, "no") : (200, "ok")
        }
        let provider = ScriptedProvider(environment: .sealed(clock, transport)) { _, context in
            if moment != .before {
                let url = try #require(URL(string: "https://service.example/jobs"))
                let request = HTTPRequest(url: url, method: "POST", intent: .create(nil))
                _ = try await context.http.data(for: request)
            }
            if moment == .submitted {
                try await context.yield(.submitted(JobHandle(provider: "scripted", id: "job-7", isResumable: false)))
            }
            arrived.add()
            try await waitForCancellation()
        }
        let result = Task { await provider.createAsyncGenerator(prompt: "A fox").collect() }
        await arrived.reach()
        await clock.waitForSleepers()
        clock.advance(by: .seconds(299))
        clock.advance(by: .seconds(1))
        let error = try #require(await result.value.error as? GenerationError)
        #expect(error.code == .timedOut)
        #expect(error.provider == "scripted")
        switch moment {
        case .before, .refused:
            #expect(error.wasAccepted == false)
            #expect(error.isRetryable)
        case .during, .answered:
            #expect(error.wasAccepted == nil)
            #expect(!error.isRetryable)
        case .submitted:
            #expect(error.wasAccepted == true)
            #expect(error.localizedDescription.contains("taken the job"))
        }
        #expect(error.job?.id == (moment == .submitted ? "job-7" : nil))
    }

    @Test func theServiceIsToldWhenTheTimeIsUp() async throws {
        let clock = ManualClock()
        let stops = Tally(), working = Tally()
        let provider = ScriptedProvider(sealed: nil, clock: clock) { _, context in
            try await context.cancelling {
                working.add()
                try await waitForCancellation()
            } onCancel: {
                #expect(!Task.isCancelled)
                stops.add()
            }
        }
        let failure = Task { try await provider.createAsyncGenerator(prompt: "A fox").failure() }
        await working.reach()
        await clock.waitForSleepers()
        clock.advance(by: .seconds(300))
        #expect(try await failure.value.code == .timedOut)
        #expect(stops.count == 1)
    }

    /// A consumer that has fallen behind must not make the error forget the job.
    @Test func aJobIsKnownBeforeItsEventIsTaken() async throws {
        let clock = ManualClock()
        let accepted = Tally()
        let provider = ScriptedProvider(sealed: ModelCatalog("plain"), clock: clock) { _, context in
            for number in 0...15 { try await context.status("\(number)") }
            let watch = Task {
                while context.state.job == nil, !Task.isCancelled { await Task.yield() }
                accepted.add()
            }
            defer { watch.cancel() }
            // The channel is full, and a warning waits to go out first.
            try await context.yield(.submitted(JobHandle(provider: "scripted", id: "job-8", isResumable: true)))
            // Where the reader is quicker than the end of the time, that end is still to come.
            try await clock.sleep(until: clock.now.advanced(by: .seconds(1000)))
        }
        var request = GenerationRequest(prompt: "A fox")
        request.steps = 4
        let stream = provider.createAsyncGenerator(request)
        let mayGoOn = Tally()
        let failure = Task {
            do {
                for try await event in stream where [event].words == ["0"] {
                    await mayGoOn.reach()
                }
                return nil as GenerationError?
            } catch { return error as? GenerationError }
        }
        await accepted.reach()
        await clock.waitForSleepers()
        clock.advance(by: .seconds(300))
        mayGoOn.add()
        let error = try #require(await failure.value)
        #expect(error.code == .timedOut)
        #expect(error.job?.id == "job-8")
        #expect(error.wasAccepted == true)
    }

    @Test func eachPictureHasItsOwnTime() async throws {
        let clock = ManualClock()
        let working = Tally()
        let provider = ScriptedProvider(sealed: nil, clock: clock) { call, context in
            working.add()
            try await clock.sleep(until: clock.now.advanced(by: .seconds(200)))
            try await context.yieldImage("\(call.index)")
        }
        var request = GenerationRequest(prompt: "A fox")
        request.count = 3
        let stream = provider.createAsyncGenerator(request)
        let response = Task { try await stream.response() }
        for round in 1...3 {
            await working.reach(round)
            // The deadline's own and the script's.
            await clock.waitForSleepers(2)
            clock.advance(by: .seconds(200))
        }
        let whole = try await response.value
        #expect(whole.images.count == 3)
        #expect(whole.elapsed == .seconds(600))
        #expect(whole.failures.isEmpty)
    }

    @Test func aCallHasATimeOutOfItsOwn() async throws {
        let clock = ManualClock()
        let provider = ScriptedProvider(sealed: nil, clock: clock) { _, _ in
            try await clock.sleep(until: clock.now.advanced(by: .seconds(1000)))
        }
        let stream = provider.createAsyncGenerator(prompt: "A fox", timeout: .seconds(20))
        let failure = Task { try await stream.failure() }
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(19))
        #expect(clock.sleeperCount == 2)
        clock.advance(by: .seconds(1))
        #expect(try await failure.value.code == .timedOut)
        let nonsense = try await provider.createAsyncGenerator(prompt: "A fox", timeout: .zero).failure()
        #expect(nonsense.code == .invalidRequest && nonsense.wasAccepted == false)
    }

    @Test func withoutALimitNothingWaitsOnTheClock() async throws {
        let clock = ManualClock()
        var environment = GenerationEnvironment.sealed(clock)
        environment.timeout = nil
        let provider = ScriptedProvider(environment: environment) { _, context in
            #expect(context.deadline.remaining == nil)
            clock.advance(by: .seconds(1_000_000))
            try await context.status("late")
            try await context.yieldImage()
        }
        let (events, error) = await provider.createAsyncGenerator(prompt: "A fox").collect()
        #expect(error == nil)
        guard case .reasoning(let reasoning) = events.first, case .image(let response) = events.last else {
            Issue.record("\(events.words)")
            return
        }
        #expect(reasoning.elapsed == .seconds(1_000_000))
        #expect(response.elapsed == .seconds(1_000_000))
    }
}
