/// What bytes turn out to be when they are checked as UTF-8.
enum UTF8Kind {
    case ascii
    case wellFormed

    /// `nil` for bytes that are not well-formed UTF-8 (table 3-7 of the Unicode standard).
    init?(of bytes: UnsafeRawBufferPointer) {
        var index = bytes.endOfASCII(from: 0)
        if index == bytes.count {
            self = .ascii
            return
        }
        while index < bytes.count {
            guard let length = Self.length(ofSequence: bytes.fourBytes(at: index)) else { return nil }
            index &+= length
            if index < bytes.count, bytes[index] < 0x80 { index = bytes.endOfASCII(from: index) }
        }
        self = .wellFormed
    }

    /// The length of the well-formed sequence of two to four bytes that these bytes, the first one lowest, begin with.
    @inline(__always)
    private static func length(ofSequence bytes: UInt32) -> Int? {
        if bytes & 0x00C0_C0F0 == 0x0080_80E0 {
            let lead = bytes & 0x200F
            return lead != 0 && lead != 0x200D ? 3 : nil  // not overlong, no surrogate
        }
        if bytes & 0x0000_C0E0 == 0x0000_80C0 {
            return bytes & 0x1E != 0 ? 2 : nil  // not overlong
        }
        if bytes & 0xC0C0_C0F8 == 0x8080_80F0 {
            let lead = (bytes & 7) << 2 | (bytes >> 12) & 3
            return 1...16 ~= lead ? 4 : nil  // not overlong, at most U+10FFFF
        }
        return nil
    }
}

extension UnsafeRawBufferPointer {
    /// The first position at or behind `start` whose byte is not ASCII, or `count`.
    @inline(__always)
    fileprivate func endOfASCII(from start: Int) -> Int {
        let high: UInt64 = 0x8080_8080_8080_8080
        var index = start
        while count &- index >= 32 {
            let first = loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let second = loadUnaligned(fromByteOffset: index &+ 8, as: UInt64.self)
            let third = loadUnaligned(fromByteOffset: index &+ 16, as: UInt64.self)
            let fourth = loadUnaligned(fromByteOffset: index &+ 24, as: UInt64.self)
            if (first | second | third | fourth) & high != 0 { break }
            index &+= 32
        }
        while count &- index >= 8 {
            let found = UInt64(littleEndian: loadUnaligned(fromByteOffset: index, as: UInt64.self)) & high
            if found != 0 { return index &+ found.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < count, self[index] < 0x80 { index &+= 1 }
        return index
    }

    /// The four bytes at a position, the first one lowest; zero behind the end.
    @inline(__always)
    fileprivate func fourBytes(at index: Int) -> UInt32 {
        if count &- index >= 4 {
            return UInt32(littleEndian: loadUnaligned(fromByteOffset: index, as: UInt32.self))
        }
        return self[index...].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
