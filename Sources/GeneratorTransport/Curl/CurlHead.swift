#if os(Linux)
    /// Reads the head of an answer line by line, as libcurl hands it over.
    package struct CurlHead {
        /// Whether the head of the real answer was seen; what comes later are trailers, which nobody asks for.
        package private(set) var isComplete = false
        /// Whether a line was no status line where one belongs, or no field.
        package private(set) var isMalformed = false
        private var status = 0
        /// Nothing of this head was seen yet: only here stands a status.
        private var isAtStart = true
        private var fields: [(name: String, value: String)] = []

        package init() {}

        /// Takes one line with its line break.
        /// - Returns: The head, with the empty line behind it; not for an informational answer.
        package mutating func add(_ line: UnsafeRawBufferPointer) -> HTTPTransfer.Head? {
            guard !isComplete else { return nil }
            guard let first = line.first, !line.allSatisfy({ $0 == 0x0D || $0 == 0x0A }) else { return end() }
            if isAtStart {
                isAtStart = false
                // Three digits, and nothing that belongs to them (RFC 9112, section 4); below 100 is no status at all.
                let code = line.drop { $0 != 0x20 }.dropFirst().prefix { $0 > 0x20 }
                let isNumber = code.count == 3 && code.allSatisfy { 0x30...0x39 ~= $0 }
                status = isNumber ? code.reduce(0) { $0 * 10 + Int($1 - 0x30) } : 0
                isMalformed = !line.starts(with: "HTTP/".utf8) || status < 100
            } else if first == 0x20 || first == 0x09 {
                // A value may go on in the next line. In place: a server may send thousands of such lines.
                let more = Self.text(line[...])
                guard let last = fields.indices.last, !more.isEmpty else { return nil }
                if !fields[last].value.isEmpty { fields[last].value += " " }
                fields[last].value += more
            } else if let colon = line.firstIndex(of: 0x3A) {
                fields.append((Self.text(line[..<colon]), Self.text(line[(colon + 1)...])))
            } else {
                isMalformed = true
            }
            return nil
        }

        /// A name or a value, without the space around it.
        private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
            func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }
            let rest = bytes.drop(while: isSpace)
            let end = rest.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? rest.startIndex
            return String(decoding: UnsafeRawBufferPointer(rebasing: rest[..<end]), as: UTF8.self).trimmingWhitespace()
        }

        private mutating func end() -> HTTPTransfer.Head? {
            guard status >= 200 else {
                (isAtStart, fields) = (true, [])
                return nil
            }
            isComplete = true
            var headers = HTTPHeaders()
            for field in fields { headers.add(field.name, field.value) }
            fields = []
            return HTTPTransfer.Head(status: status, headers: headers)
        }
    }
#endif
