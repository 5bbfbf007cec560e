/// The keys, tokens and passwords of a caller. Each is sent only to the service or origin that it is for.
public struct GenerationCredentials: Sendable, Hashable {
    /// The service's own key: Prodia's key or token; for providers of Gradio apps a ZeroGPU token.
    public var apiKey: Secret?
    /// Bearer tokens for single origins, for a Space of one's own behind a proxy that wants one.
    public var bearerTokens: [HTTPOrigin: Secret]
    /// Names and passwords for single origins, for an app that wants a login.
    public var logins: [HTTPOrigin: GenerationLogin]
    /// What single services keep here, by names of their own. Cookies are one header value.
    package var secrets: [String: Secret] = [:]
    /// Whether services look into the process's environment for what they were not given.
    package private(set) var isFromEnvironment = false

    /// Makes credentials.
    /// - Parameters:
    ///   - apiKey: The service's own key.
    ///   - bearerTokens: Bearer tokens for single origins.
    ///   - logins: Names and passwords for single origins.
    public init(
        apiKey: Secret? = nil, bearerTokens: [HTTPOrigin: Secret] = [:], logins: [HTTPOrigin: GenerationLogin] = [:]
    ) {
        self.apiKey = apiKey
        self.bearerTokens = bearerTokens
        self.logins = logins
    }

    /// What the process's environment offers: each service looks there for its own, the Hub for `HF_TOKEN` and for the file
    /// that its tools write.
    public static var fromEnvironment: GenerationCredentials {
        var credentials = GenerationCredentials()
        credentials.isFromEnvironment = true
        return credentials
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
