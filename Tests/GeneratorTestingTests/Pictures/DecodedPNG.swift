import Foundation
import GeneratorTesting

/// A PNG of the one kind that the encoder writes, decoded by the letter of the specification.
struct DecodedPNG {
    enum Flaw: Error {
        case badSignature, badChunk, badChecksum, badHeader, badLength, unknownFilter
    }

    let width: Int
    let height: Int
    private(set) var bytes: [UInt8] = []

    init(_ file: Data) throws {
        let file = [UInt8](file)
        guard file.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else { throw Flaw.badSignature }
        var chunks: [(type: String, content: [UInt8])] = []
        var place = 8
        while place < file.count {
            guard place + 12 <= file.count else { throw Flaw.badChunk }
            let length = Self.number(file[place..<(place + 4)])
            guard place + 12 + length <= file.count else { throw Flaw.badChunk }
            let checked = file[(place + 4)..<(place + 8 + length)]
            let checksum = Self.number(file[(place + 8 + length)..<(place + 12 + length)])
            guard checksum == Self.crc(checked) else { throw Flaw.badChecksum }
            chunks.append((String(decoding: checked.prefix(4), as: UTF8.self), Array(checked.dropFirst(4))))
            place += 12 + length
        }
        guard chunks.map(\.type) == ["IHDR", "IDAT", "IEND"] else { throw Flaw.badChunk }
        let header = chunks[0].content
        guard header.count == 13, Array(header[8...]) == [8, 2, 0, 0, 0] else { throw Flaw.badHeader }
        width = Self.number(header[0..<4])
        height = Self.number(header[4..<8])
        let rows = try Inflate.zlib(chunks[1].content)
        let stride = width * 3
        guard rows.count == height * (stride + 1) else { throw Flaw.badLength }
        bytes.reserveCapacity(height * stride)
        for row in 0..<height {
            let start = row * (stride + 1)
            for column in 0..<stride {
                let left = column < 3 ? 0 : bytes[bytes.count - 3]
                let above = row == 0 ? 0 : bytes[bytes.count - stride]
                switch rows[start] {
                case 0: bytes.append(rows[start + 1 + column])
                case 1: bytes.append(rows[start + 1 + column] &+ left)
                case 2: bytes.append(rows[start + 1 + column] &+ above)
                default: throw Flaw.unknownFilter
                }
            }
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    /// Bit by bit, unlike the encoder.
    private static func crc(_ bytes: ArraySlice<UInt8>) -> Int {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return Int(~crc)
    }
}
