public import Foundation

/// The Hugging Face Hub, asked with the credentials of one caller: it says where a Space runs, or why it does not run.
public struct GradioHub: Sendable {
    /// The Hub's URL.
    public let url: URL?
    /// The caller's credentials for the Hub and for Spaces.
    public let credentials: GenerationCredentials

    /// Names a Hub.
    /// - Parameters:
    ///   - url: The Hub's URL; `https://huggingface.co` by default.
    ///   - credentials: The caller's tokens; by default `HF_TOKEN` of the process's environment.
    public init(url: URL? = nil, credentials: GenerationCredentials = .fromEnvironment) {
        self.url = url ?? URL(string: GenerationCredentials.defaultHubURL)
        self.credentials = credentials
    }

    /// What a request for `target` carries: to the Hub and to its Spaces the Hub's token, elsewhere what was named for it.
    /// - Parameter target: Where the request goes.
    /// - Returns: The header fields.
    public func headers(for target: URL) -> HTTPHeaders {
        url.map { credentials.headers(for: target, hub: $0) } ?? [:]
    }

    /// Whether a URL is this Hub's to speak for: one of its Spaces, or any where another Hub was chosen on purpose.
    package func knows(_ target: URL) -> Bool {
        let usual = URL(string: GenerationCredentials.defaultHubURL).flatMap(HTTPOrigin.init)
        return url.flatMap(HTTPOrigin.init) != usual || HTTPOrigin(target)?.host.hasSuffix(".hf.space") == true
    }

    /// Asks the Hub why a Space does not answer.
    /// - Returns: The error that says why; `nil` where the Hub says that it runs, or says nothing.
    /// - Throws: `CancellationError`.
    func obstacle(of space: GradioSpace?, at target: URL, using http: HTTPPipeline) async throws -> GenerationError? {
        guard knows(target), let (label, response, body) = try await ask(about: space, at: target, using: http) else {
            return nil
        }
        let reason = try status(in: body).obstacle.map {
            GenerationError(.spaceUnavailable, "The Space \(label) \($0).")
        }
        guard let url, let error = GenerationError(hubRefused: label, response) ?? reason else { return nil }
        return GenerationError(wrapping: error, at: HTTPOrigin(url)).hiding(headers(for: url))
    }

    /// What a Space does; `nil` where the Hub does not say it.
    /// - Throws: `CancellationError`.
    func status(of space: GradioSpace?, at target: URL?, using http: HTTPPipeline) async throws -> GradioSpaceStatus? {
        guard let target = target ?? url, let (_, response, body) = try await ask(about: space, at: target, using: http)
        else { return nil }
        return GenerationError(hubRefused: "", response) == nil ? try status(in: body) : .gone
    }

    private func status(in body: Data) throws -> GradioSpaceStatus {
        GradioSpaceStatus(stage: try JSONValue.ifReadable(body)?["runtime"]?["stage"]?.string ?? "")
    }

    /// Asks the Hub about a Space. (`GET /api/spaces/{owner}/{name}`, or by its host's first label)
    private func ask(
        about space: GradioSpace?, at target: URL, using http: HTTPPipeline
    ) async throws -> (label: String, response: HTTPResponse, body: Data)? {
        guard let url else { return nil }
        let host = HTTPOrigin(target).flatMap { HostLiteral($0.host) == nil ? nil : $0.host } ?? ""
        let subdomain = host.split(separator: ".").first.map(String.init) ?? ""
        // What is no name is none that the Hub could know, and no part of a path.
        guard space != nil || !subdomain.isEmpty, !subdomain.contains(":") else { return nil }
        let route = space.map { "api/spaces/\($0)" } ?? "api/spaces/by-subdomain/\(subdomain)"
        var http = http
        http.retry.retries = 0
        let request = HTTPRequest(url: url.appending(path: route), headers: headers(for: url))
        do {
            let (response, body) = try await http.data(for: request)
            return (space?.description ?? subdomain, response, body)
        } catch is TransportError {
            return nil
        }
    }
}

extension GenerationError {
    /// What the Hub means when it does not speak about a Space; `nil` where it does.
    init?(hubRefused space: String, _ response: HTTPResponse) {
        switch response.status {
        case 401:
            self.init(
                .unauthorized, "There is no Space \(space), or it is private and needs a token of the Hub.", status: 401
            )
        case 403:
            self.init(
                .forbidden, "The Space \(space) is private or gated, and this token of the Hub may not use it.",
                status: 403)
        case 404:
            self.init(
                .notFound, "There is no Space \(space), or it is private and needs a token of the Hub.", status: 404)
        default: return nil
        }
    }
}

extension GenerationError {
    /// Whether the reason may be that the Space is not there.
    var mayConcernSpace: Bool {
        let codes: Set<Code> = [
            .spaceUnavailable, .notFound, .unauthorized, .forbidden, .serviceError, .serviceUnavailable,
        ]
        return codes.contains(code)
    }
}
