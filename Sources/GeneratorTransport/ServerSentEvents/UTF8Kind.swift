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
        var index = start
        while count &- index >= 32 {
            if !areASCII32(at: index) { break }
            index &+= 32
        }
        // What is left of ASCII, at once, which is faster than the steps below.
        if count >= 32, count &- index < 32, areASCII32(at: count &- 32) { return count }
        while count &- index >= 8 {
            let found = UInt64(littleEndian: loadUnaligned(fromByteOffset: index, as: UInt64.self)) & Self.high
            if found != 0 { return index &+ found.trailingZeroBitCount / 8 }
            index &+= 8
        }
        let found = lastBytes(from: index) & Self.high
        return found == 0 ? count : index &+ found.trailingZeroBitCount / 8
    }

    private static var high: UInt64 { 0x8080_8080_8080_8080 }

    @inline(__always)
    private func areASCII32(at index: Int) -> Bool {
        var all: UInt64 = 0
        for offset in 0..<4 { all |= loadUnaligned(fromByteOffset: index &+ 8 &* offset, as: UInt64.self) }
        return all & Self.high == 0
    }

    /// The fewer than eight bytes that are left at a position, the first one lowest; zero behind the end.
    @inline(__always)
    private func lastBytes(from index: Int) -> UInt64 {
        let left = count &- index
        if left == 0 { return 0 }
        if count >= 8 {
            // Read together with bytes before them, which are then shifted out.
            return UInt64(littleEndian: loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self))
                &>> (64 &- 8 &* left)
        }
        return self[index...].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The four bytes at a position, the first one lowest; zero behind the end.
    @inline(__always)
    fileprivate func fourBytes(at index: Int) -> UInt32 {
        if count &- index >= 4 {
            return UInt32(littleEndian: loadUnaligned(fromByteOffset: index, as: UInt32.self))
        }
        return UInt32(truncatingIfNeeded: lastBytes(from: index))
    }
}
