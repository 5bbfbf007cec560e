internal import GeneratorTransport

/// The events of one generation.
///
/// Nothing is sent before the first event is asked for. A stream can be iterated once: a second iteration throws, so that
/// nothing is billed twice. Leaving the loop, or cancelling the task, stops the work: here at once, and on the server if the
/// service allows it. ``cancel()`` waits until the server was told. To iterate over the pictures only, or over the state of the
/// generation, use ``images`` or ``snapshots`` in place of the stream.
public struct GenerationStream: AsyncSequence, Sendable {
    /// An event of the generation.
    public typealias Element = GenerationEvent

    private let run: GenerationRun<GenerationEvent>
    private let clock: GeneratorClock
    private let failures = Locked<[Int: GenerationError]>([:])
    private let progress = Locked<[Int: Locked<GenerationContext.Progress>]>([:])

    init(on clock: GeneratorClock, _ work: @escaping @Sendable (GenerationSink) async throws -> Void) {
        let failures = failures, progress = progress
        self.clock = clock
        run = GenerationRun(on: clock) { channel in
            try await work(
                GenerationSink(failures: failures, begun: progress, thread: channel.thread) {
                    try await channel.send($0)
                })
        }
    }

    /// Starts taking the events. Only the first iterator of a stream can.
    /// - Returns: An iterator.
    public func makeAsyncIterator() -> GenerationIterator<GenerationEvent> { GenerationIterator(run) }

    /// Stops the work and waits, two seconds at most, until the server was told.
    ///
    /// A program that is about to end calls this; elsewhere leaving the loop is enough.
    public func cancel() async { await run.cancel() }

    /// What is known of each picture that was begun, by its number: whether the service accepted it, as in
    /// ``GenerationError/wasAccepted``, and its job.
    package var begun: [Int: (wasAccepted: Bool?, job: JobHandle?)] {
        progress.withLock { $0 }.mapValues { $0.withLock { ($0.wasAccepted, $0.job) } }
    }

    /// Only the finished pictures, as they come.
    public var images: GenerationElements<GeneratedImage> {
        GenerationElements(self) {
            { event in if case .image(let response) = event { response.images } else { [] } }
        }
    }

    /// The state of the whole generation after each event, for a view to show.
    public var snapshots: GenerationElements<GenerationSnapshot> {
        GenerationElements(self) {
            var snapshot = GenerationSnapshot()
            return { event in
                // Each is a copy: more text than any view shows would be copied again with each piece.
                try snapshot.take(event, textLimit: 1 << 20)
                return [snapshot]
            }
        }
    }

    /// Waits for the whole result.
    ///
    /// When some of several pictures fail, those that arrived are returned, with the failures beside them.
    /// - Returns: All pictures in the order of their numbers, the text, and the warnings, of which the first 1,000 are kept.
    /// - Throws: ``GenerationError`` when there is no result, and `responseTooLarge` for a text of more than 64 MiB;
    ///   `CancellationError` when the task is cancelled.
    public func response() async throws -> ImageResponse {
        let started = clock.now()
        var whole = GenerationSnapshot()
        do {
            for try await event in self { try whole.take(event, textLimit: 64 << 20) }
        } catch let error as GenerationError {
            // What arrived is paid for: it is not thrown away.
            guard !whole.images.isEmpty else { throw error }
            let failures = failures.withLock { $0 }.sorted { $0.key < $1.key }.map(\.value)
            return whole.response(in: clock.now() - started, failures.isEmpty ? [error] : failures)
        }
        return whole.response(in: clock.now() - started)
    }
}

/// Where the producing side puts what happens.
struct GenerationSink: Sendable {
    /// What went wrong with single pictures, by the number of each.
    let failures: Locked<[Int: GenerationError]>
    /// What is known of each picture's job, by the number of each.
    let begun: Locked<[Int: Locked<GenerationContext.Progress>]>
    /// Whose turn the work has already.
    var limiter: ConcurrencyLimiter?
    /// What is known about the job, where that is shared with the provider that passed the work on.
    var progress: Locked<GenerationContext.Progress>?
    /// The thread of whoever waits for the events.
    let thread: LentThread
    /// Hands an event over. Waits while the consumer is behind; throws `CancellationError` once there is none.
    var send: @Sendable (GenerationEvent) async throws -> Void

    init(
        failures: Locked<[Int: GenerationError]>, begun: Locked<[Int: Locked<GenerationContext.Progress>]>,
        thread: LentThread, send: @escaping @Sendable (GenerationEvent) async throws -> Void
    ) {
        self.failures = failures
        self.begun = begun
        self.thread = thread
        self.send = send
    }
}
