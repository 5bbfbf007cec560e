/// The 64-bit FNV-1a hash: unlike `Hasher` it gives the same number in every process.
package enum FNV1a {
    /// Hashes a run of bytes.
    ///
    /// - Parameter bytes: The bytes, in order.
    /// - Returns: The hash.
    package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        return hash
    }
}
