public import Foundation

/// One request as a transport sends it.
///
/// ```swift
/// var request = HTTPRequest(url: url, method: "POST", headers: ["Content-Type": "application/json"], body: json)
/// request.intent = .create(lease)
/// ```
public struct HTTPRequest: Sendable {
    /// What the request does on the server, which decides how it may be repeated and which connection it takes.
    public enum Intent: Sendable {
        /// Reads, or can be repeated without harm. Any connection will do; may be retried.
        case read
        /// Creates or bills something. Goes out on a fresh connection, is never repeated once it may have arrived. The
        /// connection is kept for the one that follows on the same lease; without a lease it is closed.
        case create(HTTPConnectionLease?)
        /// Reads what a create on the same lease has made, on the same connection, which is closed afterwards.
        case follow(HTTPConnectionLease)
    }

    /// The absolute `http` or `https` URL. User name and password in it are refused.
    public var url: URL
    /// The method, upper case; `GET` by default.
    public var method: String
    /// The header fields. Those that belong to the connection (`Host`, `Content-Length`, …) are refused.
    public var headers: HTTPHeaders
    /// The body, or `nil` for none. `GET` and `HEAD` take none. Without a `Content-Type` it goes as
    /// `application/octet-stream`.
    public var body: Data?
    /// A file whose content is the body, read while it is sent; in place of ``body``. It must not change meanwhile.
    public var bodyFile: URL?
    /// What the request does on the server; ``Intent/read`` by default.
    public var intent: Intent
    /// The longest silence from the server, from connecting to the last byte. Fractions count. `nil`, the default,
    /// leaves it to the pipeline, and to 60 s where there is none.
    public var idleTimeout: Duration?
    /// How many received bytes may wait for the reader; 64 MiB by default.
    ///
    /// A transport that can slow the server down does so and never reaches it. One that cannot ends the body with
    /// `responseTooLarge` instead of filling the memory.
    public var bufferLimit: Int
    /// The proxy for this request. `nil` leaves it to the pipeline's; where that has none either, to the variables
    /// `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` on Linux, and to the system's settings on Apple's platforms.
    public var proxy: HTTPProxy?

    /// How news of one thing begins that soon is old, such as a place in a queue. A piece of the body that is one event with
    /// one line, and begins so, may reach the reader up to a quarter of a second later, or not at all where the next one comes
    /// before. Where several come within 20 milliseconds, what follows may come 50 later.
    package var agingPrefix: [UInt8] = []

    /// Makes a request.
    /// - Parameters:
    ///   - url: The absolute URL.
    ///   - method: The method, `GET` by default.
    ///   - headers: The header fields.
    ///   - body: The body.
    ///   - intent: What the request does on the server.
    public init(
        url: URL, method: String = "GET", headers: HTTPHeaders = [:], body: Data? = nil, intent: Intent = .read
    ) {
        self.url = url
        self.method = method
        self.headers = headers
        self.body = body
        self.bodyFile = nil
        self.intent = intent
        self.idleTimeout = nil
        self.bufferLimit = 64 << 20
        self.proxy = nil
    }
}

extension HTTPRequest {
    /// Whether anything follows the head.
    package var hasBody: Bool { body != nil || bodyFile != nil }

    /// Names that a caller may not set: the connection's own, set by the transport from the request itself.
    fileprivate static let reserved = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "expect", "upgrade", "te", "trailer",
        "proxy-authorization", "proxy-connection",
    ]

    /// The request as it can be sent: scheme in lower case, values trimmed.
    ///
    /// Foundation drops a header with a line break in its value and sends a line break in a name or method as it is, so
    /// every transport calls this first.
    /// - Throws: ``TransportError`` (`invalidRequest`) that names what is wrong; nothing of a value is quoted.
    package func validated() throws -> HTTPRequest {
        var valid = self
        guard let scheme = url.scheme?.lowercased() else {
            throw TransportError(.invalidRequest, "The URL is not absolute.")
        }
        guard scheme == "http" || scheme == "https" else {
            throw TransportError(
                .invalidRequest, "The URL has the scheme \(scheme.printable); only http and https are sent.")
        }
        guard let host = url.host, !host.isEmpty else {
            throw TransportError(.invalidRequest, "The URL has no host.")
        }
        guard url.user == nil, url.password == nil else {
            throw TransportError(
                .invalidRequest, "The URL holds a user name or password; send credentials in a header.")
        }
        if let port = url.port, !(1...65535).contains(port) {
            throw TransportError(.invalidRequest, "The URL's port is outside 1 to 65535.")
        }
        if url.scheme != scheme || url.fragment != nil || url.baseURL != nil {
            var parts = URLComponents(url: url, resolvingAgainstBaseURL: true)
            parts?.scheme = scheme
            parts?.fragment = nil
            valid.url = parts?.url ?? url
        }
        guard method.isHTTPToken else {
            throw TransportError(.invalidRequest, "The method may only hold letters, digits and !#$%&'*+-.^_`|~.")
        }
        if hasBody, method == "GET" || method == "HEAD" {
            throw TransportError(.invalidRequest, "A \(method) request cannot carry a body.")
        }
        if let bodyFile {
            guard body == nil, bodyFile.isFileURL else {
                throw TransportError(.invalidRequest, "A request takes one body: bytes, or a file of this machine.")
            }
            // A folder is readable too, and would be waited for until the server's silence ends it.
            var isFolder: ObjCBool = false
            guard FileManager.default.isReadableFile(atPath: bodyFile.path),
                FileManager.default.fileExists(atPath: bodyFile.path, isDirectory: &isFolder), !isFolder.boolValue
            else {
                let name = bodyFile.lastPathComponent.printable(limit: 100)
                throw TransportError(.fileUnreadable, "The file \(name) cannot be read.", reachedServer: false)
            }
        }
        valid.headers = try headers.validated()
        if hasBody, headers["Content-Type"] == nil { valid.headers.add("Content-Type", "application/octet-stream") }
        return valid
    }
}

extension HTTPHeaders {
    fileprivate func validated() throws -> HTTPHeaders {
        var valid = self
        for (index, field) in enumerated() {
            guard field.name.isHTTPToken else {
                throw TransportError(.invalidRequest, "A header's name holds a character that HTTP does not allow.")
            }
            let count = field.name.utf8.count
            let isReserved = HTTPRequest.reserved.contains {
                $0.utf8.count == count && $0.caseInsensitiveEquals(field.name)
            }
            guard !isReserved else {
                throw TransportError(.invalidRequest, "The header \(field.name) is set by the transport.")
            }
            let value = field.value.trimmingWhitespace()
            guard value.isMade(of: { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }) else {
                throw TransportError(
                    .invalidRequest, "The value of the header \(field.name) holds a control character.")
            }
            if value != field.value { valid.replaceValue(at: index, with: value) }
        }
        return valid
    }
}

extension String {
    /// Whether this can be a method, a header's name or half a media type (RFC 9110, section 5.6.2).
    package var isHTTPToken: Bool {
        !isEmpty
            && isMade { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
