/// The pictures of a ``GenerationStream``, or its state after each event, as a sequence to be iterated in place of the
/// events.
///
/// The rules are those of the stream itself: nothing is sent before the first element is asked for, it can be iterated
/// once, in place of the stream, and leaving the loop stops the work.
public struct GenerationElements<Element: Sendable>: AsyncSequence, Sendable {
    /// What becomes of an event, with a memory of those before.
    typealias Step = (GenerationEvent) throws -> [Element]

    private let stream: GenerationStream
    private let makeStep: @Sendable () -> Step

    init(_ stream: GenerationStream, _ makeStep: @escaping @Sendable () -> Step) {
        self.stream = stream
        self.makeStep = makeStep
    }

    /// Waits for the elements one by one.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var events: GenerationIterator<GenerationEvent>
        private let step: Step
        private var ready: ArraySlice<Element> = []

        fileprivate init(_ events: GenerationIterator<GenerationEvent>, _ step: @escaping Step) {
            self.events = events
            self.step = step
        }

        /// Waits for the next element.
        /// - Returns: The element, or `nil` when the generation is over.
        /// - Throws: ``GenerationError``; `CancellationError` when the consuming task was cancelled.
        public mutating func next() async throws -> Element? { try await next(isolation: nil) }

        /// Waits for the next element without leaving the caller's actor where it is already there.
        /// - Parameter actor: The caller's actor.
        /// - Returns: The element, or `nil` when the generation is over.
        /// - Throws: ``GenerationError``; `CancellationError` when the consuming task was cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Element? {
            while true {
                if let element = ready.popFirst() { return element }
                guard let event = try await events.next(isolation: actor) else { return nil }
                ready = try step(event)[...]
            }
        }
    }

    /// Starts taking the elements. Only the first iterator of a stream can.
    /// - Returns: An iterator.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream.makeAsyncIterator(), makeStep()) }
}
