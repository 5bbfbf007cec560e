#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Android)
    internal import Android
#endif

/// What the host of a URL stands for, read as widely as any resolver would read it.
///
/// Resolvers accept far more spellings of `127.0.0.1` than four decimal numbers; what this type takes for a name must
/// be a name to all of them, so whatever looks like a number but is no address is refused.
package enum HostLiteral: Sendable, Equatable {
    /// An IPv4 address (4 bytes) or an IPv6 address (16 bytes), in network order.
    case address([UInt8])
    /// `localhost` or a name below it: always this machine, whatever a name server says (RFC 6761).
    case localhost
    /// A name to be looked up, in lower case and without a final dot.
    case name(String)

    /// Reads a host; `nil` where it can be neither an address nor a name in ASCII.
    /// - Parameter host: The host without brackets and percent-encoding.
    package init?(_ host: String) {
        if host.utf8.contains(UInt8(ascii: ":")) {
            guard let bytes = Self.ipv6(host) else { return nil }
            self = .address(bytes)
            return
        }
        let name = (host.hasSuffix(".") ? String(host.dropLast()) : host).lowercased()
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in !label.isEmpty && label.utf8.allSatisfy(Self.isNameByte) }
        guard let last = labels.last, isName, name.utf8.count <= 253 else { return nil }
        if Self.isNumber(last) {
            guard let bytes = Self.ipv4(labels) else { return nil }
            self = .address(bytes)
        } else if last == "localhost" {
            self = .localhost
        } else {
            self = .name(name)
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Whether a label is a number in one of the spellings of `inet_aton`, or would be if its digits fitted its base.
    private static func isNumber(_ label: Substring) -> Bool {
        if label.hasPrefix("0x") { return label.dropFirst(2).allSatisfy(\.isHexDigit) }
        return label.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// One to four numbers, decimal, octal (`0…`) or hexadecimal (`0x…`); the last one fills the bytes that are left.
    private static func ipv4(_ labels: [Substring]) -> [UInt8]? {
        guard labels.count <= 4 else { return nil }
        var address: UInt64 = 0
        for (index, label) in labels.enumerated() {
            guard let value = value(label) else { return nil }
            let isLast = index == labels.count - 1
            let bytesLeft = isLast ? 4 - index : 1
            guard value < 1 << (8 * UInt64(bytesLeft)) else { return nil }
            address = address << (8 * UInt64(bytesLeft)) | value
        }
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: address >> $0) }
    }

    private static func value(_ label: Substring) -> UInt64? {
        if label.hasPrefix("0x") { return label.count == 2 ? 0 : UInt64(label.dropFirst(2), radix: 16) }
        return label.hasPrefix("0") ? UInt64(label, radix: 8) : UInt64(label, radix: 10)
    }

    private static func ipv6(_ text: String) -> [UInt8]? {
        var address = in6_addr()
        guard inet_pton(AF_INET6, text, &address) == 1 else { return nil }
        return withUnsafeBytes(of: address) { Array($0) }
    }
}
