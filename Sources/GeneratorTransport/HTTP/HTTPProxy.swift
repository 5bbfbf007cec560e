public import Foundation

/// A proxy for one request, or for all of a pipeline.
///
/// Hosts of links and redirects that a server names are looked up on this machine too, to keep them out of private
/// networks.
public struct HTTPProxy: Sendable, Hashable {
    /// `http`, `https` (not on Apple's platforms), `socks5` or `socks5h` (names resolved by the proxy), host and port; without
    /// a port 1080, for `https` 443.
    public let url: URL
    /// The user name, where the proxy wants one.
    public let username: String?
    /// The password, where the proxy wants one.
    public let password: Secret?

    /// Describes a proxy.
    /// - Parameter url: The proxy's URL; a user name and a password in it are taken out and kept apart.
    /// - Throws: ``TransportError`` (`invalidRequest`) for other schemes, without a host, or with a port that is none.
    public init(_ url: URL) throws {
        let schemes = ["http", "https", "socks5", "socks5h"]
        guard var parts = URLComponents(url: url, resolvingAgainstBaseURL: false),
            let scheme = parts.scheme?.lowercased(), schemes.contains(scheme), parts.host?.isEmpty == false
        else {
            throw TransportError(
                .invalidRequest,
                "A proxy needs a URL such as http://host:port; schemes: \(schemes.joined(separator: ", ")).")
        }
        if let port = parts.port, !(1...65535).contains(port) {
            throw TransportError(.invalidRequest, "The proxy's port is outside 1 to 65535.")
        }
        username = parts.user
        password = parts.password.map { Secret($0) }
        parts.user = nil
        parts.password = nil
        parts.scheme = scheme
        // With a host that no URL may have there is none: the one that was given still holds the password.
        guard let plain = parts.url else {
            throw TransportError(.invalidRequest, "The proxy's URL names no valid host.")
        }
        self.url = plain
    }
}

/// Without the name and the password: they stay where they were given.
extension HTTPProxy: Codable {
    /// Reads a proxy.
    /// - Parameter decoder: The decoder.
    /// - Throws: What the decoder throws; ``TransportError`` as ``init(_:)``.
    public init(from decoder: any Decoder) throws { try self.init(URL(from: decoder)) }

    /// Writes the proxy's URL.
    /// - Parameter encoder: The encoder.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws { try url.encode(to: encoder) }
}
