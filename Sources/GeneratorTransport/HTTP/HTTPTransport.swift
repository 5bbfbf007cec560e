/// Sends one request and hands out the answer as it arrives. Everything else is built on top of this one method.
///
/// ## Choosing one
/// ``PlatformTransport`` makes the default: ``URLSessionTransport`` on Apple's systems, `CurlTransport` on Linux. The latter
/// does what `URLSession` there cannot: no server ends the process, it slows the server down, takes a proxy for one request,
/// and waits without using a processor. Tests pass their own (below).
///
/// ## Using one
/// You rarely do: providers send through ``HTTPPipeline``, which follows redirects and retries what is safe to retry.
/// A transport does none of that.
///
/// ## Writing one
/// A transport
/// 1. validates method, URL and header fields, and refuses with ``TransportError`` what it cannot send;
/// 2. refuses a proxy that it cannot honour (`proxyUnsupported`), before anything leaves the machine;
/// 3. sends the request once: no redirect followed, no authentication answered, no cookie, cache or credential store;
/// 4. sends a ``HTTPRequest/Intent/create(_:)`` on a connection that nothing was sent on before;
/// 5. returns as soon as the head is there, whatever the status; the body is pulled piece by piece;
/// 6. ends the body with `nil` only where HTTP says that it is complete, and with an error where it was cut;
/// 7. stops within ``HTTPRequest/idleTimeout`` of silence, and at once when the calling task is cancelled or the body
///    dropped;
/// 8. slows the server down when nobody reads, or fails past ``HTTPRequest/bufferLimit``;
/// 9. may send a ``HTTPRequest/Intent/follow(_:)`` on any connection, once: sharing the create's is a saving, no promise.
///
/// A transport for tests is a few lines:
///
/// ```swift
/// struct CannedTransport: HTTPTransport {
///     func send(_ request: HTTPRequest) async throws -> HTTPResponse {
///         HTTPResponse(status: 200, headers: [:], url: request.url, body: HTTPBody(Data("{}".utf8)))
///     }
/// }
/// ```
public protocol HTTPTransport: Sendable {
    /// Sends a request and waits for the head of its answer.
    /// - Parameter request: The request.
    /// - Returns: The head, and the body to be pulled.
    /// - Throws: ``TransportError``; `CancellationError` when the calling task is cancelled.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse
}
