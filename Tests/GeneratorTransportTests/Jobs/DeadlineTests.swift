import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@Suite("Deadlines", .paced)
struct DeadlineTests {
    private struct Broken: Error {}

    @Test("the time left shrinks with the clock, and not below zero")
    func remaining() {
        let clock = ManualClock()
        let deadline = Deadline(in: .seconds(10), clock: GeneratorClock(clock))
        #expect(deadline.remaining == .seconds(10))
        clock.advance(by: .seconds(4))
        #expect(deadline.remaining == .seconds(6))
        clock.advance(by: .seconds(60))
        #expect(deadline.remaining == .zero)
        #expect(Deadline(in: nil).remaining == nil)
    }

    @Test("work that is done in time", arguments: [Duration.seconds(10), .seconds(1e12), .seconds(Int64.max), nil])
    func inTime(allowed: Duration?) async throws {
        #expect(try await Deadline(in: allowed).run { "done" } == "done")
        await #expect(throws: Broken.self) { try await Deadline(in: allowed).run { throw Broken() } }
    }

    @Test("the deadline cancels the work and is a typed error, also when the work then fails or ignores it")
    func tooLate() async throws {
        for behaviour in 0..<3 {
            let clock = ManualClock()
            let deadline = Deadline(in: .milliseconds(2500), clock: GeneratorClock(clock))
            let task = Task {
                try await deadline.run {
                    try? await clock.sleep(until: clock.now.advanced(by: .seconds(100)))
                    #expect(Task.isCancelled)
                    if behaviour == 0 { try Task.checkCancellation() }
                    if behaviour == 1 { throw Broken() }
                    try await clock.sleep(until: clock.now.advanced(by: .seconds(200)))
                }
            }
            await clock.waitForSleepers(2)
            clock.advance(by: .milliseconds(2500))
            let error = try await transportError { try await task.value }
            #expect(error.code == .timedOut)
            #expect(error.message.contains("2.5 seconds"))
        }
    }

    @Test("work that finishes in the moment in which it is cancelled counts")
    func atTheLastMoment() async throws {
        let clock = ManualClock()
        let deadline = Deadline(in: .seconds(1), clock: GeneratorClock(clock))
        let task = Task {
            try await deadline.run {
                try? await clock.sleep(until: clock.now.advanced(by: .seconds(100)))
                return "paid for"
            }
        }
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(1))
        #expect(try await task.value == "paid for")
    }

    @Test("nothing begins after the deadline", arguments: [Duration.zero, .seconds(-5)])
    func afterwards(allowed: Duration) async throws {
        let begun = Locked(false)
        let deadline = Deadline(in: allowed, clock: GeneratorClock(ManualClock()))
        let error = try await transportError { try await deadline.run { begun.withLock { $0 = true } } }
        #expect(error.code == .timedOut)
        #expect(error.reachedServer == false)
        #expect(!begun.withLock { $0 })
    }

    @Test("cancellation from outside is no time-out", arguments: [Duration.seconds(60), nil])
    func cancellation(allowed: Duration?) async throws {
        let clock = ManualClock()
        let deadline = Deadline(in: allowed, clock: GeneratorClock(clock))
        let task = Task {
            try await deadline.run { try await clock.sleep(until: clock.now.advanced(by: .seconds(100))) }
        }
        await clock.waitForSleepers(allowed == nil ? 1 : 2)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("who was cancelled hears of that, also where the deadline passed first")
    func cancelledTooLate() async throws {
        let clock = ManualClock(), gate = Gate(), deadline = Deadline(in: .seconds(1), clock: GeneratorClock(clock))
        let task = Task {
            try await deadline.run {
                try? await clock.sleep(until: clock.now.advanced(by: .seconds(100)))
                await gate.pass()
                try Task.checkCancellation()
            }
        }
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(1))
        task.cancel()
        gate.open()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("work of who was cancelled before finds itself cancelled from its first step")
    func cancelledBefore() async throws {
        for _ in 1...1000 {
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await Deadline(in: .seconds(60)).run { Task.isCancelled }
            }
            #expect(try await task.value)
        }
    }

    @Test("nobody waits for the deadline of work that is done")
    func takenBack() async throws {
        let clock = ManualClock()
        try await Deadline(in: .seconds(60), clock: GeneratorClock(clock)).run { await clock.waitForSleepers() }
        try await eventually { clock.sleeperCount == 0 }
    }

    @Test("the message names the time that was allowed, not what is left of it")
    func laterRun() async throws {
        let clock = ManualClock()
        let deadline = Deadline(in: .seconds(10), clock: GeneratorClock(clock))
        clock.advance(by: .seconds(9))
        let task = Task {
            try await deadline.run { try await clock.sleep(until: clock.now.advanced(by: .seconds(100))) }
        }
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(1))
        #expect(try await transportError { try await task.value }.message.contains("than 10 seconds."))
    }
}
