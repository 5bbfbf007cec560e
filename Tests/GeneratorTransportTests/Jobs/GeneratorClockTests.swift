import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@Suite("Clocks", .paced)
struct GeneratorClockTests {
    @Test("a clock begins at zero when it is wrapped")
    func begins() {
        let manual = ManualClock()
        manual.advance(by: .seconds(100))
        let clock = GeneratorClock(manual)
        #expect(clock.now() == .zero)
        manual.advance(by: .milliseconds(1500))
        #expect(clock.now() == .milliseconds(1500))
    }

    @Test("waits end when their time has come, not before")
    func waits() async throws {
        let manual = ManualClock()
        let clock = GeneratorClock(manual)
        let woken = Locked<[Int]>([])
        let tasks = [3, 1, 2].map { seconds in
            Task {
                try await clock.sleep(.seconds(seconds))
                woken.withLock { $0.append(seconds) }
            }
        }
        await manual.waitForSleepers(3)
        for (step, task) in [1, 2, 0].enumerated() {
            #expect(woken.withLock { $0 } == Array(1..<(step + 1)))
            manual.advance(by: .seconds(1))
            try await tasks[task].value
        }
        #expect(woken.withLock { $0 } == [1, 2, 3])
    }

    @Test("sleepers are waited for by how near their moment is")
    func near() async {
        let manual = ManualClock()
        let clock = GeneratorClock(manual)
        let sleepers = [60, 3].map { seconds in Task { try? await clock.sleep(.seconds(seconds)) } }
        await manual.waitForSleepers(2)
        let moments = [1, 2].map { seconds in
            Task {
                await manual.waitForSleepers(within: .seconds(seconds))
                return clock.now()
            }
        }
        manual.advance(by: .seconds(1))
        #expect(await moments[1].value == .seconds(1))
        manual.advance(by: .seconds(1))
        #expect(await moments[0].value == .seconds(2))
        for task in sleepers { task.cancel() }
    }

    @Test("no wait at all, or a negative one, ends at once")
    func nothing() async throws {
        let clock = GeneratorClock(ManualClock())
        try await clock.sleep(.zero)
        try await clock.sleep(.seconds(-1))
        try await GeneratorClock().sleep(.seconds(-1))
    }

    @Test("a cancelled wait throws, however long it is", arguments: [Duration.seconds(60), .seconds(Int64.max)])
    func cancelled(duration: Duration) async throws {
        for clock in [GeneratorClock(), GeneratorClock(ManualClock())] {
            let task = Task { try await clock.sleep(duration) }
            await Task.yield()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test("the continuous clock goes on by itself")
    func continuous() async throws {
        let clock = GeneratorClock()
        let start = clock.now()
        try await clock.sleep(.milliseconds(20))
        #expect(clock.now() - start >= .milliseconds(20))
    }
}
