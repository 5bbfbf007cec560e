#if os(Linux)
    internal import Foundation

    /// Sends requests through libcurl itself, the library underneath Foundation's `URLSession` on Linux. It exists there only.
    ///
    /// It does what `URLSession` on Linux cannot: it slows the server down when nobody reads, it takes a proxy for a single
    /// request, and it waits without using a processor. One thread serves all transfers of the process. Each takes a
    /// descriptor: thousands at a time want a higher `ulimit -n`, often 1,024; without one left, requests fail with
    /// `connectionFailed`.
    ///
    /// Nothing is linked for it: it takes the libcurl that Foundation has loaded, else the system's `libcurl.so.4`; either has
    /// to be 7.68 or newer. Without one every request is refused with `transportUnavailable`.
    ///
    /// - HTTP/1.1 only: each transfer has a connection of its own, so that none slows another down.
    /// - What waits for the reader stays below 512 KiB, and below ``HTTPRequest/bufferLimit``, which counts as 16 KiB where it
    ///   is less.
    /// - It asks for no compression and unpacks nothing: libcurl takes a compressed body that was cut for a whole one.
    /// - A ``HTTPRequest/Intent/create(_:)`` over `https` resumes the TLS session of an earlier request to the same origin
    ///   where the server allows it: its fresh connection then costs a short handshake.
    /// - A ``HTTPRequest/Intent/follow(_:)`` whose connection dies unanswered fails at once. By itself libcurl would send it
    ///   again, as it does what only reads.
    /// - Without ``HTTPRequest/proxy`` the proxy variables of the environment count, as curl reads them; with it they do
    ///   not, nor does `no_proxy`.
    /// - A body file is read while no other transfer is served: on a disk that hangs, as one of a network may, every transfer
    ///   waits.
    /// - Before libcurl 7.87, cancelling a request whose host name is being looked up holds up all others until the
    ///   lookup ends.
    public struct CurlTransport: HTTPTransport {
        static let usualPatience: Duration = .seconds(60)

        private let clock: GeneratorClock
        private let authorities: String?

        /// Makes a transport. Every instance shares one thread and one set of connections.
        public init() { self.init(clock: GeneratorClock()) }

        /// Makes a transport for tests and measurements.
        /// - Parameters:
        ///   - clock: What silence is measured on.
        ///   - authorities: A file with certificates to trust, in PEM; the system's where there is none.
        package init(clock: GeneratorClock, authorities: String? = nil) {
            self.clock = clock
            self.authorities = authorities
        }

        /// Sends a request and waits for the head of its answer.
        /// - Parameter request: The request.
        /// - Returns: The head, and the body to be pulled.
        /// - Throws: ``TransportError``; `CancellationError` when the calling task is cancelled.
        public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            let (transfer, url) = try start(request)
            let head = try await transfer.head()
            return HTTPResponse(
                status: head.status, headers: head.headers, url: url, body: HTTPBody(transfer))
        }

        /// Apart from the wait, which would have room for all that is needed only here.
        @inline(never)
        private func start(_ request: HTTPRequest) throws -> (HTTPTransfer, URL) {
            try Task.checkCancellation()
            let request = try request.validated()
            let body = try CurlBody(request)
            let engine = try CurlEngine.shared()
            // One piece has to fit, however small the limit.
            let transfer = HTTPTransfer(
                bufferLimit: max(request.bufferLimit, CurlTransfer.largestPiece),
                idleTimeout: request.idleTimeout ?? Self.usualPatience, clock: clock)
            let number = engine.start(request, body: body, authorities: authorities, transfer: transfer)
            transfer.begin(stop: { engine.post(.stop(number)) }, resume: { engine.post(.resume(number)) })
            return (transfer, request.url)
        }
    }
#endif
