internal import Foundation

#if canImport(FoundationNetworking)
    internal import FoundationNetworking
#endif

extension TransportError {
    /// Names what a `URLSession` reports.
    ///
    /// On Linux many failures share the code "unknown"; there libcurl's own words, which Foundation keeps as the description,
    /// tell them apart. Elsewhere the words are in the language of whoever uses the machine, and decide nothing.
    /// - Parameters:
    ///   - error: The error.
    ///   - headArrived: Whether the head of the answer was complete.
    ///   - wasSent: Whether a byte of the request has left; `nil` where the system does not say so. What the code says of
    ///     that counts on Linux only, where it is libcurl's: elsewhere a connection may be lost with the same code.
    ///   - isCurl: Whether libcurl is underneath.
    init(classifying error: any Error, headArrived: Bool, wasSent: Bool?, isCurl: Bool = isCurl) {
        let native = error as NSError
        let text = native.localizedDescription
        let words = isCurl ? text : ""
        let code = (error as? URLError)?.code ?? .unknown
        let reached: Bool? = headArrived ? true : wasSent == false ? false : nil
        func make(_ code: Code, _ message: String, _ reached: Bool? = reached) -> TransportError {
            // Foundation's own holds the URL, and with it a query.
            TransportError(
                code, message, reachedServer: reached, underlying: (error as? URLError).map { URLError($0.code) })
        }
        // A connection that could not be made; where the request may have left, one that was lost.
        func unmade(_ code: Code, _ message: String) -> TransportError {
            let isUnsent = reached == false || reached == nil && isCurl && wasSent != true
            return make(isUnsent ? code : .connectionLost, message, isUnsent ? false : reached)
        }
        if !headArrived, Self.isTLSFailure(code, words) {
            self = unmade(.tlsFailed, "The secure connection could not be made: \(text.printable(limit: 200))")
            return
        }
        if let number = Self.proxyFailure(native) {
            self = unmade(.connectionFailed, "The proxy cannot be used (CFNetwork \(number)).")
            return
        }
        switch code {
        case .appTransportSecurityRequiresSecureConnection:
            self = make(
                .invalidRequest,
                "App Transport Security lets this app speak no plain http to this server. Use https, or allow it in the "
                    + "app's Info.plist under NSAppTransportSecurity: NSAllowsLocalNetworking for servers of the local "
                    + "network, NSExceptionDomains for others.", false)
        case .cannotConnectToHost, .cannotFindHost, .dnsLookupFailed, .notConnectedToInternet:
            self = unmade(.connectionFailed, "No connection to the server: \(text.printable(limit: 200))")
        case .timedOut: self = make(.timedOut, "The server did not answer in time.")
        case .badURL: self = make(.invalidRequest, "The URL cannot be used.", false)
        case .unsupportedURL, .cannotParseResponse, .cannotDecodeRawData, .cannotDecodeContentData:
            self = make(.invalidResponse, "The server's answer is not valid HTTP.", true)
        case .networkConnectionLost, .badServerResponse:
            self = make(.connectionLost, "The connection broke before the answer was complete.")
        case .dataLengthExceedsMaximum: self = make(.responseTooLarge, "The server's answer is too large.", true)
        default:
            // A header beyond libcurl's limit is called out of memory, since 8.6 larger than allowed.
            let malformed = [
                "encoding", "chunk", "Weird server reply", "Header", "header", "Out of memory", "larger than allowed",
            ].contains { words.contains($0) }
            self =
                malformed
                ? make(.invalidResponse, "The server's answer is not valid HTTP: \(text.printable(limit: 200))", true)
                : make(.connectionLost, "The connection broke: \(text.printable(limit: 200))")
        }
    }

    private static var isCurl: Bool {
        #if canImport(Darwin)
            false
        #else
            true
        #endif
    }

    /// The number of what went wrong with a proxy, which CFNetwork tells in a domain of its own.
    private static func proxyFailure(_ error: NSError) -> Int? {
        let chain = [error] + [error.userInfo[NSUnderlyingErrorKey] as? NSError].compactMap { $0 }
        return chain.first {
            // SOCKS, and HTTP as far as CONNECT.
            $0.domain == "kCFErrorDomainCFNetwork" && ((100...124).contains($0.code) || (306...311).contains($0.code))
        }?.code
    }

    private static func isTLSFailure(_ code: URLError.Code, _ words: String) -> Bool {
        switch code {
        case .secureConnectionFailed, .serverCertificateHasBadDate, .serverCertificateUntrusted,
            .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .clientCertificateRejected,
            .clientCertificateRequired:
            true
        default:
            // libcurl's words for a failed handshake; a connection that breaks later says SSL_read or SSL_write.
            ["SSL certificate", "SSL: ", "SSL connect", "SSL_connect", "TLS connect", "SSL routines", "SSL peer"]
                .contains {
                    words.contains($0)
                } && !words.contains("SSL_read") && !words.contains("SSL_write")
        }
    }
}
