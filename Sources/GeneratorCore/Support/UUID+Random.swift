internal import Foundation

extension UUID {
    /// A new one of version 4 (RFC 9562, section 5.4), as `UUID()` makes it, which on Linux opens a file of the system for each.
    static func random() -> UUID {
        let first = UInt64.random(in: 0...UInt64.max), second = UInt64.random(in: 0...UInt64.max)
        func byte(_ place: UInt64) -> UInt8 {
            UInt8(truncatingIfNeeded: (place < 8 ? first : second) >> (place % 8 * 8))
        }
        return UUID(
            uuid: (
                byte(0), byte(1), byte(2), byte(3), byte(4), byte(5), byte(6) & 0x0F | 0x40, byte(7),
                byte(8) & 0x3F | 0x80, byte(9), byte(10), byte(11), byte(12), byte(13), byte(14), byte(15)
            ))
    }
}
