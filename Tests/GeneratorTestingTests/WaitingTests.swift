import GeneratorTesting
import TestPace
import Testing

/// What the tests of this package wait with: each wait ends.
@Suite("Waits of tests", .paced)
struct WaitingTests {
    @Test("what never happens fails the test that waits for it, also where its task is deaf or was cancelled")
    func missed() async {
        let tally = Tally(), gate = Gate()
        tally.add()
        await withKnownIssue {
            await tally.reach(2, within: .milliseconds(10))
        } matching: { issue in
            issue.comments.contains { $0.rawValue.contains("happened 1 of 2 times") }
        }
        await withKnownIssue {
            await Task {
                withUnsafeCurrentTask { $0?.cancel() }
                await gate.pass(within: .milliseconds(10))
            }.value
        }
        await withKnownIssue { await gate.pass(within: .zero) }
    }

    @Test("what happens in time does not, and a limit that passes later changes nothing")
    func inTime() async {
        let tally = Tally(), gate = Gate()
        await withTaskGroup(of: Void.self) { group in
            for goal in 1...100 { group.addTask { await tally.reach(goal) } }
            group.addTask { await gate.pass() }
            for _ in 1...100 { tally.add() }
            gate.open()
        }
        await tally.reach(100, within: .zero)
        #expect(tally.count == 100 && gate.isOpen)
    }

    @Test("a test that is cancelled waits for no sleepers")
    func sleepers() async {
        let clock = ManualClock()
        let waiting = Task { await clock.waitForSleepers(2) }
        waiting.cancel()
        await waiting.value
        await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await clock.waitForSleepers()
        }.value
        #expect(clock.sleeperCount == 0)
    }
}
