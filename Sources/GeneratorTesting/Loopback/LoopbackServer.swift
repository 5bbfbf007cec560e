public import Foundation

/// A real HTTP/1.1 server on 127.0.0.1, for tests and demonstrations: it answers as its handler says, byte for byte.
///
/// ```swift
/// let server = try LoopbackServer { request, responder in
///     try await responder.respond(json: #"{"path":"\#(request.path)"}"#)
/// }
/// ```
///
/// Each request runs the handler in a task of its own, the requests of one connection one after the other. Connections
/// cost no thread: thousands may stay open. The server adds `Content-Length` or chunked framing, answers
/// `Expect: 100-continue`, and keeps connections alive as the client asks. It answers by itself 400 to what is not HTTP,
/// 413 to bodies over 256 MiB, 431 to header sections over 64 KiB, 500 when the handler throws before it wrote anything,
/// 501 to unknown transfer codings and 505 to other versions; a handler that returns without a complete response cuts
/// the connection. Trailers of chunked requests are dropped.
///
/// The server stops when it is released: keep it as long as it is needed.
public final class LoopbackServer: Sendable {
    /// The origin of the server: `http://127.0.0.1:PORT`.
    public let url: URL
    private let listener: LoopbackListener

    /// Starts listening at once.
    /// - Parameters:
    ///   - port: The TCP port, 1 to 65535, or 0 (the default) for any that is free.
    ///   - handler: Answers one request. Its task is cancelled when the server stops, but not when the client leaves;
    ///     see ``LoopbackResponder/waitForDisconnect()``.
    /// - Throws: ``LoopbackServerError`` with code `cannotListen`.
    public init(
        port: UInt16 = 0,
        handler: @escaping @Sendable (LoopbackRequest, LoopbackResponder) async throws -> Void
    ) throws {
        listener = try LoopbackListener(port: port, handler: handler)
        guard let url = URL(string: "http://127.0.0.1:\(listener.port)") else {
            listener.stop()
            throw LoopbackServerError(.cannotListen, "Port \(listener.port) makes no URL.")
        }
        self.url = url
    }

    deinit {
        listener.stop()
    }

    /// The port that the server listens on.
    public var port: UInt16 { listener.port }

    /// Every request whose header section arrived, in order of arrival, answered or not.
    ///
    /// Memory is bounded: of more than 100,000 requests the oldest are dropped, half at a time, and when the bodies take
    /// more than 64 MiB together, the oldest are emptied (`body.count < bodyLength` tells).
    public var requests: [LoopbackRequest] { snapshot.requests }

    /// How many connections are open on this side.
    public var openConnections: Int { snapshot.openConnections }

    /// How many connections were accepted in all.
    public var acceptedConnections: Int { snapshot.acceptedConnections }

    /// Everything that the server has seen, as of one moment.
    public var snapshot: LoopbackSnapshot { listener.snapshot().0 }

    /// Suspends until a condition holds. It is asked at once and then after each change: a request's header section or
    /// body has arrived, a connection was opened or closed.
    /// - Parameters:
    ///   - timeout: How long to wait at most; 60 seconds by default, because a busy machine may need them.
    ///   - condition: Whether the wait is over.
    /// - Throws: ``LoopbackServerError`` with code `timedOut`, or `CancellationError` when the task is cancelled.
    public func waitUntil(
        timeout: Duration = .seconds(60), _ condition: @Sendable (LoopbackSnapshot) -> Bool
    ) async throws {
        let listener = listener
        let deadline = ContinuousClock.now + timeout
        let alarm = Task {
            try? await Task.sleep(until: deadline, clock: .continuous)
            listener.noteChange()
        }
        defer { alarm.cancel() }
        try await withTaskCancellationHandler {
            while true {
                let (snapshot, changes) = listener.snapshot()
                if condition(snapshot) { return }
                // Looked at after the snapshot: an alarm or a cancellation later than this counts as a change.
                try Task.checkCancellation()
                guard ContinuousClock.now < deadline else {
                    throw LoopbackServerError(
                        .timedOut,
                        """
                        After \(timeout): \(snapshot.requestCount) requests, \(snapshot.openConnections) connections \
                        open of \(snapshot.acceptedConnections) accepted.
                        """)
                }
                await listener.waitForChange(after: changes)
            }
        } onCancel: {
            // Not at once: this runs under a lock of the task, and would wake others that may be just as far.
            listener.queue.async { listener.noteChange() }
        }
    }

    /// Stops listening and closes all connections at once; running handlers are cancelled. Does nothing the second time.
    public func stop() {
        listener.stop()
    }

    /// The same, and no other server gets the port while this one is there.
    package func stopKeepingPort() {
        listener.stop(keepsPort: true)
    }
}
