/// Reads numbers and names out of bytes from elsewhere; what lies outside is `nil` or `false`, never a trap.
struct ByteView {
    /// A box of the ISO media file format, its content cut to what is there.
    struct Box {
        let content: Range<Int>
        /// Where the next box begins; `nil` where that is beyond the bytes at hand.
        let next: Int?
    }

    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    subscript(offset: Int) -> UInt8? {
        bytes.indices.contains(offset) ? bytes[offset] : nil
    }

    /// An unsigned number, the most significant byte first.
    func big(_ count: Int, at offset: Int) -> Int? {
        guard offset >= 0, count <= 7, offset <= bytes.count - count else { return nil }
        return bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
    }

    /// An unsigned number, the least significant byte first.
    func little(_ count: Int, at offset: Int) -> Int? {
        guard offset >= 0, count <= 7, offset <= bytes.count - count else { return nil }
        return bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// Whether ASCII text stands at an offset.
    func has(_ text: StaticString, at offset: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard offset >= 0, offset <= bytes.count - length else { return false }
        return text.withUTF8Buffer { bytes[offset..<offset + length].elementsEqual($0) }
    }

    /// The box at an offset, within a container that ends at `end`. Its type stands at `offset + 4`.
    func box(at offset: Int, end: Int) -> Box? {
        guard let short = big(4, at: offset), offset + 8 <= end else { return nil }
        var header = 8
        var size: Int? = short
        if short == 0 {
            size = nil  // up to the end of the file
        } else if short == 1 {
            header = 16
            // The upper byte of the 64-bit size must be zero: no file is that large.
            guard let high = self[offset + 8], let low = big(7, at: offset + 9) else { return nil }
            size = high == 0 ? low : nil
        }
        if let size, size < header { return nil }
        let room = end - offset
        let start = min(header, room)
        guard let size, size < room else { return Box(content: offset + start..<end, next: nil) }
        return Box(content: offset + start..<offset + size, next: offset + size)
    }
}
