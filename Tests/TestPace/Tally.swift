internal import GeneratorTransport
internal import Testing

/// Counts what happens, and lets a test wait until it has happened often enough.
package final class Tally: Sendable {
    private typealias Turn = CheckedContinuation<Bool, Never>

    private struct State {
        var count = 0
        var waiters: [Int: (goal: Int, turn: Turn)] = [:]
        var lastWaiter = 0
        /// Whose time was over before they came to wait.
        var late: Set<Int> = []
    }

    private let state = Locked(State())

    package init() {}

    package var count: Int { state.withLock { $0.count } }

    package func add() {
        let turns = state.withLock { state in
            state.count += 1
            let ready = state.waiters.filter { $0.value.goal <= state.count }
            for waiter in ready.keys { state.waiters[waiter] = nil }
            return ready.values.map(\.turn)
        }
        for turn in turns { turn.resume(returning: true) }
    }

    /// Waits for `goal`, whatever becomes of the task. The limit only ends what would hang.
    package func reach(
        _ goal: Int = 1, within limit: Duration = .seconds(240), file: String = #fileID, path: String = #filePath,
        line: Int = #line
    ) async {
        let waiter = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        let alarm = AlarmClock.shared.set(in: limit) { self.giveUp(waiter) }
        defer { AlarmClock.shared.cancel(alarm) }
        let isReached = await withCheckedContinuation { turn in
            let outcome: Bool? = state.withLock { state in
                if state.count >= goal { return true }
                if state.late.contains(waiter) { return false }
                state.waiters[waiter] = (goal, turn)
                return nil
            }
            if let outcome { turn.resume(returning: outcome) }
        }
        // What a server does that was told to stop is nobody's any more.
        guard !isReached, Test.current != nil || !Task.isCancelled else { return }
        Issue.record(
            "What was waited for happened \(count) of \(goal) times within \(limit).",
            sourceLocation: SourceLocation(fileID: file, filePath: path, line: line, column: 1))
    }

    private func giveUp(_ waiter: Int) {
        let turn = state.withLock { state in
            let turn = state.waiters.removeValue(forKey: waiter)?.turn
            if turn == nil { state.late.insert(waiter) }
            return turn
        }
        turn?.resume(returning: false)
    }
}
