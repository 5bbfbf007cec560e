/// Collects the header lines of one part.
struct MultipartHeaderReader: Sendable {
    /// The bytes of the lines so far.
    private(set) var size = 0
    private var fields: [HTTPHeaders.Field] = []

    /// Takes the next line.
    /// - Parameter line: The line without its LF; must end in CR.
    /// - Returns: The headers where the line was the empty one behind them, else `nil`.
    /// - Throws: `invalidResponse` where the line is no header.
    mutating func append(_ line: ArraySlice<UInt8>) throws -> HTTPHeaders? {
        size += line.count + 1
        guard line.last == UInt8(ascii: "\r") else { throw Self.malformed }
        let text = String(decoding: line.dropLast(), as: UTF8.self)
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else { throw Self.malformed }
        if text.isEmpty {
            var headers = HTTPHeaders()
            for field in fields { headers.add(field.name, field.value) }
            return headers
        }
        if text.first == " " || text.first == "\t" {
            // A folded line goes on with the value of the one before.
            guard let last = fields.popLast() else { throw Self.malformed }
            let value = [last.value, text.trimmingWhitespace()].filter { !$0.isEmpty }.joined(separator: " ")
            fields.append(HTTPHeaders.Field(name: last.name, value: value))
            return nil
        }
        guard let colon = text.firstIndex(of: ":"), String(text[..<colon]).isHTTPToken else { throw Self.malformed }
        let value = String(text[text.index(after: colon)...]).trimmingWhitespace()
        fields.append(HTTPHeaders.Field(name: String(text[..<colon]), value: value))
        return nil
    }

    private static var malformed: TransportError {
        TransportError(
            .invalidResponse, "A part of the answer has a header that makes no sense.", reachedServer: true)
    }
}
