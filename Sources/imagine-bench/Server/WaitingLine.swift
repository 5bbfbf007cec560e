import GeneratorTransport

/// Lets one through at a time, and tells all others their places at every step, as Gradio's queue does.
final class WaitingLine: Sendable {
    private struct State {
        var waiting: [AsyncStream<Int>.Continuation] = []
        var isTaken = false

        mutating func advance() {
            guard !isTaken, !waiting.isEmpty else { return }
            isTaken = true
            waiting.removeFirst().finish()
            for (place, continuation) in waiting.enumerated() { continuation.yield(place) }
        }
    }

    private let state = Locked(State())

    /// Joins the line.
    /// - Returns: The places, up to one's turn.
    func enter() -> AsyncStream<Int> {
        let (places, continuation) = AsyncStream<Int>.makeStream()
        state.withLock { state in
            continuation.yield(state.waiting.count)
            state.waiting.append(continuation)
            state.advance()
        }
        return places
    }

    /// Lets the next one through.
    func leave() {
        state.withLock { state in
            state.isTaken = false
            state.advance()
        }
    }
}
