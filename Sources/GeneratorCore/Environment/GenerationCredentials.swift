public import Foundation

/// Keys and tokens, each for one place only.
public struct GenerationCredentials: Sendable, Hashable {
    /// The service's own key: Prodia's key or token; for `FluxDevProvider`, `JanusProProvider` and `G4FProvider` a ZeroGPU
    /// token.
    public var apiKey: Secret?
    /// The Hugging Face Hub's access token (`hf_…`): sent to the Hub and to Spaces on `*.hf.space`, nowhere else.
    public var hubToken: Secret?
    /// The Hub's cookies of a person who is signed in there, as one header value: sent to the Hub, nowhere else.
    public var hubCookies: Secret?
    /// Bearer tokens for single origins, for a Space of one's own behind a proxy that wants one.
    public var bearerTokens: [HTTPOrigin: Secret]
    /// Names and passwords for single origins, for an app that wants a login.
    public var logins: [HTTPOrigin: GenerationLogin]

    /// Makes credentials.
    /// - Parameters:
    ///   - apiKey: The service's own key.
    ///   - hubToken: The Hub's access token.
    ///   - hubCookies: The Hub's cookies as one header value.
    ///   - bearerTokens: Bearer tokens for single origins.
    ///   - logins: Names and passwords for single origins.
    public init(
        apiKey: Secret? = nil, hubToken: Secret? = nil, hubCookies: Secret? = nil,
        bearerTokens: [HTTPOrigin: Secret] = [:], logins: [HTTPOrigin: GenerationLogin] = [:]
    ) {
        self.apiKey = apiKey
        self.hubToken = hubToken
        self.hubCookies = hubCookies
        self.bearerTokens = bearerTokens
        self.logins = logins
    }

    /// The Hub that ``hubToken`` belongs to unless another is configured.
    public static let defaultHubURL = "https://huggingface.co"

    /// What the process's environment offers: `HF_TOKEN` as the Hub's token.
    public static var fromEnvironment: GenerationCredentials {
        let token = ProcessInfo.processInfo.environment["HF_TOKEN"].map { Secret($0) }
        return GenerationCredentials(hubToken: token.flatMap { $0.isEmpty ? nil : $0 })
    }

    /// The header fields that these credentials add to a request for `url`, by the rules above.
    ///
    /// The Hub's own site gets its token as `Authorization`, a Space as `x-hf-authorization`, which the Hub's proxy
    /// reads and the app behind it never sees; so does the newest official client.
    /// - Parameters:
    ///   - url: Where the request goes.
    ///   - hub: The Hub's origin.
    /// - Returns: The fields; none for a place that the credentials do not belong to.
    public func headers(for url: URL, hub: URL) -> HTTPHeaders {
        guard let origin = HTTPOrigin(url) else { return [:] }
        if let token = bearerTokens[origin] { return ["Authorization": "Bearer \(token.reveal())"] }
        if origin == HTTPOrigin(hub) {
            var headers = HTTPHeaders()
            headers["Authorization"] = hubToken.map { "Bearer \($0.reveal())" }
            headers["Cookie"] = hubCookies?.reveal()
            return headers
        }
        guard let hubToken else { return [:] }
        // A host that is no name, such as `other.example%2F.hf.space`, may be another one to whoever looks it up.
        if origin.scheme == "https", origin.port == 443, origin.host.hasSuffix(".hf.space"),
            case .name = HostLiteral(origin.host)
        {
            return ["x-hf-authorization": "Bearer \(hubToken.reveal())"]
        }
        return [:]
    }
}

/// A name and a password, for one app that wants them.
public struct GenerationLogin: Sendable, Hashable {
    /// The name.
    public var username: String
    /// The password.
    public var password: Secret

    /// Makes a login.
    /// - Parameters:
    ///   - username: The name.
    ///   - password: The password.
    public init(username: String, password: Secret) {
        self.username = username
        self.password = password
    }
}
