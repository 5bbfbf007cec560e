public import Foundation

/// Sends requests through a transport with everything that every protocol needs: redirects, retries, a deadline.
///
/// Providers send through the pipeline of their context. A status of 400 or more is an answer, not an error: what it
/// means is for the protocol above to say.
public struct HTTPPipeline: Sendable {
    /// The transport that sends each request.
    public var transport: any HTTPTransport
    /// When a request that failed is sent again.
    public var retry: RetryPolicy
    /// Nothing is sent again where the wait before it would reach this. What is under way is not cut short: for that, do
    /// the whole work within ``Deadline/run(_:)``, as the engine of the providers does.
    public var deadline: Deadline
    /// How many redirects are followed; 5 by default.
    public var maximumRedirects = 5
    /// The longest silence that requests allow, unless they say otherwise; 60 s by default.
    public var idleTimeout: Duration = .seconds(60)
    /// The proxy that requests take, unless they name one.
    public var proxy: HTTPProxy?
    /// Receives an entry for each attempt to send a request, when it was answered or has failed.
    public var log: (@Sendable (HTTPLogEntry) -> Void)?
    /// Hears what became of a request that creates something: `nil` before it goes out (from then on the server may
    /// have it), `false` when the server provably did not take it.
    package var onCreate: (@Sendable (_ wasAccepted: Bool?) -> Void)?

    /// Hears of each attempt, before it goes out, whom it is for.
    package var onSend: (@Sendable (URL) -> Void)?

    /// Makes a pipeline.
    /// - Parameters:
    ///   - transport: Sends the single requests; the platform's own best by default (``PlatformTransport``).
    ///   - retry: When to send again.
    ///   - deadline: When nothing is sent again any more; none by default.
    public init(
        transport: any HTTPTransport = PlatformTransport.make(), retry: RetryPolicy = RetryPolicy(),
        deadline: Deadline = Deadline(in: nil)
    ) {
        self.transport = transport
        self.retry = retry
        self.deadline = deadline
    }

    /// Sends a request, follows redirects, and repeats it where that is safe. Without a `User-Agent` it says
    /// `image-generators (Swift)`.
    ///
    /// Without an `Accept-Encoding` it asks for an answer that is not compressed, and refuses one that is: libcurl, also
    /// underneath URLSession, takes a compressed answer that was cut for a whole one. A part of an answer (206) is refused
    /// as well, unless the request names a `Range`.
    /// - Parameters:
    ///   - request: The request.
    ///   - addresses: Where redirects may lead; by default to public addresses, to the first URL's own origin, and to
    ///     loopback where that origin is loopback.
    /// - Returns: The last answer, whatever its status.
    /// - Throws: ``TransportError``, `CancellationError`.
    public func send(_ request: HTTPRequest, addresses: AddressPolicy? = nil) async throws -> HTTPResponse {
        var request = request
        request.idleTimeout = request.idleTimeout ?? idleTimeout
        request.proxy = request.proxy ?? proxy
        if request.headers["User-Agent"] == nil { request.headers.add("User-Agent", "image-generators (Swift)") }
        if request.headers["Accept-Encoding"] == nil { request.headers.add("Accept-Encoding", "identity") }
        let first = request.url
        var retries = 0
        var redirects = 0
        // What is repeated is the request that failed, wherever redirects have led it by then.
        while true {
            try Task.checkCancellation()
            let wait: Duration
            do {
                let (response, isRefusal) = try await sendOnce(request, attempt: retries + 1)
                try response.checkIsWhole(for: request)
                if let next = try request.redirected(by: response) {
                    response.body.cancel()
                    redirects += 1
                    guard redirects <= maximumRedirects else {
                        throw TransportError(tooManyRedirects: maximumRedirects)
                    }
                    try await (addresses ?? AddressPolicy(configured: HTTPOrigin(first))).check(next.url)
                    request = next
                    continue
                }
                guard request.mayRepeat(after: response.status, isRefusal: isRefusal),
                    let delay = delay(before: retries, retryAfter: response.headers.retryAfter())
                else { return response }
                wait = delay
            } catch let error as TransportError {
                guard request.mayRepeat(after: error), let delay = delay(before: retries) else { throw error }
                wait = delay
            }
            retries += 1
            try await deadline.clock.sleep(wait)
        }
    }

    /// Sends a request and reads the whole answer.
    /// - Parameters:
    ///   - request: The request.
    ///   - limit: The largest body in bytes; 16 MiB by default.
    /// - Returns: The answer's head and its bytes.
    /// - Throws: ``TransportError``, `CancellationError`.
    public func data(for request: HTTPRequest, limit: Int = 16 << 20) async throws -> (HTTPResponse, Data) {
        let response = try await send(request)
        return (response, try await response.body.collect(upTo: limit))
    }

    /// The wait before the next attempt, or `nil` where there is none, or no time for one.
    private func delay(before retry: Int, retryAfter: Duration? = nil) -> Duration? {
        guard let delay = self.retry.delay(before: retry, retryAfter: retryAfter) else { return nil }
        if let remaining = deadline.remaining, delay >= remaining { return nil }
        return delay
    }

    /// Sends a request and says whether the answer proves that a create was not taken.
    private func sendOnce(_ request: HTTPRequest, attempt: Int) async throws -> (HTTPResponse, isRefusal: Bool) {
        guard case .create = request.intent else { return (try await logged(request, attempt: attempt), false) }
        onCreate?(nil)
        do {
            // A redirect may mean that it was taken, and any other failure may have come after that.
            let (response, isRefusal) = try await logged(request, attempt: attempt).judgedAsCreate()
            if isRefusal { onCreate?(false) }
            return (response, isRefusal)
        } catch let error as TransportError where error.reachedServer == false {
            onCreate?(false)
            throw error
        }
    }

    private func logged(_ request: HTTPRequest, attempt: Int) async throws -> HTTPResponse {
        onSend?(request.url)
        guard let log else { return try await transport.send(request) }
        (transport as? URLSessionTransport)?.explain { log(HTTPLogEntry(notice: $0)) }
        let start = ContinuousClock.now
        do {
            let response = try await transport.send(request)
            let elapsed = start.duration(to: .now)
            log(HTTPLogEntry(request, attempt: attempt, elapsed: elapsed, status: response.status))
            return response
        } catch {
            log(HTTPLogEntry(request, attempt: attempt, elapsed: start.duration(to: .now), failure: error))
            throw error
        }
    }
}

extension TransportError {
    fileprivate init(tooManyRedirects limit: Int) {
        self.init(.invalidResponse, "The server redirected more than \(limit) times.", reachedServer: true)
    }
}

extension HTTPRequest {
    fileprivate func mayRepeat(after status: Int, isRefusal: Bool) -> Bool {
        switch intent {
        // Behind a failing gateway the request may have arrived.
        case .create: isRefusal && (status == 429 || status == 503)
        case .follow: status == 429 || status == 503
        case .read: [408, 429, 502, 503, 504].contains(status)
        }
    }

    fileprivate func mayRepeat(after error: TransportError) -> Bool {
        switch intent {
        case .create: error.code == .connectionFailed
        case .read: error.code == .connectionFailed || error.code == .connectionLost
        // A stream that was opened once is gone with its connection: opening it again would wait for ever.
        case .follow: error.code == .connectionFailed
        }
    }
}
