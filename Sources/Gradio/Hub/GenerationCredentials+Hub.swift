public import Foundation
public import GeneratorCore
public import GeneratorTransport

/// The credentials of the Hugging Face Hub, among the others.
extension GenerationCredentials {
    /// The Hub that ``hubToken`` belongs to unless another is configured.
    public static let defaultHubURL = "https://huggingface.co"

    private static let token = "hub token", cookies = "hub cookies"

    /// The Hub's access token (`hf_…`): sent to the Hub and to Spaces on `*.hf.space`, nowhere else.
    ///
    /// Where none was given, and the credentials are those of the process's environment, it is `HF_TOKEN`, else what the Hub's
    /// own tools have written to the file `token` in `HF_HOME`, by default `~/.cache/huggingface`.
    public var hubToken: Secret? {
        get {
            secrets[Self.token] ?? (isFromEnvironment ? Self.hubToken(in: ProcessInfo.processInfo.environment) : nil)
        }
        set { secrets[Self.token] = newValue }
    }

    /// The Hub's cookies of a person who is signed in there, as one header value: sent to the Hub, nowhere else.
    public var hubCookies: Secret? {
        get { secrets[Self.cookies] }
        set { secrets[Self.cookies] = newValue }
    }

    /// Makes credentials with the Hub's token.
    /// - Parameters:
    ///   - apiKey: The service's own key.
    ///   - hubToken: The Hub's access token.
    ///   - hubCookies: The Hub's cookies as one header value.
    ///   - bearerTokens: Bearer tokens for single origins.
    ///   - logins: Names and passwords for single origins.
    public init(
        apiKey: Secret? = nil, hubToken: Secret?, hubCookies: Secret? = nil, bearerTokens: [HTTPOrigin: Secret] = [:],
        logins: [HTTPOrigin: GenerationLogin] = [:]
    ) {
        self.init(apiKey: apiKey, bearerTokens: bearerTokens, logins: logins)
        self.hubToken = hubToken
        self.hubCookies = hubCookies
    }

    /// Makes credentials with the Hub's cookies alone.
    /// - Parameters:
    ///   - apiKey: The service's own key.
    ///   - hubCookies: The Hub's cookies as one header value.
    public init(apiKey: Secret? = nil, hubCookies: Secret?) {
        self.init(apiKey: apiKey, hubToken: nil, hubCookies: hubCookies)
    }

    /// The Hub's token as its own tools find it.
    /// - Parameter variables: The environment variables.
    /// - Returns: `HF_TOKEN`, else the content of the token file; `nil` where there is neither, or where one is empty.
    public static func hubToken(in variables: [String: String]) -> Secret? {
        func token(_ text: String?) -> Secret? {
            guard let text = text?.trimmingWhitespace(), !text.isEmpty else { return nil }
            return Secret(text)
        }
        if let token = token(variables["HF_TOKEN"]) { return token }
        let home = variables["HOME"].map { URL(fileURLWithPath: $0) }
        let cache = token(variables["XDG_CACHE_HOME"]).map { URL(fileURLWithPath: $0.reveal()) }
        let folder =
            token(variables["HF_HOME"]).map { URL(fileURLWithPath: $0.reveal()) }
            ?? (cache ?? home?.appendingPathComponent(".cache"))?.appendingPathComponent("huggingface")
        let named = token(variables["HF_TOKEN_PATH"]).map { URL(fileURLWithPath: $0.reveal()) }
        guard let file = named ?? folder?.appendingPathComponent("token"),
            // A link to it will do.
            let attributes = try? FileManager.default.attributesOfItem(atPath: file.resolvingSymlinksInPath().path),
            // No token is longer, and a pipe would have no end.
            attributes[.type] as? FileAttributeType == .typeRegular,
            let size = (attributes[.size] as? NSNumber)?.intValue, size <= 8192, let data = try? Data(contentsOf: file)
        else { return nil }
        return token(String(data: data, encoding: .utf8))
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
        // Most have nothing to add, and to take a URL apart takes longer than to see that.
        let isEmpty = bearerTokens.isEmpty && hubCookies == nil && secrets[Self.token] == nil && !isFromEnvironment
        guard !isEmpty, let origin = HTTPOrigin(url) else { return [:] }
        if let token = bearerTokens[origin] { return ["Authorization": "Bearer \(token.reveal())"] }
        if origin == HTTPOrigin(hub) {
            var headers = HTTPHeaders()
            headers["Authorization"] = hubToken.map { "Bearer \($0.reveal())" }
            headers["Cookie"] = hubCookies?.reveal()
            return headers
        }
        // A host that is no name, such as `other.example%2F.hf.space`, may be another one to whoever looks it up.
        guard origin.scheme == "https", origin.port == 443, origin.host.hasSuffix(".hf.space"),
            case .name = HostLiteral(origin.host), let hubToken
        else { return [:] }
        return ["x-hf-authorization": "Bearer \(hubToken.reveal())"]
    }
}
