import GeneratorTransport

/// Counts what happens, and lets a test wait until it has happened often enough.
final class Tally: Sendable {
    private struct State {
        var count = 0
        var waiters: [(goal: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Locked(State())

    var count: Int { state.withLock { $0.count } }

    func add() {
        let ready = state.withLock { state in
            state.count += 1
            let ready = state.waiters.filter { $0.goal <= state.count }.map(\.continuation)
            state.waiters.removeAll { $0.goal <= state.count }
            return ready
        }
        for continuation in ready { continuation.resume() }
    }

    /// Waits for `goal`, whatever becomes of the task.
    func reach(_ goal: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.count < goal { state.waiters.append((goal, continuation)) }
                return state.count >= goal
            }
            if isReached { continuation.resume() }
        }
    }
}
