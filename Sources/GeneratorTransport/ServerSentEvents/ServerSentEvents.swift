extension AsyncSequence where Self: Sendable, Element == [UInt8] {
    /// Reads this sequence of byte chunks as a `text/event-stream`.
    ///
    /// An event is delivered as soon as the chunk with the end of its blank line is there. What is unfinished when the
    /// bytes end is dropped, as the standard demands.
    /// - Parameter maximumEventSize: The most bytes that a line, comments included, or the collected data of one event
    ///   may have; 32 MiB by default. Beyond it the sequence throws ``TransportError`` with the code
    ///   ``TransportError/Code/responseTooLarge``, after the events before.
    /// - Returns: The events of the stream.
    public func serverSentEvents(maximumEventSize: Int = 32 << 20) -> ServerSentEvents<Self> {
        ServerSentEvents(base: self, maximumEventSize: maximumEventSize)
    }
}

/// The events of a `text/event-stream` whose bytes come from another asynchronous sequence, in chunks of any size.
///
/// It pulls a chunk only when the events before are used up, so a slow consumer slows the source, and it throws what the
/// source throws. Make one with `serverSentEvents(maximumEventSize:)` on the sequence of chunks.
public struct ServerSentEvents<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable where Base.Element == [UInt8] {
    /// The events of the stream.
    public typealias Element = ServerSentEvent

    private let base: Base
    private let maximumEventSize: Int

    init(base: Base, maximumEventSize: Int) {
        self.base = base
        self.maximumEventSize = maximumEventSize
    }

    /// Starts to read the chunks.
    /// - Returns: An iterator over the events.
    public func makeAsyncIterator() -> Iterator {
        Iterator(base: base.makeAsyncIterator(), reader: ServerSentEventReader(maximumEventSize: maximumEventSize))
    }

    /// Yields the events one by one.
    public struct Iterator: AsyncIteratorProtocol {
        @usableFromInline var base: Base.AsyncIterator
        @usableFromInline var reader: ServerSentEventReader

        init(base: Base.AsyncIterator, reader: ServerSentEventReader) {
            self.base = base
            self.reader = reader
        }

        /// The next event.
        /// - Returns: The event, without suspending if its bytes are here already; `nil` when the bytes have ended.
        /// - Throws: What the source throws, or ``TransportError`` when an event is too large.
        @inlinable
        public mutating func next() async throws -> ServerSentEvent? {
            while !reader.isFinished {
                if try reader.advance() { return reader.takeEvent() }
                reader.feed(try await base.next())
            }
            return nil
        }

        /// The next event, waited for on the caller's actor.
        /// - Parameter actor: The actor of the caller; by default that of the calling function.
        /// - Returns: The event, without suspending if its bytes are here already; `nil` when the bytes have ended.
        /// - Throws: What the source throws, or ``TransportError`` when an event is too large.
        @available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
        @inlinable
        public mutating func next(isolation actor: isolated (any Actor)? = #isolation) async throws -> ServerSentEvent?
        {
            while !reader.isFinished {
                if try reader.advance() { return reader.takeEvent() }
                try await pull(isolation: actor)
            }
            return nil
        }

        /// The next event, if its bytes are here already.
        package mutating func nextIfHere() throws -> ServerSentEvent? {
            try reader.advanceIfHere() ? reader.takeEvent() : nil
        }

        /// Waits for a chunk in a function of its own: with the wait inlined into a loop over a ``HTTPBody``'s events,
        /// the optimiser of Swift 6.3 ends with a signal.
        @available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
        @inlinable
        @inline(never)
        mutating func pull(isolation actor: isolated (any Actor)?) async throws {
            reader.feed(try await base.next(isolation: actor))
        }
    }
}
