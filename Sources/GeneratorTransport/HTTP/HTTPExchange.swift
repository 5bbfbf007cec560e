internal import Foundation

/// One request on its way through a pipeline: its attempts, its redirects, and what is told of them.
///
/// A class, and none of its functions is inlined: the one that waits for the answer would have room for all that they need, and
/// keep it as long.
final class HTTPExchange {
    /// What an answer means for the exchange.
    enum Verdict {
        case over
        /// It leads elsewhere.
        case elsewhere
        case again(after: Duration)
    }

    /// Where the present attempt goes, wherever redirects have led it by now.
    private(set) var request: HTTPRequest
    private let pipeline: HTTPPipeline
    private let first: URL
    private let addresses: AddressPolicy?
    private var retries = 0
    private var redirects = 0
    private var began: ContinuousClock.Instant?
    /// What a redirect asks for.
    private var target: HTTPRequest?
    /// What the answer to a create says, where its head does not say enough.
    private var words = Data()

    init(_ request: HTTPRequest, addresses: AddressPolicy?, through pipeline: HTTPPipeline) {
        self.pipeline = pipeline
        self.addresses = addresses
        first = request.url
        var request = request
        request.idleTimeout = request.idleTimeout ?? pipeline.idleTimeout
        request.proxy = request.proxy ?? pipeline.proxy
        if request.headers["User-Agent"] == nil { request.headers.add("User-Agent", "image-generators (Swift)") }
        if request.headers["Accept-Encoding"] == nil { request.headers.add("Accept-Encoding", "identity") }
        self.request = request
    }

    private var isCreate: Bool { if case .create = request.intent { true } else { false } }

    /// Tells that an attempt goes out.
    @inline(never)
    func begin() throws {
        try Task.checkCancellation()
        words = Data()
        if isCreate { pipeline.onCreate?(nil) }
        pipeline.onSend?(request.url)
        guard let log = pipeline.log else { return }
        (pipeline.transport as? URLSessionTransport)?.explain { log(HTTPLogEntry(notice: $0)) }
        began = .now
    }

    /// Tells that the head of an answer came.
    @inline(never)
    func note(_ response: HTTPResponse) { tell(status: response.status) }

    /// Tells that there was no answer.
    @inline(never)
    func note(_ error: any Error) {
        tell(failure: error)
        if isCreate, let error = error as? TransportError, error.reachedServer == false { pipeline.onCreate?(false) }
    }

    private func tell(status: Int? = nil, failure: (any Error)? = nil) {
        guard let log = pipeline.log, let began else { return }
        let elapsed = began.duration(to: .now)
        log(HTTPLogEntry(request, attempt: retries + 1, elapsed: elapsed, status: status, failure: failure))
    }

    /// Whether only the answer's body says if a create was refused.
    @inline(never)
    func isUnclear(_ response: HTTPResponse) -> Bool {
        isCreate && response.status == 503 && response.headers.retryAfter() == nil
    }

    /// Reads what an unclear answer says.
    /// - Returns: The answer with all that was read, at most 64 KiB.
    /// - Throws: `CancellationError`.
    @inline(never)
    func reading(_ response: HTTPResponse) async throws -> HTTPResponse {
        words = try await HTTPStatusError(reading: response).body
        return HTTPResponse(
            status: response.status, headers: response.headers, url: response.url, body: HTTPBody(words))
    }

    /// Finds out what an answer means.
    @inline(never)
    func judge(_ response: HTTPResponse) throws -> Verdict {
        // A redirect may mean that a create was taken, and any other failure may have come after that.
        let isRefusal = isCreate && response.provesRefusal(words)
        if isRefusal { pipeline.onCreate?(false) }
        try response.checkIsWhole(for: request)
        if let next = try request.redirected(by: response) {
            response.body.cancel()
            target = next
            return .elsewhere
        }
        guard request.mayRepeat(after: response.status, isRefusal: isRefusal),
            let delay = delay(retryAfter: response.headers.retryAfter())
        else { return .over }
        retries += 1
        return .again(after: delay)
    }

    /// Goes where the redirect leads.
    @inline(never)
    func goOn() async throws {
        guard let next = target else { return }
        target = nil
        redirects += 1
        guard redirects <= pipeline.maximumRedirects else {
            throw TransportError(tooManyRedirects: pipeline.maximumRedirects)
        }
        try await (addresses ?? AddressPolicy(configured: HTTPOrigin(first))).check(next.url)
        request = next
    }

    /// Finds out when to try again after a failure.
    /// - Throws: The failure, where that is never.
    @inline(never)
    func wait(after error: any Error) throws -> Duration {
        guard let failure = error as? TransportError, request.mayRepeat(after: failure), let delay = delay() else {
            throw error
        }
        retries += 1
        return delay
    }

    /// Waits before the next attempt.
    @inline(never)
    func rest(for wait: Duration) async throws { try await pipeline.deadline.clock.sleep(wait) }

    /// The wait before the next attempt, or `nil` where there is none, or no time for one.
    private func delay(retryAfter: Duration? = nil) -> Duration? {
        guard let delay = pipeline.retry.delay(before: retries, retryAfter: retryAfter) else { return nil }
        if let remaining = pipeline.deadline.remaining, delay >= remaining { return nil }
        return delay
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
