internal import Foundation

#if canImport(FoundationNetworking)
    internal import FoundationNetworking
#endif

extension TransportError {
    /// Names what a `URLSession` reports. On Linux many failures share the code "unknown"; there libcurl's own words,
    /// which Foundation keeps as the description, tell them apart.
    init(classifying error: any Error, headArrived: Bool) {
        let native = error as NSError
        let text = native.localizedDescription
        let code = (error as? URLError)?.code ?? .unknown
        let reached: Bool? = headArrived ? true : nil
        func make(_ code: Code, _ message: String, _ reached: Bool? = reached) -> TransportError {
            // Foundation's own holds the URL, and with it a query.
            TransportError(
                code, message, reachedServer: reached, underlying: (error as? URLError).map { URLError($0.code) })
        }
        if !headArrived, Self.isTLSFailure(code, text) {
            self = make(.tlsFailed, "The secure connection could not be made: \(text.printable(limit: 200))", false)
            return
        }
        switch code {
        case .cannotConnectToHost, .cannotFindHost, .dnsLookupFailed, .notConnectedToInternet:
            self = make(.connectionFailed, "No connection to the server: \(text.printable(limit: 200))", false)
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
            ].contains { text.contains($0) }
            self =
                malformed
                ? make(.invalidResponse, "The server's answer is not valid HTTP: \(text.printable(limit: 200))", true)
                : make(.connectionLost, "The connection broke: \(text.printable(limit: 200))")
        }
    }

    private static func isTLSFailure(_ code: URLError.Code, _ text: String) -> Bool {
        switch code {
        case .secureConnectionFailed, .serverCertificateHasBadDate, .serverCertificateUntrusted,
            .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .clientCertificateRejected,
            .clientCertificateRequired:
            true
        default:
            // libcurl's words for a failed handshake; a connection that breaks later says SSL_read or SSL_write.
            ["SSL certificate", "SSL: ", "SSL connect", "SSL_connect", "TLS connect", "SSL routines", "SSL peer"]
                .contains {
                    text.contains($0)
                } && !text.contains("SSL_read") && !text.contains("SSL_write")
        }
    }
}
