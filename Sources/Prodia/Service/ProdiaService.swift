internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

/// The requests to one of Prodia's interfaces: where they go, and what they carry.
struct ProdiaService: Sendable {
    let api: ProdiaAPI
    /// Without the version's segment.
    let url: URL
    /// The host of the pictures of the old interfaces.
    let images: URL
    let key: Secret?
    let http: HTTPPipeline

    func request(
        _ path: [String], query: [(String, String)] = [], method: String = "GET"
    ) throws -> HTTPRequest {
        guard var parts = URLComponents(url: url, resolvingAgainstBaseURL: true) else {
            throw GenerationError(.invalidRequest, "Prodia's URL cannot be used.")
        }
        var base = parts.percentEncodedPath
        while base.hasSuffix("/") { base.removeLast() }
        // A base URL with the version in it, as other clients want it, will do as well.
        if let version = api.version, !base.hasSuffix("/\(version)") { base += "/\(version)" }
        parts.percentEncodedPath = ([base] + path.map(Self.escaped)).joined(separator: "/")
        // By hand: URLComponents leaves a plus sign as it is, and servers read that as a space.
        let fields = query.map { "\(Self.escaped($0.0))=\(Self.escaped($0.1))" }
        parts.percentEncodedQuery = fields.isEmpty ? nil : fields.joined(separator: "&")
        parts.fragment = nil
        guard let target = parts.url else { throw GenerationError(.invalidRequest, "Prodia's URL cannot be used.") }
        return HTTPRequest(url: target, method: method, headers: headers)
    }

    /// The key, which goes to the configured URL and nowhere else.
    var headers: HTTPHeaders {
        guard let key else { return [:] }
        return api == .v1 ? ["X-Prodia-Key": key.reveal()] : ["Authorization": "Bearer \(key.reveal())"]
    }

    /// Sends a request that creates a job, once.
    func create(_ request: HTTPRequest, limit: Int = 16 << 20) async throws -> (HTTPResponse, Data) {
        var request = request
        request.intent = .create(nil)
        return try await http.data(for: request, limit: limit)
    }

    /// Looks at something once.
    /// - Throws: `HTTPStatusError` where the status is not 200.
    func look(_ path: [String]) async throws -> Data {
        // The poller repeats what fails; nobody shall wait twice.
        var single = http
        single.retry = .never
        let (response, body) = try await single.data(for: request(path))
        guard response.status == 200 else {
            throw HTTPStatusError(status: response.status, retryAfter: response.headers.retryAfter(), body: body)
        }
        return body
    }

    /// Reads something, with retries.
    func read(_ path: [String]) async throws -> Data {
        let (response, body) = try await http.data(for: request(path))
        guard response.status == 200 else { throw refusal(response, body) }
        return body
    }

    /// The error for an answer that is no success.
    func refusal(_ response: HTTPResponse, _ body: Data) -> GenerationError {
        GenerationError(status: response.status, retryAfter: response.headers.retryAfter(), body: body)
    }

    /// JSON, whatever it is labelled as.
    func json(_ body: Data) throws -> JSONValue {
        if let value = try JSONValue.ifValid(body), value.object != nil { return value }
        throw TransportError(
            .invalidResponse, "Prodia answered with \(Self.label(body)) in place of JSON.", reachedServer: true)
    }

    private static func label(_ body: Data) -> String {
        if body.isEmpty { return "nothing" }
        return body.first { !" \r\n\t".utf8.contains($0) } == UInt8(ascii: "<") ? "a web page" : "something else"
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private static let unreserved = CharacterSet(
        charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~")

    /// Whether a name can be a segment of a path without leading elsewhere.
    static func isSegment(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 200 && name != "." && name != ".."
            && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") }
    }
}
