public import Foundation

/// Decides where a URL that came from a server may lead. It may never lead into a private network.
///
/// Without it, whoever runs or hacks a service could make this machine fetch from its own network and hand the answer
/// on. Allowed are public addresses, the configured origin itself, and loopback where the configured origin is
/// loopback too. Every address of a name must be allowed; a name that does not resolve passes, because then either the
/// transport fails on it, or a proxy resolves it in a network of its own.
///
/// A name is looked up here and again by the transport, so a name server that changes its answer in between is not
/// caught.
public struct AddressPolicy: Sendable {
    private let configured: HTTPOrigin?
    private let allowsLoopback: Bool
    private let lookup: @Sendable (_ name: String) async throws -> [[UInt8]]

    /// Makes a policy.
    /// - Parameter configured: The origin that the caller chose, which may be private; `nil` where there is none.
    public init(configured: HTTPOrigin?) {
        self.init(configured: configured, lookup: SystemLookup.addresses)
    }

    /// Makes a policy with another resolver.
    /// - Parameters:
    ///   - configured: The origin that the caller chose.
    ///   - lookup: The addresses of a name, 4 or 16 bytes each; none where it does not resolve.
    package init(
        configured: HTTPOrigin?, lookup: @escaping @Sendable (_ name: String) async throws -> [[UInt8]]
    ) {
        self.configured = configured
        self.lookup = lookup
        allowsLoopback = configured?.isLoopback == true
    }

    /// Refuses a URL that leads where it must not.
    /// - Parameter url: The URL that a server named, before anything is sent to it.
    /// - Throws: ``TransportError`` (`unsafeURL`); `CancellationError` when cancelled while a name is looked up.
    public func check(_ url: URL) async throws {
        guard let origin = HTTPOrigin(url) else {
            throw TransportError(.unsafeURL, "A link of the server is not http or https; it was not followed.")
        }
        // No transport would send these as they are, and what it made of them is not what was checked.
        guard url.user == nil, url.password == nil else {
            throw TransportError(
                .unsafeURL, "A link of the server holds a name or a password (\(quoted(origin))); it was not followed.")
        }
        guard url.hasUsablePort else {
            throw TransportError(
                .unsafeURL,
                "A link of the server names a port that there is not (\(quoted(origin))); it was not followed.")
        }
        if origin == configured { return }
        let kinds: [AddressClassifier.Kind]
        switch HostLiteral(origin.host) {
        case .localhost: kinds = [.loopback]
        case .address(let bytes): kinds = [AddressClassifier.kind(of: bytes)]
        case .name(let name): kinds = try await lookup(name).map(AddressClassifier.kind)
        case nil:
            throw TransportError(
                .unsafeURL, "A link of the server names no valid host (\(quoted(origin))); it was not followed.")
        }
        for kind in kinds where kind != .public && !(kind == .loopback && allowsLoopback) {
            throw TransportError(
                .unsafeURL,
                "A link of the server leads to \(quoted(origin)), a \(kind.rawValue) address; it was not followed.")
        }
    }

    private func quoted(_ origin: HTTPOrigin) -> String { origin.host.printable(limit: 100) }
}

extension URL {
    /// Whether its port is one: a number that is none is no number to Foundation either.
    fileprivate var hasUsablePort: Bool {
        if let port { return (1...65535).contains(port) }
        return URLComponents(url: self, resolvingAgainstBaseURL: true)?.rangeOfPort == nil
    }
}
