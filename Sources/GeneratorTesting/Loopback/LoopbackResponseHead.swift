import Foundation

/// The status line and header section of a response. A pure value.
struct LoopbackResponseHead {
    var status: Int
    /// Added in this order; a field that ``headers`` also names is left to them, so that a test can lie.
    var defaults: [(String, String)] = []
    var headers: [(String, String)]

    /// RFC 9110: these answers never have a body.
    var allowsBody: Bool { status >= 200 && status != 204 && status != 304 }

    func names(_ name: String) -> Bool {
        headers.contains { $0.0.lowercased() == name }
    }

    /// Whether the handler itself announces the end of the connection.
    var announcesClose: Bool {
        headers.contains { $0.0.lowercased() == "connection" && $0.1.lowercased().contains("close") }
    }

    var bytes: Data {
        var text = "HTTP/1.1 \(status) \(Self.reasons[status] ?? "Status")\r\n"
        for (name, value) in [("server", "loopback")] + defaults where !names(name) {
            text += "\(name): \(value)\r\n"
        }
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        return Data((text + "\r\n").utf8)
    }

    private static let reasons = [
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content",
        301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect",
        308: "Permanent Redirect",
        400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed", 408: "Request Timeout", 409: "Conflict", 410: "Gone", 413: "Content Too Large",
        415: "Unsupported Media Type", 422: "Unprocessable Entity", 425: "Too Early", 429: "Too Many Requests",
        431: "Request Header Fields Too Large",
        500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
        504: "Gateway Timeout", 505: "HTTP Version Not Supported",
    ]
}
