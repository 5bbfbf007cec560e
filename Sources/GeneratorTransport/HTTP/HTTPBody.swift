public import Foundation

/// Where a body's bytes come from. A transport implements this; users see ``HTTPBody``.
public protocol HTTPBodySource: Sendable {
    /// Waits for the next piece of the body.
    /// - Parameter isolation: The caller's actor, so that a piece that is already there is returned without a hop.
    /// - Returns: At least one byte, or `nil` at the regular end.
    /// - Throws: ``TransportError`` when the body is cut short, too large or silent for too long; `CancellationError`.
    func next(isolation: isolated (any Actor)?) async throws -> [UInt8]?

    /// Stops the transfer; a waiting or later `next` throws `CancellationError`. Calling it again does nothing.
    func cancel()
}

/// The bytes of an answer, pulled piece by piece as they arrive. It can be read once.
///
/// Dropping the body stops the transfer and closes its connection; so does leaving the loop over it where nobody else
/// holds the body or its ``HTTPResponse``. ``cancel()`` stops it whoever holds it.
public struct HTTPBody: AsyncSequence, Sendable {
    /// A piece of the body, as large as the network happened to deliver it.
    public typealias Element = [UInt8]

    /// Reads the pieces of the body one by one.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let handle: Handle

        fileprivate init(_ handle: Handle) { self.handle = handle }

        /// Waits for the next piece.
        /// - Returns: At least one byte, or `nil` at the regular end.
        /// - Throws: ``TransportError`` or `CancellationError`.
        public mutating func next() async throws -> [UInt8]? {
            try await handle.source.next(isolation: nil)
        }

        /// Waits for the next piece without leaving the caller's actor where the piece is already there.
        /// - Parameter actor: The caller's actor.
        /// - Returns: At least one byte, or `nil` at the regular end.
        /// - Throws: ``TransportError`` or `CancellationError`.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            try await handle.source.next(isolation: actor)
        }
    }

    /// Stops the transfer when nobody can read it any more.
    fileprivate final class Handle: Sendable {
        let source: any HTTPBodySource

        init(_ source: any HTTPBodySource) { self.source = source }

        deinit { source.cancel() }
    }

    private let handle: Handle

    package var source: any HTTPBodySource { handle.source }

    /// Wraps a source.
    /// - Parameter source: The bytes; stopped when the body is dropped.
    public init(_ source: any HTTPBodySource) { handle = Handle(source) }

    /// A body that is already there, for tests and scripted transports.
    /// - Parameter data: The whole body.
    public init(_ data: Data) { self.init(BufferedBody(data)) }

    /// Starts reading. Two iterators share the same bytes.
    /// - Returns: An iterator.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(handle) }

    /// Stops the transfer.
    public func cancel() { handle.source.cancel() }

    /// Reads the whole body.
    /// - Parameter limit: The largest size in bytes.
    /// - Returns: The bytes.
    /// - Throws: ``TransportError`` (`responseTooLarge`) past the limit, else what reading throws.
    public func collect(upTo limit: Int) async throws -> Data {
        var data = Data()
        for try await chunk in self {
            guard data.count + chunk.count <= limit else {
                cancel()
                throw TransportError(.responseTooLarge, "The answer is larger than \(limit) bytes.")
            }
            data.append(contentsOf: chunk)
        }
        return data
    }
}

/// A body that never touches a network.
private final class BufferedBody: HTTPBodySource {
    private let rest: Locked<(bytes: [UInt8]?, isCancelled: Bool)>

    init(_ data: Data) { rest = Locked((data.isEmpty ? nil : [UInt8](data), false)) }

    func next(isolation: isolated (any Actor)?) async throws -> [UInt8]? {
        try Task.checkCancellation()
        return try rest.withLock { rest in
            if rest.isCancelled { throw CancellationError() }
            defer { rest.bytes = nil }
            return rest.bytes
        }
    }

    func cancel() { rest.withLock { if $0.bytes != nil { $0 = (nil, true) } } }
}
