public import Foundation

/// An answer: its status, its header fields, and its body, which is read as it arrives.
public struct HTTPResponse: Sendable {
    /// The status code, 200 to 599.
    public let status: Int
    /// The header fields.
    public let headers: HTTPHeaders
    /// The URL that answered. After a redirect it is not the one that was asked for.
    public let url: URL
    /// The body, to be read once.
    public let body: HTTPBody

    /// Makes an answer.
    /// - Parameters:
    ///   - status: The status code.
    ///   - headers: The header fields.
    ///   - url: The URL that answered.
    ///   - body: The body.
    public init(status: Int, headers: HTTPHeaders, url: URL, body: HTTPBody) {
        self.status = status
        self.headers = headers
        self.url = url
        self.body = body
    }

    /// The media type without its parameters, in lower case: `"text/html"`.
    public var mediaType: String? {
        guard let field = headers["Content-Type"] else { return nil }
        let type = String(Substring(field.utf8.prefix { $0 != UInt8(ascii: ";") })).trimmingWhitespace()
        return type.isEmpty ? nil : type.lowercased()
    }
}
