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
        let exchange = exchange(of: request, addresses)
        while true {
            try exchange.begin()
            let wait: Duration
            do {
                var response: HTTPResponse
                do {
                    response = try await transport.send(exchange.request)
                } catch {
                    exchange.note(error)
                    throw error
                }
                exchange.note(response)
                if exchange.isUnclear(response) { response = try await exchange.reading(response) }
                switch try exchange.judge(response) {
                case .over: return response
                case .again(let delay): wait = delay
                case .elsewhere:
                    try await exchange.goOn()
                    continue
                }
            } catch {
                wait = try exchange.wait(after: error)
            }
            try await exchange.rest(for: wait)
        }
    }

    @inline(never)
    private func exchange(of request: HTTPRequest, _ addresses: AddressPolicy?) -> HTTPExchange {
        HTTPExchange(request, addresses: addresses, through: self)
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
}
