#if os(Linux)
    extension TransportError {
        /// Names why libcurl cannot be used; `nil` where it can.
        package init?(loading result: Int32, version: String?) {
            guard result != 0 else { return nil }
            let name = version?.printable(limit: 40) ?? ""
            let found = result == 1 ? "there is none" : result == 2 ? "it is \(name)" : "\(name) does not start"
            self.init(
                .transportUnavailable,
                "CurlTransport, and what URLSession on Linux cannot do (a proxy for one request, a file as body, an IPv6 "
                    + "literal), need libcurl 7.68 or newer; \(found). Install the system's libcurl.so.4 (Debian and Ubuntu: "
                    + "libcurl4).",
                reachedServer: false)
        }

        /// Names what libcurl reports.
        /// - Parameters:
        ///   - result: Its code.
        ///   - text: Its own words.
        ///   - wasSent: Whether the request had begun to leave.
        ///   - headArrived: Whether the head of the answer was complete.
        ///   - proxyStatus: What a proxy answered to CONNECT, or 0.
        ///   - hasProxy: Whether the request names a proxy.
        package init(
            curl result: Int32, text: String, wasSent: Bool, headArrived: Bool, proxyStatus: Int, hasProxy: Bool
        ) {
            let words = text.printable(limit: 200)
            let reached: Bool? = headArrived ? true : wasSent ? nil : false
            func make(_ code: Code, _ message: String, _ reached: Bool? = reached) -> TransportError {
                TransportError(code, message, reachedServer: reached, underlying: CurlFailure(code: result))
            }
            if !wasSent {
                switch result {
                case 28: self = make(.timedOut, "No connection came about in time: \(words)")
                case 1 where hasProxy, 4 where hasProxy:
                    self = make(.proxyUnsupported, "libcurl cannot use this proxy: \(words)")
                case 1, 3: self = make(.invalidRequest, "The URL cannot be used.")
                case 35, 51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91, 98:
                    self = make(.tlsFailed, "The secure connection could not be made: \(words)")
                default:
                    let peer = hasProxy ? "the server, or to the proxy before it" : "the server"
                    let refused = proxyStatus >= 300 ? " (the proxy answered \(proxyStatus))" : ""
                    self = make(.connectionFailed, "No connection to \(peer)\(refused): \(words)")
                }
                return
            }
            switch result {
            case 28: self = make(.timedOut, "The server did not answer in time.")
            // Not HTTP, a damaged head, an encoding that is none; a head beyond the limit is called out of memory.
            case 1, 8, 23, 27, 61, 100:
                self = make(.invalidResponse, "The server's answer is not valid HTTP: \(words)", true)
            case 56 where words.contains("chunk"):
                self = make(.invalidResponse, "The server's answer is not valid HTTP: \(words)", true)
            default:
                self = make(.connectionLost, "The connection broke before the answer was complete: \(words)")
            }
        }
    }

    /// libcurl's own code, for those who look underneath.
    struct CurlFailure: Error, Sendable, CustomStringConvertible {
        let code: Int32

        var description: String { "CURLcode \(code)" }
    }
#endif
