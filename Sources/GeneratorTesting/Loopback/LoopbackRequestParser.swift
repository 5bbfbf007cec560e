import Foundation

/// Reads HTTP/1 requests out of the bytes of one connection, however they were cut. A pure value.
///
/// It is strict where RFC 9112 leaves a choice: a server that judges clients should not forgive them.
struct LoopbackRequestParser {
    /// The request line and the header fields.
    struct Head {
        var method = ""
        var target = ""
        var minorVersion = 1
        var headers: [(name: String, value: String)] = []
        /// Whether the client waits for `100 Continue` before it sends the body.
        var expectsContinue = false
    }

    enum Element {
        case head(Head)
        case body(Data)
    }

    /// Why the bytes are not a request; `status` is the answer that they deserve.
    struct Rejection: Error, Equatable {
        let status: Int
    }

    static let headLimit = 64 * 1024
    static let bodyLimit = 256 * 1024 * 1024

    private enum Phase {
        case requestLine
        case fields
        case body(remaining: Int)
        case chunkSize
        case chunk(remaining: Int)
        case chunkEnd
        case trailers
    }

    private var phase = Phase.requestLine
    private var head = Head()
    private var buffer: [UInt8] = []
    private var position = 0
    /// Where the search for the next line feed goes on, so that no byte is looked at twice.
    private var scanned = 0
    private var headSize = 0
    private var body = Data()

    /// How many bytes wait to be read by ``next()``.
    var buffered: Int { buffer.count - position }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if position == buffer.count {
            // An idle connection keeps no buffer: thousands of them should cost next to nothing.
            buffer = []
            (position, scanned) = (0, 0)
        } else if position > Self.headLimit {
            buffer.removeFirst(position)
            (position, scanned) = (0, scanned - position)
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next element, or `nil` when it needs more bytes. After a body the next request begins.
    mutating func next() throws(Rejection) -> Element? {
        while true {
            switch phase {
            case .requestLine:
                guard let line = try takeHeadLine() else { return nil }
                // RFC 9112, 2.2: an empty line before the request line is to be ignored.
                guard !line.isEmpty else { continue }
                head = try Self.requestLine(line)
                phase = .fields
            case .fields:
                guard let line = try takeHeadLine() else { return nil }
                if line.isEmpty { return .head(try finishHead()) }
                head.headers.append(try Self.field(line))
            case .body(let remaining):
                let left = takeBody(remaining)
                phase = .body(remaining: left)
                if left > 0 { return nil }
                return finish()
            case .chunkSize:
                guard let line = try takeLine(limit: 4096, status: 400) else { return nil }
                let digits = line.prefix { $0 != UInt8(ascii: ";") }
                guard let size = Self.number(Self.trimmed(digits), radix: 16) else { throw Rejection(status: 400) }
                guard size <= Self.bodyLimit - body.count else { throw Rejection(status: 413) }
                phase = size == 0 ? .trailers : .chunk(remaining: size)
                headSize = 0
            case .chunk(let remaining):
                let left = takeBody(remaining)
                phase = left > 0 ? .chunk(remaining: left) : .chunkEnd
                if left > 0 { return nil }
            case .chunkEnd:
                guard let line = try takeLine(limit: 2, status: 400) else { return nil }
                guard line.isEmpty else { throw Rejection(status: 400) }
                phase = .chunkSize
            case .trailers:
                guard let line = try takeHeadLine() else { return nil }
                if line.isEmpty { return finish() }
            }
        }
    }

    /// Decides how the body is framed.
    private mutating func finishHead() throws(Rejection) -> Head {
        let fields = Dictionary(grouping: head.headers) { $0.name.lowercased() }
        func values(_ name: String) -> [String] { fields[name, default: []].map(\.value) }
        let hosts = values("host").count
        guard hosts == 1 || hosts == 0 && head.minorVersion == 0 else { throw Rejection(status: 400) }
        let lengths = Set(values("content-length"))
        let codings = values("transfer-encoding")
        guard lengths.count + codings.count <= 1 else { throw Rejection(status: 400) }
        if let coding = codings.first {
            guard coding.lowercased() == "chunked" else { throw Rejection(status: 501) }
            phase = .chunkSize
        } else if let length = lengths.first {
            guard let length = Self.number(Array(length.utf8)[...], radix: 10) else { throw Rejection(status: 400) }
            guard length <= Self.bodyLimit else { throw Rejection(status: 413) }
            phase = .body(remaining: length)
        } else {
            phase = .body(remaining: 0)
        }
        var hasBody = true
        if case .body(remaining: 0) = phase { hasBody = false }
        head.expectsContinue =
            hasBody && head.minorVersion >= 1 && buffered == 0
            && values("expect").contains { $0.lowercased() == "100-continue" }
        return head
    }

    private mutating func finish() -> Element {
        defer {
            (body, headSize) = (Data(), 0)
            phase = .requestLine
        }
        return .body(body)
    }

    /// Moves up to `wanted` bytes into the body; returns how many are still missing.
    private mutating func takeBody(_ wanted: Int) -> Int {
        let count = min(wanted, buffered)
        body.append(contentsOf: buffer[position..<position + count])
        position += count
        scanned = position
        return wanted - count
    }

    private mutating func takeHeadLine() throws(Rejection) -> ArraySlice<UInt8>? {
        guard let line = try takeLine(limit: Self.headLimit - headSize, status: 431) else { return nil }
        headSize += line.count + 2
        return line
    }

    /// A line without its CR LF; `limit` counts both.
    private mutating func takeLine(limit: Int, status: Int) throws(Rejection) -> ArraySlice<UInt8>? {
        let end = buffer[scanned...].firstIndex(of: UInt8(ascii: "\n"))
        scanned = end.map { $0 + 1 } ?? buffer.count
        guard scanned - position <= limit else { throw Rejection(status: status) }
        guard let end else { return nil }
        guard end > position, buffer[end - 1] == UInt8(ascii: "\r") else { throw Rejection(status: 400) }
        defer { position = end + 1 }
        return buffer[position..<end - 1]
    }
}

extension LoopbackRequestParser {
    private static func requestLine(_ line: ArraySlice<UInt8>) throws(Rejection) -> Head {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, isToken(parts[0]), !parts[1].isEmpty,
            parts[1].allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw Rejection(status: 400) }
        let version = String(decoding: parts[2], as: UTF8.self)
        guard version.hasPrefix("HTTP/") else { throw Rejection(status: 400) }
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else { throw Rejection(status: 505) }
        return Head(
            method: String(decoding: parts[0], as: UTF8.self),
            target: String(decoding: parts[1], as: UTF8.self),
            minorVersion: version == "HTTP/1.1" ? 1 : 0
        )
    }

    /// A folded line begins with a blank and so has no valid name: it is rejected like any other bad name.
    private static func field(_ line: ArraySlice<UInt8>) throws(Rejection) -> (name: String, value: String) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), isToken(line[..<colon]) else {
            throw Rejection(status: 400)
        }
        let value = trimmed(line[(colon + 1)...])
        guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else { throw Rejection(status: 400) }
        return (String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        let head = bytes.drop(while: isBlank)
        guard let last = head.lastIndex(where: { !isBlank($0) }) else { return [] }
        return head[...last]
    }

    /// Digits only: `Int.init` alone would take a sign as well.
    private static func number(_ digits: ArraySlice<UInt8>, radix: Int) -> Int? {
        let text = String(decoding: digits, as: UTF8.self)
        return text.allSatisfy(\.isHexDigit) ? Int(text, radix: radix) : nil
    }

    private static func isToken(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
