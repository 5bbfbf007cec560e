internal import GeneratorTransport

/// Carries events from the task that produces them to the one that consumes them.
///
/// It holds a few events at most; then the producer waits, which slows the socket it reads from. While the consumer waits,
/// the producer works on its thread.
final class EventChannel<Element: Sendable>: Sendable {
    private struct State {
        var events: [Element] = []
        var end: Result<Void, any Error>?
    }

    /// Where the consumer waits.
    let thread = LentThread()
    /// Where producers wait for room. Any number may: a provider may yield from several tasks.
    private let room = LentThread()
    private let state = Locked(State())
    private let capacity = 16

    /// Hands an event over; waits while the consumer is behind.
    /// - Throws: `CancellationError` once nobody will take it.
    func send(_ event: Element) async throws {
        while true {
            try Task.checkCancellation()
            let version = room.version
            let isTaken = try state.withLock { state in
                if state.end != nil { throw CancellationError() }
                guard state.events.count < capacity else { return false }
                state.events.append(event)
                return true
            }
            if isTaken { return thread.wake() }
            await room.wait(since: version)
        }
    }

    /// Ends the sequence; events already sent can still be taken. Only the first end counts.
    func finish(_ end: Result<Void, any Error>) {
        state.withLock { state in if state.end == nil { state.end = end } }
        thread.wake()
        room.wake()
    }

    /// Takes the next event. Where it throws, the thread is still lent: whoever cancels the work does so first, and takes it
    /// back then, or the work would go on meanwhile as if it were wanted.
    /// - Returns: `nil` after a regular end.
    func next(isolation: isolated (any Actor)?) async throws -> Element? {
        while true {
            let version = thread.version
            let (hasEvent, end) = state.withLock { (!$0.events.isEmpty, $0.end) }
            if hasEvent {
                await thread.leave(isolation: isolation)
                // Unless another task iterates as well, and was quicker.
                if let event = take() { return event }
                continue
            }
            if let end {
                try end.get()
                thread.takeBack()
                return nil
            }
            try Task.checkCancellation()
            await thread.wait(since: version, isolation: isolation)
        }
    }

    /// Takes the oldest event. Apart from the wait, which would have room for it.
    private func take() -> Element? {
        let (event, count) = state.withLock { state in
            // The only one is also the last one, which nothing has to move up for.
            let event = state.events.count > 1 ? state.events.removeFirst() : state.events.popLast()
            return (event, state.events.count)
        }
        // Not for each place that becomes free: the producer goes on when it can go on for a while.
        if count == capacity / 2 { room.wake() }
        return event
    }
}
