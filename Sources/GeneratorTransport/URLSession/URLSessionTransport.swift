internal import Foundation

#if canImport(FoundationNetworking)
    internal import FoundationNetworking
#endif

/// Sends requests through Foundation's `URLSession`; the default on Apple's systems, and on Linux where libcurl cannot be
/// used (``PlatformTransport``).
///
/// It has no cache, no cookies and no credentials. Redirects and authentication challenges are left to the caller. Each
/// transfer has a session with one connection of its own, from a pool that the whole process shares. On Linux this keeps an
/// open event stream from using a processor (see below).
///
/// ## On Apple's systems
/// Written after Apple's documentation and type-checked, but not run yet:
/// - A request that creates something is sent on a session of its own, so that it never uses an old connection. Prodia's
///   oldest interface creates jobs with `GET`. Whether Foundation repeats such a request when the new connection breaks before
///   an answer is not documented, and was not tried.
/// - The metrics of a task tell whether its request reached the server. If they do not, it is unknown.
/// - From macOS 14, iOS 17, tvOS 17 and watchOS 10 on, no request is sent past a proxy, and plain HTTP goes through a tunnel
///   too. On older systems CFNetwork may connect directly when a proxy fails.
/// - Foundation may hold back the first 512 bytes of an answer that has no `Content-Type` or whose type it guesses.
///
/// ## On Linux
/// swift-corelibs-foundation differs from Apple's Foundation; measured with Swift 6.3.1:
/// - A request that **waits** on a fresh connection keeps one processor at 80 to 95 %. An event stream that follows
///   its create (``HTTPRequest/Intent/follow(_:)``) costs nothing. A long `POST` that answers only when the work is
///   done, and any wait behind a body of about 100 KB or more, does cost it.
/// - If a server closes its connection after the status line and before the end of the head, the **process** ends, inside
///   Foundation ("Transfer completed, but there's no response"). A reset has no such effect. The process also ends when a
///   chunked answer ends with a trailer field. Nothing here can prevent either.
/// - A connection that is refused or reset can end the **process** with a segmentation fault in libdispatch's event loop,
///   which reads memory that another thread has freed. It is rare: 600,000 such connections in 16 sessions went well.
///   Nothing here can prevent it.
/// - The body of a redirect without a `Location` is lost.
/// - There is no back-pressure: what arrives is buffered, up to ``HTTPRequest/bufferLimit``.
/// - A proxy cannot be chosen per request, an upload from a file that is cancelled can end the **process** ("libcurl.Easy
///   Code=43"), and IPv6 literals such as `http://[::1]/` are not connected to. Such a request is handed to `CurlTransport`,
///   and refused with `transportUnavailable` where that cannot be used. The proxy variables of the environment work as
///   curl reads them.
public struct URLSessionTransport: HTTPTransport {
    /// What the first log should hear, where this transport stands in for another one.
    private let notice: Locked<String?>
    private let clock: GeneratorClock

    /// Makes a transport. Every instance shares one pool of sessions.
    public init() { self.init(clock: GeneratorClock()) }

    /// Makes a transport that measures silence on a clock.
    package init(clock: GeneratorClock, notice: String? = nil) {
        self.clock = clock
        self.notice = Locked(notice)
    }

    /// Tells a log why this transport is used, once.
    package func explain(to log: (String) -> Void) {
        let words = notice.withLock { notice in
            defer { notice = nil }
            return notice
        }
        if let words { log(words) }
    }

    /// Sends a request and waits for the head of its answer.
    /// - Parameter request: The request.
    /// - Returns: The head, and the body to be pulled.
    /// - Throws: ``TransportError``; `CancellationError` when the calling task is cancelled.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try Task.checkCancellation()
        let request = try request.validated()
        guard let origin = HTTPOrigin(request.url) else {
            throw TransportError(.invalidRequest, "The URL has no host.")
        }
        #if os(Linux)
            if request.needsCurl { return try await CurlTransport(clock: clock).send(request) }
        #elseif canImport(Darwin)
            try request.proxy?.checkForURLSession()
        #endif
        let loan = URLSessionPool.shared.loan(for: request, to: origin)
        let transfer = HTTPTransfer(
            bufferLimit: request.bufferLimit, idleTimeout: request.idleTimeout ?? .seconds(60), clock: clock)
        let task = loan.session.start(
            request.urlRequest, bodyFile: request.bodyFile, transfer: transfer, loan: loan)
        transfer.begin { task.cancel() }
        let head = try await transfer.head()
        return HTTPResponse(status: head.status, headers: head.headers, url: request.url, body: HTTPBody(transfer))
    }
}

extension HTTPRequest {
    #if os(Linux)
        /// Whether Foundation cannot send the request (see ``URLSessionTransport``), or libcurl has sent what it follows.
        fileprivate var needsCurl: Bool {
            if case .follow(let lease) = intent, lease.held is CurlEngine.Lease { return true }
            return proxy != nil || bodyFile != nil || url.host?.contains(":") == true
        }
    #endif

    fileprivate var urlRequest: URLRequest {
        // The idle timer is our own: Foundation cuts this one to whole seconds and crashes on very large values.
        var native = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: 1e9)
        native.httpMethod = method
        native.httpBody = body
        native.httpShouldHandleCookies = false
        for field in headers { native.addValue(field.value, forHTTPHeaderField: field.name) }
        // Where nothing follows, no connection is left behind: its session is fresh again for the next create.
        switch intent {
        case .follow, .create(nil): native.setValue("close", forHTTPHeaderField: "Connection")
        case .read where hasBody: native.setValue("close", forHTTPHeaderField: "Connection")
        case .read, .create: break
        }
        return native
    }
}
