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
            let text = String(decoding: line, as: UTF8.self)
            if text.utf8.allSatisfy({ $0 == 0x0D || $0 == 0x0A }) { return end() }
            if isAtStart {
                isAtStart = false
                // Three digits, and nothing that belongs to them (RFC 9112, section 4); below 100 is no status at all.
                let code = text.utf8.drop { $0 != 0x20 }.dropFirst().prefix { $0 > 0x20 }
                status = code.count == 3 && code.allSatisfy({ 0x30...0x39 ~= $0 }) ? Int(Substring(code)) ?? 0 : 0
                isMalformed = !text.hasPrefix("HTTP/") || status < 100
            } else if let first = text.utf8.first, first == 0x20 || first == 0x09 {
                // A value may go on in the next line. In place: a server may send thousands of such lines.
                let more = text.trimmingWhitespace()
                guard let last = fields.indices.last, !more.isEmpty else { return nil }
                if !fields[last].value.isEmpty { fields[last].value += " " }
                fields[last].value += more
            } else if let colon = text.utf8.firstIndex(of: 0x3A) {
                let value = text[text.utf8.index(after: colon)...]
                fields.append((String(text[..<colon]).trimmingWhitespace(), String(value).trimmingWhitespace()))
            } else {
                isMalformed = true
            }
            return nil
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
