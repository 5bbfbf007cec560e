public import Foundation

/// What a loopback server was asked to paint. ``gradient`` is a small picture that it can send as the result.
///
/// The same prompt, seed and size give the same bytes, always PNG.
public struct LoopbackPicture: Sendable, Hashable {
    /// The prompt.
    public let prompt: String
    /// The seed.
    public let seed: Int
    /// The width in pixels, brought into 1...4096.
    public let width: Int
    /// The height in pixels, brought into 1...4096.
    public let height: Int
    /// How far the picture is: 1 for the finished picture, less for a preview, down to 0.
    public let finished: Double

    /// Describes a picture.
    /// - Parameters:
    ///   - prompt: The prompt.
    ///   - seed: The seed.
    ///   - width: The width in pixels.
    ///   - height: The height in pixels.
    ///   - finished: 1 for the picture; less for a preview of it, down to 0.
    public init(prompt: String, seed: Int, width: Int, height: Int, finished: Double = 1) {
        self.prompt = prompt
        self.seed = seed
        self.width = min(max(width, 1), 4096)
        self.height = min(max(height, 1), 4096)
        self.finished = min(max(finished, 0), 1)
    }

    /// A gradient from one colour to another as a PNG file; prompt and seed choose the colours, and a preview is paler.
    public var gradient: Data {
        let hash = SplitMix64.mixed(FNV1a.hash(prompt.utf8) ^ SplitMix64.mixed(UInt64(truncatingIfNeeded: seed)))
        let colors = (0..<6).map { channel in
            255 - Int(finished * Double(255 - hash >> (8 * UInt64(channel)) & 0xFF))
        }
        var pixels = GradientStream()
        for row in 0..<height {
            // Each pixel is written as the difference to the one before it: the first is the colour, the others are nothing.
            pixels.append(1)
            for channel in 0..<3 {
                let (top, bottom) = (colors[channel], colors[channel + 3])
                pixels.append(UInt8(clamping: top + (bottom - top) * row / height))
            }
            pixels.append(zeros: 3 * (width - 1))
        }
        var file = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        file.append(chunk: "IHDR", UInt32(width).bytes + UInt32(height).bytes + [8, 2, 0, 0, 0])
        file.append(chunk: "IDAT", pixels.finished())
        file.append(chunk: "IEND", [])
        return file
    }
}

/// Bytes in the zlib format (RFC 1950), compressed with the fixed codes of DEFLATE (RFC 1951): runs of zeros become short.
private struct GradientStream {
    // Of the fixed codes the last block begins with these three bits.
    private var bytes: [UInt8] = [0x78, 0x01]
    private var pending: UInt32 = 0b011
    private var count = 3
    // Adler-32.
    private var low = 1, high = 0

    mutating func append(_ byte: UInt8) {
        low = (low + Int(byte)) % 65521
        high = (high + low) % 65521
        literal(byte)
    }

    mutating func append(zeros: Int) {
        guard zeros > 0 else { return }
        high = (high + zeros * low) % 65521
        literal(0)
        var rest = zeros - 1
        // Repeats of the byte before: 258 times, and 10 times.
        for (length, code, bits) in [(258, UInt32(0b1100_0101), 8), (10, 0b0001000, 7)] {
            while rest >= length {
                put(code: code, bits)
                put(code: 0, 5)
                rest -= length
            }
        }
        for _ in 0..<rest { literal(0) }
    }

    mutating func finished() -> [UInt8] {
        // The end, and what fills the last byte.
        for _ in 0..<2 { put(code: 0, 7) }
        return bytes + (UInt32(high) << 16 | UInt32(low)).bytes
    }

    private mutating func literal(_ byte: UInt8) {
        byte < 144 ? put(code: 0x30 + UInt32(byte), 8) : put(code: 0x190 + UInt32(byte) - 144, 9)
    }

    /// Codes stand with their highest bit first, in bytes that are filled from their lowest.
    private mutating func put(code: UInt32, _ bits: Int) {
        for bit in (0..<bits).reversed() {
            pending |= (code >> UInt32(bit) & 1) << UInt32(count)
            count += 1
        }
        while count >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: pending))
            pending >>= 8
            count -= 8
        }
    }
}

extension UInt32 {
    fileprivate var bytes: [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> $0) } }
}

extension Data {
    fileprivate mutating func append(chunk type: String, _ content: [UInt8]) {
        let chunk = Array(type.utf8) + content
        append(contentsOf: UInt32(content.count).bytes + chunk)
        append(contentsOf: chunk.crc32.bytes)
    }
}

extension [UInt8] {
    /// The checksum of a chunk.
    fileprivate var crc32: UInt32 {
        ~reduce(~0) { crcTable[Int(truncatingIfNeeded: ($0 ^ UInt32($1)) & 0xFF)] ^ $0 >> 8 }
    }
}

private let crcTable: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(byte) { crc, _ in crc & 1 == 1 ? 0xEDB8_8320 ^ crc >> 1 : crc >> 1 }
}
