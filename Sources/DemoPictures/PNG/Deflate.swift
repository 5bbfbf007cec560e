/// Compresses bytes into the zlib format (RFC 1950) with DEFLATE (RFC 1951): LZ77 and dynamic Huffman codes.
///
/// The loops use pointers and `while`, because demos run in unoptimised builds too, where array subscripts and
/// iterators are slow.
enum Deflate {
    /// Compresses bytes.
    ///
    /// - Parameter bytes: The bytes, possibly none.
    /// - Returns: A complete zlib stream.
    static func zlib(_ bytes: [UInt8]) -> [UInt8] {
        var output = DeflateOutput()
        // 32 KiB window; the second byte makes the pair a multiple of 31.
        output.bytes = [0x78, 0x9C]
        bytes.withUnsafeBufferPointer { buffer in
            if let start = buffer.baseAddress, !buffer.isEmpty {
                compress(start, count: buffer.count, into: &output)
            } else {
                output.writeBlock(tokens: [], isLast: true)
            }
        }
        output.alignToByte()
        output.bytes.appendBigEndian(adler32(bytes))
        return output.bytes
    }

    /// The Adler-32 checksum.
    ///
    /// - Parameter bytes: The bytes to sum.
    /// - Returns: The checksum.
    static func adler32(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return 1 }
            var low: UInt64 = 1
            var high: UInt64 = 0
            var index = 0
            let count = buffer.count
            while index < count {
                // Sums of 64-bit integers cannot overflow within so few bytes.
                let end = index + 65536 < count ? index + 65536 : count
                while index < end {
                    low &+= UInt64(truncatingIfNeeded: start[index])
                    high &+= low
                    index &+= 1
                }
                low %= 65521
                high %= 65521
            }
            return UInt32(high) << 16 | UInt32(low)
        }
    }

    private static func compress(_ input: UnsafePointer<UInt8>, count: Int, into output: inout DeflateOutput) {
        let finder = MatchFinder(input: input, count: count)
        let tokens = UnsafeMutablePointer<UInt32>.allocate(capacity: DeflateOutput.tokensPerBlock)
        defer { tokens.deallocate() }
        var tokenCount = 0
        var position = 0
        var match = finder.match(at: 0)
        while position < count {
            // A match waits for the one that begins a byte later, which may be longer.
            let later = position &+ 1 < count ? finder.match(at: position &+ 1) : 0
            if match > 0, later >> 16 <= match >> 16 {
                tokens[tokenCount] = UInt32(truncatingIfNeeded: match)
                let end = position &+ match >> 16
                finder.index(from: position &+ 2, to: end)
                position = end
                match = position < count ? finder.match(at: position) : 0
            } else {
                tokens[tokenCount] = UInt32(truncatingIfNeeded: input[position])
                position &+= 1
                match = later
            }
            tokenCount &+= 1
            if tokenCount == DeflateOutput.tokensPerBlock, position < count {
                output.writeBlock(tokens: UnsafeBufferPointer(start: tokens, count: tokenCount), isLast: false)
                tokenCount = 0
            }
        }
        output.writeBlock(tokens: UnsafeBufferPointer(start: tokens, count: tokenCount), isLast: true)
    }
}

extension [UInt8] {
    mutating func appendBigEndian(_ number: UInt32) {
        append(UInt8(truncatingIfNeeded: number >> 24))
        append(UInt8(truncatingIfNeeded: number >> 16))
        append(UInt8(truncatingIfNeeded: number >> 8))
        append(UInt8(truncatingIfNeeded: number))
    }
}
