internal import Foundation

/// Writes PNG files: 8 bits a channel, red, green and blue, not interlaced.
struct PNGEncoder: Sendable {
    private static let crcTable: [UInt32] = (0..<256).map { byte in
        var remainder = UInt32(byte)
        for _ in 0..<8 { remainder = remainder & 1 == 1 ? 0xEDB8_8320 ^ remainder >> 1 : remainder >> 1 }
        return remainder
    }

    /// Creates an encoder.
    init() {}

    /// Encodes a picture; the same picture always gives the same bytes.
    ///
    /// - Parameter bitmap: The picture.
    /// - Returns: A complete PNG file.
    func encode(_ bitmap: Bitmap) -> Data {
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        var header: [UInt8] = []
        header.appendBigEndian(UInt32(bitmap.width))
        header.appendBigEndian(UInt32(bitmap.height))
        header += [8, 2, 0, 0, 0]
        append("IHDR", header, to: &file)
        append("IDAT", Deflate.zlib(filtered(bitmap)), to: &file)
        append("IEND", [], to: &file)
        return Data(file)
    }

    /// The CRC-32 that ends each chunk.
    ///
    /// - Parameter bytes: The chunk's type and content.
    /// - Returns: The checksum.
    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        crcTable.withUnsafeBufferPointer { table in
            bytes.withUnsafeBufferPointer { bytes in
                guard let table = table.baseAddress, let start = bytes.baseAddress else { return 0 }
                var crc: UInt32 = 0xFFFF_FFFF
                var index = 0
                let count = bytes.count
                while index < count {
                    crc =
                        table[Int(truncatingIfNeeded: (crc ^ UInt32(truncatingIfNeeded: start[index])) & 0xFF)]
                        ^ (crc &>> 8)
                    index &+= 1
                }
                return ~crc
            }
        }
    }

    private func append(_ type: String, _ content: [UInt8], to file: inout [UInt8]) {
        file.appendBigEndian(UInt32(content.count))
        let chunk = Array(type.utf8) + content
        file += chunk
        file.appendBigEndian(Self.crc32(chunk))
    }

    /// Replaces each row by its differences to the left or upper pixels, whichever are smaller.
    private func filtered(_ bitmap: Bitmap) -> [UInt8] {
        let stride = bitmap.width * 3
        let height = bitmap.height
        return [UInt8](unsafeUninitializedCapacity: (stride + 1) * height) { output, initializedCount in
            bitmap.bytes.withUnsafeBufferPointer { pixels in
                guard pixels.count == stride * height, let pixels = pixels.baseAddress,
                    let output = output.baseAddress
                else { return }
                let above = UnsafeMutablePointer<UInt8>.allocate(capacity: stride)
                above.initialize(repeating: 0, count: stride)
                defer { above.deallocate() }
                for row in 0..<height {
                    let source = pixels + row * stride
                    let target = output + row * (stride + 1)
                    let leftCost = Self.subtractLeft(source, count: stride, into: target + 1)
                    target[0] = 1
                    let upper = row == 0 ? UnsafePointer(above) : source - stride
                    let limit = leftCost * 5 / 8
                    if leftCost > 0, Self.upCost(source, upper, count: stride, limit: limit) < limit {
                        Self.subtractUp(source, upper, count: stride, into: target + 1)
                        target[0] = 2
                    }
                }
                initializedCount = (stride + 1) * height
            }
        }
    }

    /// - Returns: The sum of the differences' magnitudes.
    private static func subtractLeft(
        _ source: UnsafePointer<UInt8>, count: Int, into target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        target[0] = source[0]
        target[1] = source[1]
        target[2] = source[2]
        var cost = 0
        var index = 3
        while index < count {
            let difference = source[index] &- source[index &- 3]
            target[index] = difference
            if difference != 0 { cost &+= magnitude(difference) }
            index &+= 1
        }
        return cost
    }

    private static func upCost(
        _ source: UnsafePointer<UInt8>, _ upper: UnsafePointer<UInt8>, count: Int, limit: Int
    ) -> Int {
        var cost = 0
        var index = 0
        while index < count, cost < limit {
            let difference = source[index] &- upper[index]
            if difference != 0 { cost &+= magnitude(difference) }
            index &+= 1
        }
        return cost
    }

    private static func subtractUp(
        _ source: UnsafePointer<UInt8>, _ upper: UnsafePointer<UInt8>, count: Int,
        into target: UnsafeMutablePointer<UInt8>
    ) {
        var index = 0
        while index < count {
            target[index] = source[index] &- upper[index]
            index &+= 1
        }
    }

    private static func magnitude(_ difference: UInt8) -> Int {
        let number = Int(truncatingIfNeeded: difference)
        return number < 128 ? number : 256 &- number
    }
}
