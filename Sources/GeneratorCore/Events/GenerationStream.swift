/// The events of one generation.
///
/// It is cold: nothing leaves the machine before the first event is asked for. It runs once: a second iteration throws
/// instead of paying again. Leaving the loop, or cancelling the task, stops the work here at once and on the server as
/// best the service allows; ``cancel()`` waits for that.
public struct GenerationStream: AsyncSequence, Sendable {
    /// What happens during the generation.
    public typealias Element = GenerationEvent

    /// Takes the events.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let consumer: Consumer

        fileprivate init(_ consumer: Consumer) { self.consumer = consumer }

        /// Waits for the next event.
        /// - Returns: The event, or `nil` when the generation is over.
        /// - Throws: ``GenerationError``; `CancellationError` when the consuming task was cancelled.
        public mutating func next() async throws -> GenerationEvent? {
            try await consumer.next(isolation: nil)
        }

        /// Waits for the next event without leaving the caller's actor where it is already there.
        /// - Parameter actor: The caller's actor.
        /// - Returns: The event, or `nil` when the generation is over.
        /// - Throws: ``GenerationError``; `CancellationError` when the consuming task was cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> GenerationEvent? {
            try await consumer.next(isolation: actor)
        }
    }

    /// Ends the work when the loop is left.
    fileprivate final class Consumer: Sendable {
        private let run: GenerationRun
        private let isFirst: Bool

        init(_ run: GenerationRun) {
            self.run = run
            isFirst = run.claim()
        }

        deinit { if isFirst { run.abandon() } }

        func next(isolation: isolated (any Actor)?) async throws -> GenerationEvent? {
            guard isFirst else {
                throw GenerationError(
                    .invalidRequest, "These events were iterated before. Ask the provider for a new generation.")
            }
            return try await run.next(isolation: isolation)
        }
    }

    /// What ``response()`` keeps of what a service may repeat.
    private static let warningLimit = 1000, textLimit = 64 << 20

    private let run: GenerationRun

    init(on clock: GeneratorClock, _ work: @escaping @Sendable (GenerationSink) async throws -> Void) {
        run = GenerationRun(on: clock, work)
    }

    /// Starts taking the events. Only the first iterator of a stream can.
    /// - Returns: An iterator.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(Consumer(run)) }

    /// Stops the work and waits, two seconds at most, until the server was told.
    ///
    /// A program that is about to end calls this; elsewhere leaving the loop is enough.
    public func cancel() async { await run.cancel() }

    /// Waits for the whole result.
    ///
    /// When some of several pictures fail, those that arrived are returned, with the failures beside them.
    /// - Returns: All pictures, the text, and the warnings, of which the first 1,000 are kept.
    /// - Throws: ``GenerationError`` when there is no result, and `responseTooLarge` for a text of more than 64 MiB;
    ///   `CancellationError` when the task is cancelled.
    public func response() async throws -> ImageResponse {
        var whole: ImageResponse?
        var text = ""
        var warnings: [GenerationWarning] = []
        do {
            for try await event in self {
                switch event {
                case .image(let response): whole = whole?.appending(response) ?? response
                case .text(let piece):
                    guard text.utf8.count + piece.utf8.count <= Self.textLimit else {
                        throw GenerationError(.responseTooLarge, "The service wrote more text than anybody asked for.")
                    }
                    text += piece
                case .warning(let warning):
                    // A service may repeat itself without end; who wants all of it reads the events.
                    if warnings.count < Self.warningLimit { warnings.append(warning) }
                default: break
                }
            }
        } catch let error as GenerationError {
            // What arrived is paid for: it is not thrown away.
            guard var partial = whole, !partial.images.isEmpty else { throw error }
            partial.failures = run.failures.isEmpty ? [error] : run.failures
            whole = partial
        }
        var result = whole ?? ImageResponse(images: [], alt: "")
        result.text = text.isEmpty ? nil : text
        result.warnings = warnings
        return result
    }
}

/// Where the producing side puts what happens.
struct GenerationSink: Sendable {
    let channel: EventChannel
    let failures: Locked<[GenerationError]>
}

/// The one execution behind a stream: the task, and what became of it.
final class GenerationRun: Sendable {
    private struct State {
        var isClaimed = false
        var isCancelled = false
        var task: Task<Void, Never>?
    }

    private let clock: GeneratorClock
    private let work: @Sendable (GenerationSink) async throws -> Void
    private let sink = GenerationSink(channel: EventChannel(), failures: Locked([]))
    private let state = Locked(State())

    init(on clock: GeneratorClock, _ work: @escaping @Sendable (GenerationSink) async throws -> Void) {
        self.clock = clock
        self.work = work
    }

    /// What went wrong with single pictures.
    var failures: [GenerationError] { sink.failures.withLock { $0 } }

    /// Whether the caller is the first to iterate.
    func claim() -> Bool {
        state.withLock { state in
            defer { state.isClaimed = true }
            return !state.isClaimed
        }
    }

    func next(isolation: isolated (any Actor)?) async throws -> GenerationEvent? {
        do {
            try Task.checkCancellation()
            start()
            return try await sink.channel.next(isolation: isolation)
        } catch {
            // Also the consumer's own cancellation ends here.
            abandon()
            throw error
        }
    }

    private func start() {
        state.withLock { state in
            guard state.task == nil, !state.isCancelled else { return }
            let work = work, sink = sink
            state.task = Task {
                do {
                    try await work(sink)
                    sink.channel.finish(.success(()))
                } catch {
                    sink.channel.finish(.failure(error))
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
        sink.channel.finish(.failure(CancellationError()))
    }

    func cancel() async {
        abandon()
        guard let task = state.withLock({ $0.task }) else { return }
        await boundedWait(.seconds(2), on: clock) { await task.value }
    }
}

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
