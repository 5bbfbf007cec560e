/// Says what kind of network an IP address belongs to, from its bytes alone.
///
/// The ranges are those of the IANA special-purpose registries. What they do not know is public only inside
/// `2000::/3` or among the IPv4 unicast addresses: a new special range is refused until somebody lists it.
package enum AddressClassifier {
    /// The kinds that matter for following a link.
    package enum Kind: String, Sendable {
        case `public`
        case loopback
        case unspecified
        case `private`
        case linkLocal = "link-local"
        case multicast
        case broadcast
        case documentation
        case benchmark
        case reserved
    }

    /// Classifies an address.
    /// - Parameter bytes: 4 bytes for IPv4, 16 for IPv6, in network order; any other count is `reserved`.
    /// - Returns: The kind of network.
    package static func kind(of bytes: [UInt8]) -> Kind {
        switch bytes.count {
        case 4: kind(ofIPv4: bytes)
        case 16: kind(ofIPv6: bytes)
        default: .reserved
        }
    }

    private static func kind(ofIPv4 bytes: [UInt8]) -> Kind {
        switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
        case (0, _, _, _): .unspecified
        case (10, _, _, _), (172, 16...31, _, _), (192, 168, _, _): .private
        case (100, 64...127, _, _): .private  // shared by a carrier's customers (RFC 6598)
        case (127, _, _, _): .loopback
        case (169, 254, _, _): .linkLocal
        case (192, 0, 0, _), (192, 88, 99, _): .reserved
        case (192, 0, 2, _), (198, 51, 100, _), (203, 0, 113, _): .documentation
        case (198, 18...19, _, _): .benchmark
        case (224...239, _, _, _): .multicast
        case (255, 255, 255, 255): .broadcast
        case (240...255, _, _, _): .reserved
        default: .public
        }
    }

    private static func kind(ofIPv6 bytes: [UInt8]) -> Kind {
        func begins(_ prefix: UInt8...) -> Bool { bytes.starts(with: prefix) }
        let zeros = bytes.prefix { $0 == 0 }.count
        if zeros == 16 { return .unspecified }
        if zeros == 15, bytes[15] == 1 { return .loopback }
        if zeros == 10, bytes[10] == 0xFF, bytes[11] == 0xFF {
            // An IPv4 address written as IPv6: the machine talks IPv4 to it.
            return kind(ofIPv4: Array(bytes[12...]))
        }
        if begins(0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0) { return translated(bytes[12...]) }  // NAT64
        if begins(0, 0x64, 0xFF, 0x9B, 0, 1) { return .private }  // NAT64 with a network's own rules
        if begins(0x20, 0x02) { return translated(bytes[2..<6]) }  // 6to4
        if begins(0x20, 0x01, 0x0D, 0xB8) { return .documentation }
        if begins(0x3F, 0xFF), bytes[2] & 0xF0 == 0 { return .documentation }
        if begins(0x20, 0x01, 0, 2, 0, 0) { return .benchmark }
        if begins(0x20, 0x01), bytes[2] & 0xFE == 0 { return .reserved }  // 2001::/23: Teredo, ORCHID and others
        switch (bytes[0], bytes[1] & 0xC0) {
        case (0xFC...0xFD, _): return .private
        case (0xFE, 0x80): return .linkLocal
        case (0xFE, 0xC0): return .private  // site-local, deprecated but still routed by some
        case (0xFF, _): return .multicast
        case (0x20...0x3F, _): return .public
        // Also IPv4-compatible (::a.b.c.d) and ::ffff:0:a.b.c.d, which nobody may use any more.
        default: return .reserved
        }
    }

    /// A gateway turns these into the IPv4 address inside, which may be one of its own network.
    private static func translated(_ bytes: ArraySlice<UInt8>) -> Kind {
        switch kind(ofIPv4: Array(bytes)) {
        case .public: .public
        // A gateway's loopback is not this machine's.
        case .loopback: .reserved
        case let other: other
        }
    }
}
