internal import GeneratorTransport

/// The one execution behind a sequence: the task, and what became of it.
final class GenerationRun<Element: Sendable>: Sendable {
    typealias Work = @Sendable (EventChannel<Element>) async throws -> Void

    private struct State {
        var isClaimed = false
        var isCancelled = false
        var task: Task<Void, any Error>?
    }

    private let clock: GeneratorClock
    private let work: Work
    private let channel = EventChannel<Element>()
    private let state = Locked(State())

    init(on clock: GeneratorClock, _ work: @escaping Work) {
        self.clock = clock
        self.work = work
    }

    /// Whether the caller is the first to iterate.
    func claim() -> Bool {
        state.withLock { state in
            defer { state.isClaimed = true }
            return !state.isClaimed
        }
    }

    func next(isolation: isolated (any Actor)?) async throws -> Element? {
        do {
            try Task.checkCancellation()
            start()
            return try await channel.next(isolation: isolation)
        } catch {
            // Also the consumer's own cancellation ends here.
            abandon()
            channel.thread.takeBack()
            throw error
        }
    }

    private func start() {
        state.withLock { state in
            guard state.task == nil, !state.isCancelled else { return }
            let work = work, channel = channel
            state.task = channel.thread.task {
                do {
                    try await work(channel)
                    channel.finish(.success(()))
                } catch {
                    channel.finish(.failure(error))
                }
            }
        }
    }

    /// Cancels the work; whoever still waits for an event, or to hand one over, is let go at once.
    func abandon() {
        let task = state.withLock { state in
            state.isCancelled = true
            return state.task
        }
        // In this order: work that is let go must find itself cancelled, or it would not tell the server.
        task?.cancel()
        channel.finish(.failure(CancellationError()))
    }

    func cancel() async {
        abandon()
        guard let task = state.withLock({ $0.task }) else { return }
        await boundedWait(.seconds(2), on: clock) { _ = await task.result }
    }
}
