public import Foundation

/// A running Gradio app: a Space on the Hub, or any server of one's own.
///
/// ```swift
/// let app = try await GradioApp.connect(to: url)
/// let job = try await app.submit("/infer", ["a red fox", 7, false, 768, 768, 2])
/// let output = try await job.output()
/// ```
///
/// Everything is looked up on the server: the path prefix (Gradio 5 and later want one), the endpoints and their
/// parameters. Gradio 4.9 to 6 are supported whole; of older ones whatever answers to a direct call.
public struct GradioApp: Sendable {
    /// What all copies share: many functions keep one while they wait.
    private final class Shared: Sendable {
        let url: URL
        let origin: HTTPOrigin?
        let http: HTTPPipeline
        let config: GradioConfig
        let headers: HTTPHeaders
        let cookies: GradioCookies

        init(url: URL, config: GradioConfig, http: HTTPPipeline, headers: HTTPHeaders, cookies: GradioCookies) {
            self.url = url
            origin = HTTPOrigin(url)
            self.config = config
            self.http = http
            self.headers = headers
            self.cookies = cookies
        }
    }

    private let shared: Shared

    /// Where the app runs, without a slash at the end: as it was given, or where it has moved to.
    public var url: URL { shared.url }
    /// The release of Gradio that it runs on.
    public var version: GradioServerVersion { config.version }
    /// Its functions, also those that can only be called by number.
    public var endpoints: [GradioEndpoint] { config.endpoints }

    var http: HTTPPipeline { shared.http }
    var config: GradioConfig { shared.config }
    private var headers: HTTPHeaders { shared.headers }
    var cookies: GradioCookies { shared.cookies }
    var origin: HTTPOrigin? { shared.origin }

    /// Asks an app what it is. (`GET /config`)
    /// - Parameters:
    ///   - url: Where the app runs; may have a path, and a name and a password as URLs have them.
    ///   - http: Sends the requests.
    ///   - headers: Sent with every request to the app, and to no other origin: credentials.
    ///   - login: Name and password for an app that wants them. Its cookies, as all that the app sets, are kept in the app's value and its copies and nowhere else.
    /// - Returns: The app.
    /// - Throws: `GenerationError`: `spaceUnavailable` where a web page answers in place of an app, `unauthorized` where
    ///   the app wants a login or another one, `notFound`, `invalidResponse`, `connectionFailed` and the like;
    ///   `CancellationError`.
    public static func connect(
        to url: URL, using http: HTTPPipeline = HTTPPipeline(),
        headers: HTTPHeaders = [:], login: GenerationLogin? = nil
    ) async throws -> GradioApp {
        try await connect(to: url, using: http, login: login) { HTTPOrigin($0) == HTTPOrigin(url) ? headers : [:] }
    }

    // `headers` says what may be shown at a URL.
    private static func connect(
        to url: URL, using http: HTTPPipeline, login: GenerationLogin?, headers: (URL) -> HTTPHeaders
    ) async throws -> GradioApp {
        try await GenerationError.describing(at: url) {
            try await ask(url, using: http, login: login, headers: headers)
        }
    }

    private static func ask(
        _ url: URL, using http: HTTPPipeline, login: GenerationLogin?, headers: (URL) -> HTTPHeaders
    ) async throws -> GradioApp {
        var base = url.withoutTrailingSlash
        var fields = headers(base)
        var cookies = GradioCookies(of: base)
        if let login = login ?? url.login,
            try await !login.open(base, using: http, headers: fields, keeping: cookies)
        {
            fields["Authorization"] = login.basicAuthorization
        }
        var request = HTTPRequest(url: base.appending(path: "config"), headers: fields)
        request.headers["Accept"] = "application/json"
        cookies.add(to: &request.headers)
        let (response, body) = try await http.data(for: request)
        guard response.status == 200, !response.isWebPage(body) else {
            throw GenerationError(notAnApp: response, body, at: base).hiding(request.headers)
        }
        // Where the app has moved to, all else is there as well: a redirected POST would lose its body.
        let place = response.url.deletingLastPathComponent().withoutTrailingSlash
        if response.url.lastPathComponent == "config", place != base {
            let (old, new) = (HTTPOrigin(base), HTTPOrigin(place))
            // To the same machine, and not from where nobody can listen to where everybody can. Prompts that were meant for
            // one server are not sent to another.
            guard new?.host == old?.host, new?.scheme == "https" || new == old else {
                throw GenerationError(
                    .unsafeURL,
                    "The app has moved to \(place.absoluteString.printable(limit: 200)). Nothing was sent there but this question."
                )
            }
            if new != old {
                fields = headers(place)
                cookies = GradioCookies(of: place)
            }
            base = place
        }
        cookies.keep(from: response)
        return GradioApp(
            url: base, config: try GradioConfig(parsing: body), http: http, headers: fields, cookies: cookies)
    }

    /// Connects to a Space by its name on the Hub.
    /// - Parameters:
    ///   - space: The Space.
    ///   - hub: The Hub, and the caller's credentials.
    ///   - http: Sends the requests.
    /// - Returns: The app.
    /// - Throws: As ``connect(to:using:headers:login:)``; what keeps the Space from answering is said in the Hub's words.
    public static func connect(
        to space: GradioSpace, hub: GradioHub = GradioHub(),
        using http: HTTPPipeline = HTTPPipeline()
    ) async throws -> GradioApp {
        guard let url = hub.url else { throw GenerationError(.invalidRequest, "The Hub's URL cannot be used.") }
        let target = try await space.url(from: url, using: http, headers: hub.headers(for: url))
        return try await connect(to: target, space: space, hub: hub, using: http)
    }

    /// Connects to a Space at a URL, with the credentials that belong there.
    /// - Parameters:
    ///   - url: Where the Space runs; may have a path.
    ///   - space: Its name on the Hub, where it is known.
    ///   - hub: The Hub, and the caller's credentials.
    ///   - http: Sends the requests.
    /// - Returns: The app.
    /// - Throws: As ``connect(to:using:headers:login:)``; where the Hub knows what keeps the Space from answering, that.
    public static func connect(
        to url: URL, space: GradioSpace?, hub: GradioHub, using http: HTTPPipeline
    ) async throws -> GradioApp {
        if space == nil, let hubURL = hub.url, let page = GradioSpace(page: url, of: hubURL) {
            return try await connect(to: page, hub: hub, using: http)
        }
        let login = HTTPOrigin(url).flatMap { hub.credentials.logins[$0] }
        do {
            return try await connect(to: url, using: http, login: login) { hub.headers(for: $0) }
        } catch let error as GenerationError {
            guard error.mayConcernSpace, login == nil else { throw error }
            throw try await hub.obstacle(of: space, at: url, using: http) ?? error
        }
    }

    /// What a name and a password were traded for, where the app wanted them.
    package var loginCookies: [Secret] { cookies.values { $0.hasPrefix("access-token") } }

    init(url: URL, config: GradioConfig, http: HTTPPipeline, headers: HTTPHeaders, cookies: GradioCookies? = nil) {
        shared = Shared(
            url: url, config: config, http: http, headers: headers, cookies: cookies ?? GradioCookies(of: url))
    }

    /// Asks for the names and defaults of all parameters. (`GET /info`; from Gradio 4.29 on)
    /// - Returns: The app with what was learned.
    /// - Throws: `GenerationError`, `CancellationError`.
    public func loadingInfo() async throws -> GradioApp {
        let (response, body) = try await data(for: request(["info"]))
        guard response.status == 200 else {
            throw GenerationError(refusal: response, body).hiding(self.headers(for: url))
        }
        guard let info = try JSONValue.ifValid(body) else {
            throw GenerationError(
                .invalidResponse, "The app described its endpoints with something that is not JSON.", at: url)
        }
        var config = config
        config.endpoints = endpoints.adding(info: info)
        return GradioApp(url: url, config: config, http: http, headers: headers, cookies: cookies)
    }

    /// Finds an endpoint.
    /// - Parameters:
    ///   - name: Its name, with or without the slash.
    ///   - id: Its number, for an app that has no such name.
    ///   - count: How many arguments it takes, where that tells several apart: of functions with the same name Gradio calls
    ///     the second `name_1`.
    /// - Returns: The endpoint.
    /// - Throws: `GenerationError` (`notFound`) that lists the names there are.
    public func endpoint(_ name: String, orID id: Int? = nil, taking count: Int? = nil) throws -> GradioEndpoint {
        // An app may have begun the name with a slash itself.
        let whole = "/" + name
        let isKnown = endpoints.contains { $0.name == whole }
        let slashed = name.hasPrefix("/") && !isKnown ? name : whole
        let named = endpoints.filter { endpoint in
            guard let rest = endpoint.name else { return false }
            if rest == slashed { return true }
            guard rest.hasPrefix(slashed) else { return false }
            let suffix = rest.dropFirst(slashed.count)
            return suffix.isEmpty || (count != nil && suffix.first == "_" && Int(suffix.dropFirst()) != nil)
        }
        // The name is what was asked for: numbers move, and another function may take as many arguments.
        let candidates = named.isEmpty ? endpoints.filter { $0.id == id } : named
        let exact = candidates.first { $0.name == slashed }
        if let found = candidates.first(where: { $0.parameters.count == count }) ?? exact ?? candidates.first {
            return found
        }
        let names = endpoints.compactMap(\.name).map { $0.printable(limit: 60) }.prefix(50)
        throw GenerationError(
            .notFound,
            "The app has no endpoint \(slashed.printable(limit: 60)). It has "
                + (names.isEmpty ? "none with a name." : names.joined(separator: ", ") + "."), at: url
        ).hiding(headers)
    }

    /// Finds an endpoint by its number, to be called by it: for an app whose page calls `run/predict`.
    /// - Parameter id: The number (`fn_index`).
    /// - Returns: The endpoint, without its name.
    /// - Throws: `GenerationError` (`notFound`).
    public func endpoint(number id: Int) throws -> GradioEndpoint {
        guard let found = endpoints.first(where: { $0.id == id }) else {
            throw GenerationError(.notFound, "The app has no endpoint number \(id).", at: url)
        }
        return found.withoutName
    }

    /// What a request for `target` carries: the app's credentials and cookies on its own origin, nothing elsewhere.
    /// - Parameter target: A URL that the app named.
    /// - Returns: The header fields.
    public func headers(for target: URL) -> HTTPHeaders {
        guard target == url || HTTPOrigin(target) == origin else { return [:] }
        var headers = headers
        cookies.add(to: &headers)
        return headers
    }

    /// A request to a route of the API, below the prefix.
    func request(
        _ path: [String], query: (name: String, value: String)? = nil, method: String = "GET", json: JSONValue? = nil
    ) throws -> HTTPRequest {
        guard let target = url(path: path, query: query) else {
            throw GenerationError(.invalidRequest, "The app's URL cannot be used.")
        }
        var request = HTTPRequest(url: target, method: method, headers: headers)
        // Gradio's own clients say so, and quota messages are worded for it.
        request.headers["x-gradio-user"] = "api"
        if let json {
            request.headers["Content-Type"] = "application/json"
            request.body = try json.serialized()
        }
        return request
    }

    /// The URL of a route of the API. Where `isFile`, a part is a path of the server's disk behind `file=`, whose slashes stay.
    func url(path: [String], query: (name: String, value: String)? = nil, isFile: Bool = false) -> URL? {
        func escaped(_ part: String) -> String {
            // Foundation takes its time, and most have nothing to escape.
            part.isMade { $0.isUnreserved || isFile && ($0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "=")) }
                ? part : part.addingPercentEncoding(withAllowedCharacters: isFile ? .gradioFilePath : .gradioName) ?? ""
        }
        var text = url.absoluteString + config.prefix
        for part in path { text += "/" + escaped(part) }
        // Escaped like a form: a plus sign would become a space.
        if let query { text += "?\(query.name)=\(escaped(query.value))" }
        return URL(string: text)
    }
}

extension UInt8 {
    /// Whether it stands for itself anywhere in a URL. (RFC 3986, section 2.3)
    fileprivate var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

extension CharacterSet {
    /// One segment of a path.
    static let gradioName = CharacterSet(
        charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~")
    /// A path of the server's disk behind `file=`: its slashes stay.
    static let gradioFilePath = gradioName.union(CharacterSet(charactersIn: "/="))
}

extension URL {
    /// The name and password in it.
    fileprivate var login: GenerationLogin? {
        guard let parts = URLComponents(url: self, resolvingAgainstBaseURL: true), let user = parts.user else {
            return nil
        }
        return GenerationLogin(username: user, password: Secret(parts.password ?? ""))
    }

    /// The URL alone: without a slash at the end, a query, a name and a password.
    package var withoutTrailingSlash: URL {
        let isAlone = absoluteString.isMade {
            $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "@")
        }
        if baseURL == nil, isAlone, absoluteString.utf8.last != UInt8(ascii: "/") { return self }
        guard var parts = URLComponents(url: self, resolvingAgainstBaseURL: true) else { return self }
        parts.user = nil
        parts.password = nil
        parts.query = nil
        parts.fragment = nil
        while parts.percentEncodedPath.hasSuffix("/") { parts.percentEncodedPath.removeLast() }
        return parts.url ?? self
    }
}

extension HTTPResponse {
    /// Whether a server, mostly one that stands before the app, asks for name and password in its own way. (RFC 7617)
    var wantsBasicAuthorization: Bool {
        headers["WWW-Authenticate"]?.lowercased().hasPrefix("basic") == true
    }

    func isWebPage(_ body: Data) -> Bool {
        mediaType == "text/html" || body.first { !" \n\r\t".utf8.contains($0) } == UInt8(ascii: "<")
    }
}

extension GenerationError {
    init(notAnApp response: HTTPResponse, _ body: Data, at url: URL) {
        let host = HTTPOrigin(url)?.description.printable ?? "the URL"
        if response.isWebPage(body), !(response.status == 401 && response.wantsBasicAuthorization) {
            self.init(
                .spaceUnavailable,
                "A web page answered at \(host): the Space is not running. It may be asleep, building, paused or private.",
                status: response.status)
        } else if response.status == 401, response.wantsBasicAuthorization {
            self.init(
                .unauthorized, "The server at \(host) wants a name and a password (HTTP Basic), and not these or none.",
                status: 401)
        } else if response.status == 401 {
            self.init(.unauthorized, "The app at \(host) wants a login.", status: 401)
        } else {
            self.init(refusal: response, body)
        }
        origin = HTTPOrigin(url)
    }

    /// Makes an error of an app at a URL.
    init(_ code: Code, _ message: String, at url: URL, wasAccepted: Bool? = false) {
        self.init(code, message, wasAccepted: wasAccepted)
        origin = HTTPOrigin(url)
    }

    /// Makes an error of an answer that is not the one hoped for.
    init(refusal response: HTTPResponse, _ body: Data, wasAccepted: Bool? = false) {
        self.init(status: response.status, retryAfter: response.headers.retryAfter(), body: body)
        self.wasAccepted = wasAccepted
        origin = HTTPOrigin(response.url)
    }
}
