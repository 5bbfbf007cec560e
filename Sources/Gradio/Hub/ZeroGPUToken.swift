package import Foundation
package import GeneratorCore
public import GeneratorTransport

/// A token with which a call uses its caller's share of the Hub's GPUs. It is sent to one Space, when the job is
/// submitted.
///
/// ```swift
/// let token = try await GradioHub().gpuToken(for: space)
/// let job = try await app.submit(endpoint, arguments, headers: token.headers)
/// ```
public struct ZeroGPUToken: Sendable, Hashable {
    /// Sent as `x-zerogpu-token`.
    public var token: Secret?
    /// Sent as `x-zerogpu-uuid`.
    public var uuid: Secret?
    /// Whether the Hub gave it; else it is the caller's own key, which nobody keeps.
    package var isOfHub = true

    /// Makes a token.
    /// - Parameters:
    ///   - token: The token; the Space counts the call to the caller's address where there is none.
    ///   - uuid: The name of the session that it belongs to.
    public init(token: Secret? = nil, uuid: Secret? = nil) {
        self.token = token
        self.uuid = uuid
    }

    /// The header fields that carry the token and the session. What is missing has no field.
    public var headers: HTTPHeaders {
        var headers: HTTPHeaders = [:]
        headers["x-zerogpu-token"] = token?.reveal()
        headers["x-zerogpu-uuid"] = uuid?.reveal()
        return headers
    }

    /// Takes the caller's own token, or asks the Hub for one as the Space's page does.
    ///
    /// Going on without a token is no failure: the Space then counts the call to the caller's address; so
    /// it is where no name of a Space is known for the URL.
    ///
    /// A `known` token is one that the Hub gave earlier, for the same Space and user.
    package static func acquire(
        for space: String?, at hub: URL, knowing known: ZeroGPUToken? = nil, in context: GenerationContext
    ) async throws -> ZeroGPUToken {
        if let key = context.credentials.apiKey, !key.isEmpty {
            var own = ZeroGPUToken(token: key)
            own.isOfHub = false
            return own
        }
        if let known {
            context.hide(known.token)
            context.hide(known.uuid)
            return known
        }
        guard let name = space else {
            try await context.status("Going on without a GPU token")
            return ZeroGPUToken()
        }
        // It goes into a path of the Hub's.
        guard let space = GradioSpace(name) else {
            throw GenerationError(noSpace: name)
        }
        try await context.status("Acquiring GPU Token")
        let found = try await GradioHub(url: hub, credentials: context.credentials)
            .gpuToken(for: space, using: context.http)
        // The Space is told them, and may repeat what it was told.
        context.hide(found.token)
        context.hide(found.uuid)
        if found.token == nil { try await context.status("Going on without a GPU token") }
        return found
    }

    /// The name of the Space whose token may go to a URL: the one that the caller named, or the provider's own. A token is
    /// for one Space, so another URL gets none of the public Hub's unless the caller says which Space it is.
    package static func space(_ named: String?, own: (space: String, url: URL?), at url: URL?, hub: URL?) -> String? {
        let isOwn = url == nil || url.flatMap(HTTPOrigin.init) == own.url.flatMap(HTTPOrigin.init)
        return named ?? (isOwn || isAnother(hub) ? own.space : nil)
    }

    /// Whether a Hub was chosen that is not the public one.
    private static func isAnother(_ hub: URL?) -> Bool {
        guard let hub else { return false }
        return HTTPOrigin(hub) != URL(string: GenerationCredentials.defaultHubURL).flatMap(HTTPOrigin.init)
    }
}

extension GradioHub {
    /// Asks the Hub for a GPU token, as a Space's page does.
    /// - Parameters:
    ///   - space: The Space.
    ///   - http: Sends the requests.
    /// - Returns: The token; empty where the Hub gives none, which is no failure: the Space then counts the call to the caller's
    ///   address.
    /// - Throws: `CancellationError`.
    public func gpuToken(
        for space: GradioSpace, using http: HTTPPipeline = HTTPPipeline()
    ) async throws -> ZeroGPUToken {
        guard let url else { return ZeroGPUToken() }
        var found = try await onPage(of: space, url, http)
        if credentials.hubCookies != nil || credentials.hubToken != nil,
            let signed = try await signed(for: space, url, http)
        {
            found.token = signed
        }
        return found
    }

    /// The page holds token and uuid as escaped JSON.
    private func onPage(of space: GradioSpace, _ hub: URL, _ http: HTTPPipeline) async throws -> ZeroGPUToken {
        guard let body = try await fetch(hub.appending(path: "spaces/\(space)"), http) else { return ZeroGPUToken() }
        let page = String(decoding: body, as: UTF8.self)
        func value(_ key: String) -> Secret? {
            guard let start = page.range(of: "&quot;\(key)&quot;:&quot;"),
                let end = page.range(of: "&quot;", range: start.upperBound..<page.endIndex)
            else { return nil }
            return Self.secret(String(page[start.upperBound..<end.lowerBound]))
        }
        return ZeroGPUToken(token: value("token"), uuid: value("sessionUuid"))
    }

    /// A person who is signed in gets a token with their own quota. (`GET /api/spaces/{space}/jwt`)
    private func signed(for space: GradioSpace, _ hub: URL, _ http: HTTPPipeline) async throws -> Secret? {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let expiration = formatter.string(from: Date(timeIntervalSinceNow: 600)).replacingOccurrences(
            of: "Z", with: "+00:00")
        guard
            var parts = URLComponents(
                url: hub.appending(path: "api/spaces/\(space)/jwt"), resolvingAgainstBaseURL: true)
        else { return nil }
        let escaped = expiration.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        parts.percentEncodedQuery = "expiration=\(escaped)&include_pro_status=true"
        guard let url = parts.url, let body = try await fetch(url, http) else { return nil }
        return try JSONValue.ifReadable(body)?["token"]?.string.flatMap(Self.secret)
    }

    /// What the Hub calls a token; `nil` for what no header can carry.
    private static func secret(_ text: String) -> Secret? {
        let isToken = !text.isEmpty && text.utf8.count <= 8192 && text.utf8.allSatisfy { 0x21...0x7E ~= $0 }
        return isToken ? Secret(text) : nil
    }

    /// - Returns: The body of a 200; `nil` for everything else, because a token is no condition.
    private func fetch(_ url: URL, _ http: HTTPPipeline) async throws -> Data? {
        var http = http
        http.retry = .never
        // The token is no condition, so a Hub that hangs is not waited for.
        http.idleTimeout = .seconds(10)
        do {
            let (response, body) = try await http.data(for: HTTPRequest(url: url, headers: headers(for: url)))
            return response.status == 200 ? body : nil
        } catch is TransportError {
            return nil
        }
    }
}
