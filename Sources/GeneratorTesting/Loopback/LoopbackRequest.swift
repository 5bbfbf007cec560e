public import Foundation

/// One HTTP request as it arrived at a ``LoopbackServer``.
public struct LoopbackRequest: Sendable {
    /// The method, verbatim, for example `POST`.
    public let method: String
    /// The request target, verbatim: a path with an optional query, `*`, or the whole URL when sent as to a proxy.
    public let target: String
    /// All header fields in the order in which they arrived, with names as sent and values without surrounding blanks.
    public let headers: [(name: String, value: String)]
    /// The body, its chunked framing removed. Empty until the body is complete, and again in
    /// ``LoopbackServer/requests`` once the log had to drop it (see there).
    public internal(set) var body = Data()
    /// How many bytes the complete body has; `nil` while it has not arrived in full. A request handler never sees `nil`.
    public internal(set) var bodyLength: Int?
    /// The ordinal of the TCP connection, counted from 1 in the order of acceptance.
    public let connection: Int
    /// Whether this is the first request on its connection; `false` means that the client re-used a connection.
    public let isFirstOnConnection: Bool
    /// When the last byte of the header section was read.
    public let arrival: ContinuousClock.Instant

    /// 1 for HTTP/1.1, 0 for HTTP/1.0.
    let minorVersion: Int

    /// Looks up a header field.
    /// - Parameter name: The field's name, in any case.
    /// - Returns: The value of the first field of that name, or `nil`.
    public func header(_ name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name.lowercased() == name }?.value
    }

    /// The percent-decoded path of ``target``, without query. Left as sent where its percent-encoding is broken.
    public var path: String {
        let path = String(splitTarget.path)
        return path.removingPercentEncoding ?? path
    }

    /// The percent-decoded fields of the query, in order; a field without `=` has no value. A plus sign stays one.
    public var queryItems: [URLQueryItem] {
        guard let query = splitTarget.query else { return [] }
        return query.split(separator: "&").map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return URLQueryItem(
                name: parts[0].removingPercentEncoding ?? parts[0],
                value: parts.count == 1 ? nil : parts[1].removingPercentEncoding ?? parts[1]
            )
        }
    }

    /// The same request for another target, or with more header fields.
    package func changed(
        target: String? = nil, adding fields: [(name: String, value: String)] = []
    ) -> LoopbackRequest {
        var copy = LoopbackRequest(
            method: method, target: target ?? self.target, headers: headers + fields, connection: connection,
            isFirstOnConnection: isFirstOnConnection, arrival: arrival, minorVersion: minorVersion)
        (copy.body, copy.bodyLength) = (body, bodyLength)
        return copy
    }

    /// Whether the client leaves the connection open for another request.
    var keepsAlive: Bool {
        let options = headers.filter { $0.name.lowercased() == "connection" }
            .flatMap { $0.value.lowercased().split(separator: ",") }
            .map { $0.trimmingCharacters(in: .whitespaces) }
        if options.contains("close") { return false }
        return minorVersion >= 1 || options.contains("keep-alive")
    }

    private var splitTarget: (path: Substring, query: Substring?) {
        var rest = target[...]
        // A proxy is sent the whole URL; the path begins at the first slash behind the authority.
        if !rest.hasPrefix("/"), let scheme = rest.range(of: "://") {
            rest = rest[scheme.upperBound...]
            rest = rest.firstIndex { $0 == "/" || $0 == "?" }.map { rest[$0...] } ?? "/"
            if rest.hasPrefix("?") { return ("/", rest.dropFirst()) }
        }
        guard let mark = rest.firstIndex(of: "?") else { return (rest, nil) }
        return (rest[..<mark], rest[rest.index(after: mark)...])
    }
}
