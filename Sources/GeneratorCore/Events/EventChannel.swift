/// Carries events from the task that produces them to the one that consumes them.
///
/// It holds a few events at most; then the producer waits, which slows the socket it reads from. Nothing travels
/// through the continuations: each side wakes and looks again under the lock.
final class EventChannel: Sendable {
    private struct State {
        var events: [GenerationEvent] = []
        var end: Result<Void, any Error>?
        var producer: CheckedContinuation<Void, Never>?
        var consumer: CheckedContinuation<Void, Never>?
        var version = 0
    }

    private let state = Locked(State())
    private let capacity = 16

    /// Hands an event over; waits while the consumer is behind.
    /// - Throws: `CancellationError` once nobody will take it.
    func send(_ event: GenerationEvent) async throws {
        while true {
            try Task.checkCancellation()
            let (sent, version) = try change { state in
                if state.end != nil { throw CancellationError() }
                guard state.events.count < capacity else { return (false, state.version) }
                state.events.append(event)
                return (true, state.version)
            }
            if sent { return }
            await wait(from: version, \.producer)
        }
    }

    /// Ends the sequence; events already sent can still be taken. Only the first end counts.
    func finish(_ end: Result<Void, any Error>) {
        change { state in if state.end == nil { state.end = end } }
    }

    /// Takes the next event.
    /// - Returns: `nil` after a regular end.
    func next(isolation: isolated (any Actor)?) async throws -> GenerationEvent? {
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
            await wait(from: version, \.consumer)
        }
    }

    /// Makes a change and wakes both sides.
    @discardableResult
    private func change<Value: Sendable>(_ body: (inout State) throws -> Value) rethrows -> Value {
        let (value, woken) = try state.withLock { state in
            let before = (state.events.count, state.end == nil)
            let value = try body(&state)
            guard before != (state.events.count, state.end == nil) else {
                return (value, [CheckedContinuation<Void, Never>?]())
            }
            state.version &+= 1
            defer { (state.producer, state.consumer) = (nil, nil) }
            return (value, [state.producer, state.consumer])
        }
        for continuation in woken { continuation?.resume() }
        return value
    }

    private func wait(
        from version: Int, _ side: any WritableKeyPath<State, CheckedContinuation<Void, Never>?> & Sendable,
        isolation: isolated (any Actor)? = #isolation
    ) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let displaced: CheckedContinuation<Void, Never>? = state.withLock { state in
                    if state.version != version || Task.isCancelled { return continuation }
                    defer { state[keyPath: side] = continuation }
                    return state[keyPath: side]
                }
                displaced?.resume()
            }
        } onCancel: {
            let waiter = state.withLock { state in
                defer { state[keyPath: side] = nil }
                return state[keyPath: side]
            }
            waiter?.resume()
        }
    }
}
