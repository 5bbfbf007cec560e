#if canImport(Darwin)
    internal import Foundation
    internal import Network

    extension HTTPProxy {
        /// Refuses what CFNetwork does not speak to.
        /// - Throws: ``TransportError`` (`proxyUnsupported`).
        func checkForURLSession() throws {
            guard url.scheme == "https" else { return }
            throw TransportError(
                .proxyUnsupported, "URLSession cannot use an https proxy; it takes http, socks5 and socks5h.",
                reachedServer: false)
        }

        /// Has a session use the proxy. Newer systems are told not to go without one that fails; on older ones CFNetwork
        /// may connect directly then.
        func configure(_ configuration: URLSessionConfiguration) {
            if #available(macOS 14, iOS 17, tvOS 17, watchOS 10, visionOS 1, *), let proxyConfiguration {
                configuration.proxyConfigurations = [proxyConfiguration]
            } else {
                configuration.connectionProxyDictionary = connectionProxyDictionary
            }
        }

        /// The proxy as Network.framework knows it: plain HTTP goes through a tunnel too.
        @available(macOS 14, iOS 17, tvOS 17, watchOS 10, visionOS 1, *)
        private var proxyConfiguration: ProxyConfiguration? {
            guard let host = url.host, let number = UInt16(exactly: url.port ?? 1080),
                let port = NWEndpoint.Port(rawValue: number)
            else { return nil }
            let endpoint = NWEndpoint.hostPort(host: NWEndpoint.Host(host), port: port)
            var proxy =
                url.scheme == "http"
                ? ProxyConfiguration(httpCONNECTProxy: endpoint) : ProxyConfiguration(socksv5Proxy: endpoint)
            proxy.allowFailover = false
            if let username { proxy.applyCredential(username: username, password: password?.reveal() ?? "") }
            return proxy
        }

        /// What `URLSessionConfiguration.connectionProxyDictionary` takes. The names are those of CFNetwork, which has
        /// constants for all of them on macOS only.
        private var connectionProxyDictionary: [String: Any] {
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
