public import Foundation

/// A `data:` URL (RFC 2397): bytes and their media type written as one line of text.
///
/// ```swift
/// let url = try DataURL("data:image/png;base64,iVBORw0KGgo=", limit: 64 << 20)
/// url.mediaType                                   // "image/png"
/// DataURL(data: png, mediaType: "image/png").text // "data:image/png;base64,…"
/// ```
public struct DataURL: Sendable, Hashable {
    /// The media type in lower case; `"text/plain"` where the URL names none, or none that is valid.
    public let mediaType: String
    /// The parameters of the media type by lower-case name; of several with one name the first.
    public let parameters: [String: String]
    /// The decoded bytes.
    public let data: Data

    /// Makes a `data:` URL.
    /// - Parameters:
    ///   - data: The bytes.
    ///   - mediaType: The media type; one that is not `type/subtype` becomes `"text/plain"`.
    ///   - parameters: Its parameters, none by default; names that HTTP does not allow are left out.
    public init(data: Data, mediaType: String, parameters: [String: String] = [:]) {
        self.data = data
        self.mediaType = Self.validType(mediaType) ?? "text/plain"
        self.parameters = parameters.reduce(into: [:]) { valid, parameter in
            if parameter.key.isHTTPToken { valid[parameter.key.lowercased()] = parameter.value }
        }
    }

    /// Decodes a `data:` URL, base64 or percent-encoded.
    ///
    /// As browsers do, it allows any case, white space within base64, missing padding, and drops a fragment.
    /// - Parameters:
    ///   - text: The URL.
    ///   - limit: The largest number of decoded bytes.
    /// - Throws: ``TransportError`` (`invalidResponse`, `responseTooLarge`); neither quotes the URL.
    public init(_ text: String, limit: Int) throws {
        let url = text.utf8.drop { $0 == UInt8(ascii: " ") || (0x09...0x0D).contains($0) }
        let scheme = url.prefix(5)
        guard String(scheme)?.lowercased() == "data:",
            let comma = url.firstIndex(of: UInt8(ascii: ",")), let head = String(url[scheme.endIndex..<comma])
        else { throw TransportError(.invalidResponse, "The text is not a data: URL.") }
        var fields = head.split(separator: ";", omittingEmptySubsequences: false).map {
            String($0).trimmingWhitespace()
        }
        let isBase64 = fields.count > 1 && fields.last?.lowercased() == "base64"
        if isBase64 { fields.removeLast() }
        let body = url[url.index(after: comma)...].prefix { $0 != UInt8(ascii: "#") }
        data = try isBase64 ? Self.base64(body, limit: limit) : Self.plain(body, limit: limit)
        mediaType = fields.first.flatMap(Self.validType) ?? "text/plain"
        parameters = fields.dropFirst().reduce(into: [:]) { parameters, field in
            let pair = field.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2, pair[0].isHTTPToken, parameters[pair[0].lowercased()] == nil else { return }
            parameters[pair[0].lowercased()] = pair[1].removingPercentEncoding ?? pair[1]
        }
    }

    /// The URL.
    public var url: URL { URL(string: text) ?? URL(fileURLWithPath: "/") }

    /// The URL as text, in base64.
    public var text: String {
        var head = mediaType
        for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
            head += ";\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
        }
        return "data:\(head);base64,\(data.base64EncodedString())"
    }

    private static func base64(_ body: Substring.UTF8View, limit: Int) throws -> Data {
        var digits = percentDecoded(body)
        digits.removeAll { $0 == UInt8(ascii: " ") || (0x09...0x0D).contains($0) }
        while digits.last == UInt8(ascii: "=") { digits.removeLast() }
        guard digits.count / 4 * 3 <= limit else { throw tooLarge(limit) }
        digits.append(contentsOf: repeatElement(UInt8(ascii: "="), count: (4 - digits.count % 4) % 4))
        guard let data = Data(base64Encoded: Data(digits)) else {
            throw TransportError(.invalidResponse, "The base64 text of a data: URL is damaged.")
        }
        guard data.count <= limit else { throw tooLarge(limit) }
        return data
    }

    private static func plain(_ body: Substring.UTF8View, limit: Int) throws -> Data {
        let bytes = percentDecoded(body)
        guard bytes.count <= limit else { throw tooLarge(limit) }
        return Data(bytes)
    }

    private static func tooLarge(_ limit: Int) -> TransportError { DownloadPolicy(maximumBytes: limit).tooLarge }

    /// A percent sign without two hexadecimal digits stands for itself.
    private static func percentDecoded(_ text: Substring.UTF8View) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let digits = String(rest.prefix(2)), digits.utf8.count == 2,
                digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }), let decoded = UInt8(digits, radix: 16)
            {
                bytes.append(decoded)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }

    private static func validType(_ text: String) -> String? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        return parts.count == 2 && parts.allSatisfy(\.isHTTPToken) ? text.lowercased() : nil
    }
}
