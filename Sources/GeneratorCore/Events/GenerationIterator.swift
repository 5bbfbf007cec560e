/// Waits for the elements of a ``GenerationStream`` or a ``GenerationBatch``. The work ends when the iterator is
/// released.
public struct GenerationIterator<Element: Sendable>: AsyncIteratorProtocol {
    private let consumer: Consumer
    /// The way of those who are on no actor. It is made where the element's type is known, so that all behind it is
    /// compiled for that type.
    private let take: @Sendable () async throws -> Element?

    init(_ run: GenerationRun<Element>) {
        let consumer = Consumer(run)
        self.consumer = consumer
        take = { try await consumer.next(isolation: nil) }
    }

    /// Waits for the next element.
    /// - Returns: The element, or `nil` when the work is over.
    /// - Throws: ``GenerationError``; `CancellationError` when the consuming task was cancelled.
    public mutating func next() async throws -> Element? { try await take() }

    /// Waits for the next element without leaving the caller's actor where it is already there.
    /// - Parameter actor: The caller's actor.
    /// - Returns: The element, or `nil` when the work is over.
    /// - Throws: ``GenerationError``; `CancellationError` when the consuming task was cancelled.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Element? {
        actor == nil ? try await take() : try await consumer.next(isolation: actor)
    }

    /// Ends the work when the loop is left.
    private final class Consumer: Sendable {
        private let run: GenerationRun<Element>
        private let isFirst: Bool

        init(_ run: GenerationRun<Element>) {
            self.run = run
            isFirst = run.claim()
        }

        deinit { if isFirst { run.abandon() } }

        func next(isolation: isolated (any Actor)?) async throws -> Element? {
            guard isFirst else { throw Self.secondUse() }
            return try await run.next(isolation: isolation)
        }

        @inline(never)
        private static func secondUse() -> any Error {
            GenerationError(.invalidRequest, "This was iterated before. Ask the provider for a new generation.")
        }
    }
}
