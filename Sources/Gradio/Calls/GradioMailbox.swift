internal import GeneratorCore
internal import GeneratorTransport

/// Where a session's stream puts what it says about one job, until the job's reader takes it.
struct GradioMailbox: Sendable {
    /// So many messages may wait for the reader.
    static let countLimit = 10_000
    /// So many bytes of memory, about, may they take.
    static let sizeLimit = 64 << 20

    /// A message that waits, and then waits no more.
    struct Letter: Sendable {
        fileprivate let message: JSONValue
        fileprivate let size: Int
        fileprivate let waiting: Locked<Int>

        /// Takes the message, which makes room for others.
        func open() -> JSONValue {
            waiting.withLock { $0 -= size }
            return message
        }
    }

    typealias Letters = AsyncThrowingStream<Letter, any Error>

    private let continuation: Letters.Continuation
    private let waiting = Locked(0)

    /// Makes a mailbox.
    /// - Parameter abandoned: Called when nobody reads any more before the end.
    /// - Returns: Both of its ends.
    static func make(abandoned: @escaping @Sendable () -> Void) -> (letters: Letters, mailbox: GradioMailbox) {
        let (letters, continuation) = Letters.makeStream(bufferingPolicy: .bufferingOldest(countLimit))
        continuation.onTermination = { reason in
            if case .cancelled = reason { abandoned() }
        }
        return (letters, GradioMailbox(continuation: continuation))
    }

    private init(continuation: Letters.Continuation) { self.continuation = continuation }

    /// - Returns: Whether there was room; a single message always finds some.
    func put(_ message: JSONValue, _ size: Int) -> Bool {
        let isFull = waiting.withLock { waiting in
            if waiting > 0, waiting + size > Self.sizeLimit { return true }
            waiting += size
            return false
        }
        if !isFull, case .dropped = continuation.yield(Letter(message: message, size: size, waiting: waiting)) {
            return false
        }
        return !isFull
    }

    /// Ends the mail; what waits can still be read.
    func finish(_ error: (any Error)? = nil) { continuation.finish(throwing: error) }
}
