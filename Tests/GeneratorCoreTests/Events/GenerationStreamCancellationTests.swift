import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@Suite(.paced)
struct GenerationStreamCancellationTests {
    private struct Refused: Error {}

    /// Says that it has begun, works until it is cancelled, then tells the service, which answers.
    private struct Service {
        let began = Tally(), stops = Tally(), stopped = Tally(), ended = Tally()
        var answer: @Sendable () async -> Void = {}

        var provider: ScriptedProvider {
            ScriptedProvider(sealed: nil) { [self] _, context in
                defer { ended.add() }
                try await context.cancelling {
                    try await context.status("began")
                    began.add()
                    try await waitForCancellation()
                } onCancel: {
                    stops.add()
                    #expect(!Task.isCancelled)
                    await answer()
                    stopped.add()
                }
            }
        }
    }

    enum Exit: CaseIterable { case `break`, `return`, `throw` }

    @Test(arguments: Exit.allCases) func leavingTheLoop(_ exit: Exit) async throws {
        let service = Service()
        func consume() async throws {
            for try await _ in service.provider.createAsyncGenerator(prompt: "A fox") {
                await service.began.reach()
                switch exit {
                case .break: break
                case .return: return
                case .throw: throw Refused()
                }
                break
            }
        }
        do { try await consume() } catch is Refused {}
        await service.ended.reach()
        #expect(service.stops.count == 1)
        #expect(service.stopped.count == 1)
    }

    @Test func cancellingTheTaskIsNoticedAtOnce() async throws {
        let release = Tally()
        var service = Service()
        service.answer = { await release.reach() }
        let stream = service.provider.createAsyncGenerator(prompt: "A fox")
        let consumer = Task { await stream.collect().error is CancellationError }
        await service.began.reach()
        consumer.cancel()
        // Before the service has answered: it cannot yet.
        #expect(await consumer.value)
        release.add()
        await service.ended.reach()
        await service.stopped.reach()
        #expect(service.stops.count == 1)
    }

    @Test func cancellingBetweenTwoEventsStopsTheWorkToo() async throws {
        let service = Service()
        let stream = service.provider.createAsyncGenerator(prompt: "A fox")
        await Task {
            var iterator = stream.makeAsyncIterator()
            _ = try? await iterator.next()
            await service.began.reach()
            withUnsafeCurrentTask { $0?.cancel() }
            do {
                _ = try await iterator.next()
                Issue.record("The cancellation was not noticed.")
            } catch {
                #expect(error is CancellationError)
            }
            // Although the iterator lives on.
            await service.ended.reach()
            withExtendedLifetime(iterator) {}
        }.value
        #expect(service.stops.count == 1)
    }

    @Test func cancelWaitsForTheStop() async throws {
        let service = Service()
        let stream = service.provider.createAsyncGenerator(prompt: "A fox")
        let consumer = Task { await stream.collect().error is CancellationError }
        await service.began.reach()
        await stream.cancel()
        #expect(service.stopped.count == 1)
        #expect(await consumer.value)
        await stream.cancel()
        #expect(service.stops.count == 1)
    }

    @Test(arguments: [false, true]) func cancelDoesNotWaitForLong(_ isWorkDeaf: Bool) async throws {
        let release = Tally(), began = Tally(), stops = Tally(), returned = Tally()
        let clock = ManualClock()
        let provider = ScriptedProvider(clock: clock) { _, context in
            try await context.cancelling {
                began.add()
                // Deaf to its own cancellation: the work, or else what should stop it.
                if isWorkDeaf { await release.reach() }
                try await waitForCancellation()
            } onCancel: {
                stops.add()
                await release.reach()
            }
        }
        let stream = provider.createAsyncGenerator(prompt: "A fox")
        let consumer = Task { await stream.collect().error is CancellationError }
        await began.reach()
        let cancels = (1...2).map { _ in
            Task {
                await stream.cancel()
                returned.add()
            }
        }
        // Both, the deadline, and what tells the service.
        await clock.waitForSleepers(isWorkDeaf ? 3 : 4)
        // The last of them may sleep before what it limits has begun.
        if !isWorkDeaf { await stops.reach() }
        clock.advance(by: .milliseconds(1999))
        #expect(returned.count == 0)
        clock.advance(by: .milliseconds(1))
        for cancel in cancels { await cancel.value }
        #expect(await consumer.value)
        #expect(stops.count == (isWorkDeaf ? 0 : 1))
        release.add()
    }

    @Test func aStopThatTakesTooLongIsCancelled() async throws {
        let began = Tally(), gaveUp = Tally()
        let clock = ManualClock()
        let provider = ScriptedProvider(clock: clock) { _, context in
            try await context.cancelling {
                began.add()
                try await waitForCancellation()
            } onCancel: {
                do { try await waitForCancellation() } catch { gaveUp.add() }
            }
        }
        let stream = provider.createAsyncGenerator(prompt: "A fox")
        let consumer = Task { await stream.collect().error is CancellationError }
        await began.reach()
        consumer.cancel()
        #expect(await consumer.value)
        await clock.waitForSleepers(within: .seconds(2))
        clock.advance(by: .seconds(2))
        await gaveUp.reach()
    }

    @Test func cancelBeforeTheStart() async throws {
        let service = Service()
        let stream = service.provider.createAsyncGenerator(prompt: "A fox")
        await stream.cancel()
        await stream.cancel()
        let (events, error) = await stream.collect()
        #expect(events.isEmpty)
        #expect(error is CancellationError)
        #expect(service.began.count == 0)
        #expect(service.ended.count == 0)
    }

    @Test func aCancelledTaskStartsNothing() async throws {
        let service = Service()
        let stream = service.provider.createAsyncGenerator(prompt: "A fox")
        let isCancellation = await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await stream.collect().error is CancellationError
        }.value
        #expect(isCancellation)
        #expect(service.ended.count == 0)
    }

    @Test func nothingIsToldToAServiceThatIsDone() async throws {
        let stops = Tally()
        let provider = ScriptedProvider(sealed: nil) { _, context in
            try await context.cancelling {
                try await context.yieldImage()
            } onCancel: {
                stops.add()
            }
            let failed: Result<Void, any Error>
            do {
                try await context.cancelling {
                    throw Refused()
                } onCancel: {
                    stops.add()
                }
                failed = .success(())
            } catch { failed = .failure(error) }
            #expect(throws: Refused.self) { try failed.get() }
        }
        let stream = provider.createAsyncGenerator(prompt: "A fox")
        #expect(await stream.collect().error == nil)
        await stream.cancel()
        #expect(stops.count == 0)
    }

    /// A yield in a task that is not cancelled must end all the same, or whoever waits for that task hangs.
    @Test func aYieldOutOfReachOfTheCancellationEnds() async throws {
        let ended = Tally(), full = Tally()
        let provider = ScriptedProvider(sealed: nil) { _, context in
            defer { ended.add() }
            let apart = Task {
                for number in 0..<100 {
                    if number == 16 { full.add() }
                    try await context.status("\(number)")
                }
            }
            try await apart.value
        }
        let stream = provider.createAsyncGenerator(prompt: "A fox")
        var iterator: GenerationStream.AsyncIterator? = stream.makeAsyncIterator()
        _ = try await iterator?.next()
        await full.reach()
        iterator = nil
        await ended.reach()
    }
}
