import Foundation

@testable import GeneratorTransport

extension FuzzTarget {
    static let streams = [sse, multipart, form, head]

    static let sse = FuzzTarget(
        "sse",
        seeds: {
            [
                "data: a\n\n", "\u{FEFF}event: complete\r\ndata: {\"a\":1}\r\ndata:b\r\rid: 7\nretry: 10\ndata\n\n",
                ": comment\nevent:\ndata:  x\nid: a\u{0}b\n\nid\ndata: y\n\ndata: unfinished",
            ]
        },
        words: ["data:", "event:", "id:", "retry:", "\n\n", "\r\n", "\r", "\u{FEFF}", ": "]
    ) { bytes in
        let whole = StreamReading([bytes]), expected = StreamReading(standard: bytes)
        try demand(whole == expected, "the standard reads \(expected), the parser \(whole)")
        let cut = StreamReading(pieces(of: bytes))
        try demand(cut == whole, "in pieces \(cut), in one \(whole)")
        let single = StreamReading(bytes.map { [$0] })
        try demand(single == whole, "in single bytes \(single), in one \(whole)")
        // A byte that is no UTF-8 becomes three.
        let size = whole.events.reduce(0) { $0 + $1.data.utf8.count }
        try demand(size <= bytes.count * 3, "\(bytes.count) bytes became \(size)")
        let narrow = StreamReading([bytes], limit: 8)
        try demand(narrow.events.allSatisfy { $0.data.utf8.count <= 24 }, "an event is larger than the limit")
    }

    static let multipart = FuzzTarget(
        "multipart",
        seeds: {
            [
                "multipart/form-data; boundary=b\n--b\r\nContent-Type: a/b\r\n\r\n{}\r\n--b\r\n\r\n\r\n--b--\r\n",
                "multipart/mixed; boundary=\"a b\"\npre\r\n--a b  \r\nA: b\r\n c\r\n\r\nx\r\n--a b\r\n\r\ny\r\n--a b--",
            ]
        },
        words: ["--b", "--b--", "\r\n", "Content-Type: ", "boundary=", "\"", "\\", ";", "--"]
    ) { bytes in
        // The first line is the content type.
        let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false).map { Array($0) }
        let type = String(decoding: parts[0], as: UTF8.self), body = parts.count > 1 ? parts[1] : []
        let whole = PartsReading(type, [body])
        let cut = PartsReading(type, pieces(of: body))
        try demand(cut == whole, "in pieces \(cut), in one \(whole)")
        let single = PartsReading(type, body.map { [$0] })
        try demand(single == whole, "in single bytes \(single), in one \(whole)")
        let size = whole.parts.reduce(0) { $0 + $1.data.count }
        try demand(size <= body.count, "\(body.count) bytes became \(size)")
        try demand(whole.parts.count <= MultipartLimits().maximumParts, "\(whole.parts.count) parts")
    }

    static let form = FuzzTarget(
        "form", seeds: { ["files\u{1F}a.png\u{1F}image/png\u{1F}bytes\u{1F}files\u{1F}a.png\u{1F}\u{1F}"] },
        words: ["\u{1F}", "\r\n", "\"", ".", "-2"]
    ) { bytes in
        let fields = bytes.split(separator: 0x1F, omittingEmptySubsequences: false).map { Array($0) }
        var form = MultipartForm()
        var data: [[UInt8]] = []
        var names: [String] = []
        for start in stride(from: 0, to: fields.count - 3, by: 4).prefix(MultipartLimits().maximumParts) {
            let texts = fields[start..<start + 3].map { String(decoding: $0, as: UTF8.self) }
            names.append(
                form.add(name: texts[0], fileName: texts[1], mediaType: texts[2], data: Data(fields[start + 3])))
            data.append(fields[start + 3])
        }
        try demand(Set(names).count == names.count, "two files are called the same: \(names)")
        guard !data.isEmpty else { return }
        let (type, body) = form.encoded()
        let reading = PartsReading(type, [[UInt8](body)])
        // A name that no header can carry may be refused; nothing may be read as something else.
        if reading.failure == nil { try demand(reading.parts.map(\.data) == data, "\(data) became \(reading)") }
        let isPlain = fields.allSatisfy { $0.allSatisfy { (0x20...0x7E).contains($0) } }
        if isPlain { try demand(reading.failure == nil, "the reader refuses what the form wrote") }
    }

    static let head = FuzzTarget(
        "head",
        seeds: {
            [
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n c\r\nSet-Cookie: x\r\n\r\n",
                "HTTP/2 503 \r\n\r\n",
            ]
        },
        words: ["HTTP/1.1 ", "\r\n", ": ", "200", "Content-Length: "]
    ) { bytes in
        #if os(Linux)
            var head = CurlHead()
            for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
                guard let found = (line + [0x0A]).withUnsafeBytes({ head.add($0) }) else { continue }
                try demand(found.status >= 200, "status \(found.status) is no answer")
                _ = found.headers.retryAfter()
            }
        #endif
    }
}

/// What an event stream says.
private struct StreamReading: Equatable {
    var events: [ServerSentEvent] = []
    var lastEventID = ""
    var retry: Duration?
    var isTooLarge = false

    init(_ pieces: [[UInt8]], limit: Int = 1 << 20) {
        var parser = ServerSentEventParser(maximumEventSize: limit)
        do {
            for piece in pieces { try parser.append(piece) { events.append($0) } }
        } catch {
            isTooLarge = true
        }
        (lastEventID, retry) = (parser.lastEventID, parser.reconnectionTime)
    }

    /// As the standard's text has it, without any thought of speed.
    init(standard bytes: [UInt8]) {
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        var line: [UInt8] = [], data: [[UInt8]] = [], type = "", id = "", wasCR = false
        for byte in bytes {
            defer { wasCR = byte == 0x0D }
            if byte == 0x0A, wasCR { continue }
            guard byte == 0x0A || byte == 0x0D else {
                line.append(byte)
                continue
            }
            guard !line.isEmpty else {
                lastEventID = id
                let text = data.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
                if !data.isEmpty {
                    events.append(ServerSentEvent(type: type.isEmpty ? "message" : type, data: text, lastEventID: id))
                }
                (data, type) = ([], "")
                continue
            }
            let parts = line.split(separator: 0x3A, maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? (parts[1].first == 0x20 ? parts[1].dropFirst() : parts[1]) : []
            let text = String(decoding: value, as: UTF8.self)
            switch String(decoding: parts[0], as: UTF8.self) {
            case "data": data.append(Array(value))
            case "event": type = text
            case "id": if !value.contains(0) { id = text }
            case "retry":
                if !value.isEmpty, value.allSatisfy({ (0x30...0x39).contains($0) }) {
                    retry = .milliseconds(Int64(text) ?? .max)
                }
            default: break
            }
            line = []
        }
    }
}

/// The parts of a multipart body.
private struct PartsReading: Equatable {
    struct Part: Equatable {
        var headers: HTTPHeaders
        var data: [UInt8] = []
        var isWhole = false
    }

    var parts: [Part] = []
    var failure: String?

    init(_ type: String, _ pieces: [[UInt8]]) {
        func take(_ event: MultipartEvent) {
            switch event {
            case .part(let headers): parts.append(Part(headers: headers))
            case .bytes(let bytes): parts[parts.count - 1].data += bytes
            case .end: parts[parts.count - 1].isWhole = true
            }
        }
        do {
            var reader = try MultipartReader(contentType: type)
            for piece in pieces { try reader.append(piece, take) }
            try reader.finish(take)
        } catch {
            failure = (error as? TransportError)?.code.rawValue ?? "\(error)"
        }
    }
}
