/// An incremental reader for multipart bodies (RFC 2046, section 5.1), such as `multipart/form-data`.
///
/// Feed it the bytes of one body in pieces of any size, cut anywhere. It is strict where a mistake could lose or mix up
/// data, and reads everything that is legal: a preamble and an epilogue, white space behind a boundary, parts without
/// headers or data, folded headers, a boundary's text inside the data, a last boundary without a line end. Lines end in
/// CR LF and nothing else.
///
/// ```swift
/// var reader = try MultipartReader(contentType: "multipart/form-data; boundary=b")
/// var size = 0
/// try reader.append(Array("--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--".utf8)) { event in
///     if case .bytes(let bytes) = event { size += bytes.count }
/// }
/// try reader.finish { _ in }
/// ```
public struct MultipartReader: Sendable {
    /// The limits that the body must keep.
    public let limits: MultipartLimits
    /// Whether the last boundary has been read; what follows is of no interest.
    public var isComplete: Bool { place == .epilogue }

    private enum Place {
        case preamble, headers, data, epilogue
    }

    /// What stands where a boundary could begin.
    private enum Match {
        case none, unfinished, next(end: Int), last(end: Int)
    }

    private static let cr = UInt8(ascii: "\r"), lf = UInt8(ascii: "\n"), dash = UInt8(ascii: "-")
    /// So much white space may stand behind a boundary.
    private static let paddingLimit = 1024

    /// Two dashes and the boundary.
    private let dashes: [UInt8]
    private var place = Place.preamble
    /// Whether a boundary may begin without the line end that belongs to it: the line end before was another's.
    private var isAtStart = true
    private var held: [UInt8] = []
    /// So much of what is held was searched for a line end before.
    private var searched = 0
    private var headers = MultipartHeaderReader()
    private var counts = (bytes: 0, parts: 0)
    private var failure: TransportError?

    /// Makes a reader for one body.
    /// - Parameters:
    ///   - contentType: The value of the body's `Content-Type`; its boundary may be quoted.
    ///   - limits: The limits that the body must keep.
    /// - Throws: ``TransportError`` (`invalidResponse`) where it names no boundary that is allowed.
    public init(contentType: String, limits: MultipartLimits = MultipartLimits()) throws {
        let type = HeaderParameters(contentType)
        guard type.value.hasPrefix("multipart/"), let boundary = type["boundary"], Self.isAllowed(boundary) else {
            throw TransportError(
                .invalidResponse, "The answer is not multipart, or names no boundary.", reachedServer: true)
        }
        self.limits = limits
        dashes = Array("--\(boundary)".utf8)
    }

    /// 1 to 70 characters of a small set, no space at the end.
    private static func isAllowed(_ boundary: String) -> Bool {
        (1...70).contains(boundary.utf8.count) && boundary.last != " "
            && boundary.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "'()+_,-./:=? ".utf8.contains(byte)
                }
            }
    }

    /// Reads the next bytes of the body.
    /// - Parameters:
    ///   - chunk: The bytes; may be empty, and may begin and end anywhere.
    ///   - body: Receives what these bytes make certain, in order.
    /// - Throws: ``TransportError``: `invalidResponse` where a part's header makes no sense, `responseTooLarge` past a
    ///   limit. Every later call throws the same. Also what `body` throws.
    public mutating func append(_ chunk: [UInt8], _ body: (MultipartEvent) throws -> Void) throws {
        if let failure { throw failure }
        do {
            counts.bytes += chunk.count
            guard counts.bytes <= limits.maximumBytes else {
                throw TransportError(tooLarge: "is larger than \(limits.maximumBytes) bytes")
            }
            let buffer = held.isEmpty ? chunk : held + chunk
            held = []
            var position = 0
            while position < buffer.count, try advance(in: buffer, &position, body) {}
            if position < buffer.count { held = Array(buffer[position...]) }
        } catch let error as TransportError {
            failure = error
            throw error
        }
    }

    /// Says that there are no more bytes.
    /// - Parameter body: Receives the end of the last part where its boundary has no line end.
    /// - Throws: ``TransportError`` (`connectionLost`) where the last boundary is missing: the body was cut short. Also
    ///   what was thrown before, and what `body` throws.
    public mutating func finish(_ body: (MultipartEvent) throws -> Void) throws {
        if let failure { throw failure }
        if place == .data || place == .preamble, case .last = match(in: held, at: 0, isEnd: true) {
            let wasData = place == .data
            (place, held) = (.epilogue, [])
            if wasData { try body(.end) }
        }
        guard place == .epilogue else {
            let error = TransportError(
                .connectionLost, "The answer was cut short: its last boundary is missing.", reachedServer: true)
            failure = error
            throw error
        }
    }

    /// Reads on by one step.
    /// - Returns: `false` where more bytes are needed.
    private mutating func advance(
        in buffer: [UInt8], _ position: inout Int, _ body: (MultipartEvent) throws -> Void
    ) throws -> Bool {
        switch place {
        case .epilogue:
            position = buffer.count
            return false
        case .headers: return try readHeader(in: buffer, &position, body)
        case .preamble, .data: return try readData(in: buffer, &position, body)
        }
    }

    private mutating func readHeader(
        in buffer: [UInt8], _ position: inout Int, _ body: (MultipartEvent) throws -> Void
    ) throws -> Bool {
        guard let end = buffer[(position + searched)...].firstIndex(of: Self.lf) else {
            searched = buffer.count - position
            guard headers.size + searched <= limits.maximumHeaderBytes else {
                throw TransportError(tooLarge: "has a header of more than \(limits.maximumHeaderBytes) bytes")
            }
            return false
        }
        searched = 0
        let line = buffer[position..<end]
        position = end + 1
        guard headers.size + line.count <= limits.maximumHeaderBytes else {
            throw TransportError(tooLarge: "has a header of more than \(limits.maximumHeaderBytes) bytes")
        }
        guard let read = try headers.append(line) else { return true }
        (place, isAtStart) = (.data, true)
        try body(.part(read))
        return true
    }

    private mutating func readData(
        in buffer: [UInt8], _ position: inout Int, _ body: (MultipartEvent) throws -> Void
    ) throws -> Bool {
        let start = position
        var search = position
        while true {
            let candidate = isAtStart && search == start ? start : buffer[search...].firstIndex(of: Self.cr)
            let found = candidate.map { match(in: buffer, at: $0, isEnd: false) } ?? .none
            if case .none = found, let candidate {
                isAtStart = false
                search = candidate + 1
                continue
            }
            let end = candidate ?? buffer.count
            if end > start {
                isAtStart = false
                if place == .data { try body(.bytes(buffer[start..<end])) }
            }
            position = end
            switch found {
            case .none, .unfinished: return false
            case .next(let end), .last(let end):
                position = end
                if place == .data { try body(.end) }
                if case .last = found { place = .epilogue } else { try beginPart() }
                return true
            }
        }
    }

    private mutating func beginPart() throws {
        counts.parts += 1
        guard counts.parts <= limits.maximumParts else {
            throw TransportError(tooLarge: "has more than \(limits.maximumParts) parts")
        }
        (place, headers, searched) = (.headers, MultipartHeaderReader(), 0)
    }

    /// Compares what begins at `start` with a boundary and what may follow it on its line.
    private func match(in buffer: [UInt8], at start: Int, isEnd: Bool) -> Match {
        var position = start
        // At the start of a body, or of a part's data, the boundary's own line end is that of the line before.
        if !(isAtStart && position < buffer.count && buffer[position] != Self.cr) {
            for byte in [Self.cr, Self.lf] {
                guard position < buffer.count else { return .unfinished }
                guard buffer[position] == byte else { return .none }
                position += 1
            }
        }
        for byte in dashes {
            guard position < buffer.count else { return .unfinished }
            guard buffer[position] == byte else { return .none }
            position += 1
        }
        var isLast = false
        if position < buffer.count, buffer[position] == Self.dash {
            guard position + 1 < buffer.count else { return .unfinished }
            guard buffer[position + 1] == Self.dash else { return .none }
            isLast = true
            position += 2
        }
        let padding = buffer[position...].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard padding.count <= Self.paddingLimit else { return .none }
        position = padding.endIndex
        if position == buffer.count { return isLast && isEnd ? .last(end: position) : .unfinished }
        guard buffer[position] == Self.cr else { return .none }
        guard position + 1 < buffer.count else { return .unfinished }
        guard buffer[position + 1] == Self.lf else { return .none }
        return isLast ? .last(end: position + 2) : .next(end: position + 2)
    }
}

extension TransportError {
    init(tooLarge what: String) { self.init(.responseTooLarge, "The answer \(what).", reachedServer: true) }
}
