public import Foundation

/// Scheme, host and port: what a credential belongs to.
public struct HTTPOrigin: Sendable, Hashable, CustomStringConvertible {
    /// `"http"` or `"https"`.
    public let scheme: String
    /// The host in lower case; an IPv6 literal without its brackets.
    public let host: String
    /// The port, also where the URL leaves it to the scheme.
    public let port: Int

    /// The origin of a URL, or `nil` where it is not `http` or `https` or has no host.
    /// - Parameter url: An absolute URL.
    public init?(_ url: URL) {
        guard let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https",
            let host = url.host?.lowercased(), !host.isEmpty
        else { return nil }
        self.scheme = scheme
        self.host = host.hasPrefix("[") ? host.trimmingCharacters(in: ["[", "]"]) : host
        self.port = url.port ?? (scheme == "https" ? 443 : 80)
    }

    /// Whether it is this machine, by its address or by the name that always means it.
    package var isLoopback: Bool {
        switch HostLiteral(host) {
        case .localhost: true
        case .address(let bytes): AddressClassifier.kind(of: bytes) == .loopback
        case .name, nil: false
        }
    }

    /// The origin as a URL without a path, the port left out where it is the scheme's own.
    public var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        let usual = scheme == "https" ? 443 : 80
        return port == usual ? "\(scheme)://\(name)" : "\(scheme)://\(name):\(port)"
    }
}

extension HTTPOrigin: Codable {
    /// Reads an origin from a URL.
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError` for what is no URL of one.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let origin = URL(string: try container.decode(String.self)).flatMap(HTTPOrigin.init) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "This is no origin.")
        }
        self = origin
    }

    /// Writes the origin as a URL.
    /// - Parameter encoder: The encoder.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
