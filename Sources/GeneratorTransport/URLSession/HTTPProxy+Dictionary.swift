#if canImport(Darwin)
    internal import Foundation

    extension HTTPProxy {
        /// Refuses what CFNetwork does not speak to.
        /// - Throws: ``TransportError`` (`proxyUnsupported`).
        func checkForURLSession() throws {
            guard url.scheme == "https" else { return }
            throw TransportError(
                .proxyUnsupported, "URLSession cannot use an https proxy; it takes http, socks5 and socks5h.",
                reachedServer: false)
        }

        /// What `URLSessionConfiguration.connectionProxyDictionary` takes. The names are those of CFNetwork, which has
        /// constants for all of them on macOS only.
        var connectionProxyDictionary: [String: Any] {
            var dictionary: [String: Any] = [:]
            for kind in url.scheme == "http" ? ["HTTP", "HTTPS"] : ["SOCKS"] {
                dictionary[kind + "Enable"] = 1
                dictionary[kind + "Proxy"] = url.host ?? ""
                dictionary[kind + "Port"] = url.port ?? 1080
            }
            dictionary["kCFProxyUsernameKey"] = username
            dictionary["kCFProxyPasswordKey"] = password?.reveal()
            return dictionary
        }

        /// What answers the proxy when it asks who is there.
        var credential: URLCredential? {
            username.map { URLCredential(user: $0, password: password?.reveal() ?? "", persistence: .none) }
        }
    }
#endif
