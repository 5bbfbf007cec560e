/// Carries events from the task that produces them to the one that consumes them.
///
/// It holds a few events at most; then the producer waits, which slows the socket it reads from. Nothing travels
/// through the continuations: each side wakes and looks again under the lock.
final class EventChannel<Element: Sendable>: Sendable {
    private struct State {
        var events: [Element] = []
        var end: Result<Void, any Error>?
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
        var version = 0
    }

    private let state = Locked(State())
    private let capacity = 16

    /// Hands an event over; waits while the consumer is behind.
    /// - Throws: `CancellationError` once nobody will take it.
    func send(_ event: Element) async throws {
        while true {
            try Task.checkCancellation()
            let (sent, version) = try change { state in
                if state.end != nil { throw CancellationError() }
                guard state.events.count < capacity else { return (false, state.version) }
                state.events.append(event)
                return (true, state.version)
            }
            if sent { return }
            await wait(from: version)
        }
    }

    /// Ends the sequence; events already sent can still be taken. Only the first end counts.
    func finish(_ end: Result<Void, any Error>) {
        change { state in if state.end == nil { state.end = end } }
    }

    /// Takes the next event.
    /// - Returns: `nil` after a regular end.
    func next(isolation: isolated (any Actor)?) async throws -> Element? {
        while true {
            let (event, end, version) = change { state in
                (state.events.isEmpty ? nil : state.events.removeFirst(), state.end, state.version)
            }
            if let event { return event }
            if let end {
                try end.get()
                return nil
            }
            try Task.checkCancellation()
            await wait(from: version)
        }
    }

    /// Makes a change and wakes everybody who waits: each looks again whether it is his turn.
    @discardableResult
    private func change<Value: Sendable>(_ body: (inout State) throws -> Value) rethrows -> Value {
        let (value, woken) = try state.withLock { state in
            let before = (state.events.count, state.end == nil)
            let value = try body(&state)
            guard before != (state.events.count, state.end == nil) else {
                return (value, [CheckedContinuation<Void, Never>]())
            }
            state.version &+= 1
            defer { state.waiters = [:] }
            return (value, Array(state.waiters.values))
        }
        for continuation in woken { continuation.resume() }
        return value
    }

    /// Waits for a change after `version`. Any number may wait: a provider may yield from several tasks.
    private func wait(from version: Int, isolation: isolated (any Actor)? = #isolation) async {
        let waiter = state.withLock { state in
            defer { state.nextWaiter += 1 }
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.version != version || Task.isCancelled { return true }
                    state.waiters[waiter] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
        }
    }
}
