internal import GeneratorTransport

/// Waits for something, but not for longer than `limit`; cancellation of the caller does not cut it short.
func boundedWait(
    _ limit: Duration, on clock: GeneratorClock, for work: @escaping @Sendable () async -> Void
) async {
    let finished = EventGate()
    let worker = Task {
        await work()
        finished.open()
    }
    let timer = Task {
        try? await clock.sleep(limit)
        finished.open()
    }
    await finished.wait()
    worker.cancel()
    timer.cancel()
}

/// Opens once and lets its waiter through.
private final class EventGate: Sendable {
    private struct State {
        var isOpen = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Locked(State())

    func open() {
        let waiter = state.withLock { state in
            state.isOpen = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiter = continuation }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
