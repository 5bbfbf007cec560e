extension JSONParser {
    mutating func string() throws -> String {
        position += 1
        let start = position
        let isPlain = try skipRun()
        if isPlain.ended {
            defer { position += 1 }
            return try text(bytes[start..<position], isASCII: isPlain.isASCII)
        }
        // With escapes, which take more bytes than what they stand for.
        var content = [UInt8](bytes[start..<position])
        while bytes[position] != UInt8(ascii: "\"") {
            try appendEscape(to: &content)
            let run = position
            _ = try skipRun()
            content.append(contentsOf: bytes[run..<position])
        }
        position += 1
        return try content.withUnsafeBytes { try text($0[...], isASCII: false) }
    }

    /// Goes to the next quotation mark or backslash.
    private mutating func skipRun() throws -> (ended: Bool, isASCII: Bool) {
        var isASCII = true
        while true {
            position = plainEnd(from: position)
            guard position < bytes.count else { throw malformed() }
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") { return (true, isASCII) }
            if byte == UInt8(ascii: "\\") { return (false, isASCII) }
            guard byte >= 0x20 else { throw malformed() }
            if byte >= 0x80 { isASCII = false }
            position += 1
        }
    }

    /// Passes over characters of ASCII that stand for themselves, eight at a time: pictures come as long texts.
    /// - Returns: A place up to which there is nothing else.
    func plainEnd(from start: Int) -> Int {
        func eight(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }
        var index = start
        while bytes.count - index >= 8 {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            // The upper bit of a byte is set where it is below a space, a quotation mark, a backslash, or no ASCII.
            let marks =
                (word &- eight(0x20)) | ((word ^ eight(0x22)) &- eight(1)) | ((word ^ eight(0x5C)) &- eight(1)) | word
            let marked = marks & eight(0x80)
            // What is borrowed goes upwards only: the lowest mark is always a true one.
            guard marked == 0 else { return index + marked.trailingZeroBitCount / 8 }
            index += 8
        }
        return index
    }

    private func text(_ bytes: Slice<UnsafeRawBufferPointer>, isASCII: Bool) throws -> String {
        let text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes), as: UTF8.self)
        // Bytes that are no UTF-8 were replaced.
        guard isASCII || text.utf8.elementsEqual(bytes) else { throw malformed() }
        return text
    }

    private mutating func appendEscape(to content: inout [UInt8]) throws {
        guard position + 1 < bytes.count else { throw malformed() }
        position += 2
        switch bytes[position - 1] {
        case UInt8(ascii: "\""): content.append(0x22)
        case UInt8(ascii: "\\"): content.append(0x5C)
        case UInt8(ascii: "/"): content.append(0x2F)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"):
            let unit = try hexadecimal()
            var code = UInt32(unit)
            if UTF16.isLeadSurrogate(unit), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            {
                let after = position
                position += 2
                let second = try hexadecimal()
                if UTF16.isTrailSurrogate(second) {
                    code = 0x10000 + (code & 0x3FF) << 10 + UInt32(second) & 0x3FF
                } else {
                    position = after
                }
            }
            // Half of a pair is no character.
            content.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
        default: throw malformed()
        }
    }

    private mutating func hexadecimal() throws -> UInt16 {
        guard bytes.count - position >= 4 else { throw malformed() }
        var unit: UInt16 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw malformed() }
            unit = unit << 4 | UInt16(digit)
        }
        position += 4
        return unit
    }
}
