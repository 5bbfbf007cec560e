import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@Suite("AlarmClock", .paced)
struct AlarmClockTests {
    /// Notes who called, and when.
    private final class Calls: Sendable {
        private let names = Locked<[String]>([])

        var all: [String] { names.withLock { $0 } }

        func add(_ name: String) { names.withLock { $0.append(name) } }
    }

    @Test("alarms ring in the order of their times, whatever the order they were set in, and never early")
    func order() async throws {
        let manual = ManualClock()
        let clock = AlarmClock(GeneratorClock(manual))
        let calls = Calls()
        let times = [300, 100, 200, 50]
        for time in times { _ = clock.set(in: .milliseconds(time)) { calls.add("\(time)") } }
        // One after the other: what is due at another look is called by another thread.
        for (done, time) in times.sorted().enumerated() {
            await manual.waitForSleepers()
            manual.advance(by: .milliseconds(time - 1) - manual.now.offset)
            #expect(manual.sleeperCount == 1, "Whoever is to ring was woken too early.")
            manual.advance(by: .milliseconds(10))
            try await eventually { calls.all.count > done }
            #expect(calls.all.last == "\(time)")
        }
        for time in times { _ = clock.set(in: .milliseconds(time)) { calls.add("\(time) at once") } }
        manual.advance(by: .seconds(1))
        try await eventually { calls.all.count == 8 }
        #expect(calls.all.suffix(4) == ["50 at once", "100 at once", "200 at once", "300 at once"])
    }

    @Test("an alarm in real time is never early")
    func realTime() async throws {
        let start = ContinuousClock.now
        let rung = Gate()
        _ = AlarmClock.shared.set(in: .milliseconds(50)) {
            #expect(start.duration(to: .now) >= .milliseconds(50))
            rung.open()
        }
        await rung.pass()
    }

    @Test("an alarm that was taken back does not ring, and nobody else's is lost with it")
    func cancelled() async throws {
        let manual = ManualClock()
        let clock = AlarmClock(GeneratorClock(manual))
        let calls = Calls()
        let first = clock.set(in: .seconds(1)) { calls.add("first") }
        _ = clock.set(in: .milliseconds(1200)) { calls.add("second") }
        clock.cancel(first)
        clock.cancel(first)
        try await eventually {
            manual.advance(by: .milliseconds(100))
            return !calls.all.isEmpty
        }
        #expect(calls.all == ["second"])
    }

    @Test("a call may set and take back alarms")
    func reentrant() async throws {
        let clock = AlarmClock(GeneratorClock())
        let calls = Calls()
        let never = clock.set(in: .seconds(1000)) { calls.add("never") }
        _ = clock.set(in: .zero) {
            clock.cancel(never)
            _ = clock.set(in: .milliseconds(1)) { calls.add("inner") }
        }
        try await eventually { calls.all == ["inner"] }
        #expect(calls.all == ["inner"])
    }

    @Test("what a call holds is let go when it was made, and when it was taken back")
    func memory() async throws {
        let clock = AlarmClock(GeneratorClock())
        let gone = Locked(0)
        clock.cancel(clock.set(in: .seconds(1e12), keep(Thing(gone))))
        #expect(gone.withLock { $0 } == 1)
        _ = clock.set(in: .zero, keep(Thing(gone)))
        try await eventually { gone.withLock { $0 } == 2 }
    }

    private final class Thing: Sendable {
        let gone: Locked<Int>

        init(_ gone: Locked<Int>) { self.gone = gone }

        deinit { gone.withLock { $0 += 1 } }
    }

    private func keep(_ thing: Thing) -> @Sendable () -> Void { { _ = thing } }

    @Test("thousands at a time, set and taken back from many tasks")
    func many() async throws {
        let clock = AlarmClock(GeneratorClock())
        let rung = Locked(0)
        await withTaskGroup(of: Void.self) { group in
            for lane in 0..<8 {
                group.addTask {
                    for number in 0..<1000 {
                        _ = clock.set(in: .milliseconds(number % 50)) { rung.withLock { $0 += 1 } }
                        clock.cancel(clock.set(in: .seconds(500 - lane)) { Issue.record("rang too early") })
                    }
                }
            }
        }
        try await eventually { rung.withLock { $0 } == 8000 }
    }
}
