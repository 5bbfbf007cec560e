import GeneratorTransport
import TestPace
import Testing

@Suite(.paced)
struct AddressClassifierTests {
    typealias Kind = AddressClassifier.Kind

    static let table: [(String, Kind)] = [
        // IPv4
        ("0.0.0.0", .unspecified), ("0.255.255.255", .unspecified), ("1.0.0.0", .public),
        ("9.255.255.255", .public), ("10.0.0.0", .private), ("10.255.255.255", .private), ("11.0.0.0", .public),
        ("100.63.255.255", .public), ("100.64.0.0", .private), ("100.127.255.255", .private), ("100.128.0.0", .public),
        ("126.255.255.255", .public), ("127.0.0.0", .loopback), ("127.0.0.1", .loopback),
        ("127.255.255.255", .loopback), ("128.0.0.0", .public),
        ("169.253.255.255", .public), ("169.254.0.0", .linkLocal), ("169.254.169.254", .linkLocal),
        ("169.254.255.255", .linkLocal), ("169.255.0.0", .public),
        ("172.15.255.255", .public), ("172.16.0.0", .private), ("172.31.255.255", .private), ("172.32.0.0", .public),
        ("191.255.255.255", .public), ("192.0.0.0", .reserved), ("192.0.0.255", .reserved), ("192.0.1.0", .public),
        ("192.0.2.0", .documentation), ("192.0.2.255", .documentation), ("192.0.3.0", .public),
        ("192.88.98.255", .public), ("192.88.99.1", .reserved), ("192.88.100.0", .public),
        ("192.167.255.255", .public), ("192.168.0.0", .private), ("192.168.255.255", .private),
        ("192.169.0.0", .public),
        ("198.17.255.255", .public), ("198.18.0.0", .benchmark), ("198.19.255.255", .benchmark),
        ("198.20.0.0", .public),
        ("198.51.99.255", .public), ("198.51.100.1", .documentation), ("198.51.101.0", .public),
        ("203.0.112.255", .public), ("203.0.113.1", .documentation), ("203.0.114.0", .public),
        ("223.255.255.255", .public), ("224.0.0.0", .multicast), ("239.255.255.255", .multicast),
        ("240.0.0.0", .reserved), ("255.255.255.254", .reserved), ("255.255.255.255", .broadcast),
        ("8.8.8.8", .public),
        // IPv6
        ("::", .unspecified), ("::1", .loopback), ("::2", .reserved), ("::100:0:0:0:1", .reserved),
        ("::ffff:127.0.0.1", .loopback), ("::ffff:10.0.0.1", .private), ("::ffff:8.8.8.8", .public),
        ("::ffff:0.0.0.0", .unspecified), ("::ffff:169.254.169.254", .linkLocal),
        ("::ffff:0:127.0.0.1", .reserved), ("::ffff:0:8.8.8.8", .reserved),
        ("::127.0.0.1", .reserved), ("::10.0.0.1", .reserved), ("::8.8.8.8", .reserved),
        ("64:ff9b::8.8.8.8", .public), ("64:ff9b::10.0.0.1", .private), ("64:ff9b::127.0.0.1", .reserved),
        ("64:ff9b::169.254.169.254", .linkLocal), ("64:ff9b:0:0:0:1:808:808", .reserved),
        ("64:ff9b:1::1", .private), ("64:ff9b:1:ffff::8.8.8.8", .private), ("64:ff9b:2::1", .reserved),
        ("100::1", .reserved), ("1fff::1", .reserved),
        ("2001::1", .reserved), ("2001:0:4136:e378:8000:63bf:3fff:fdd2", .reserved), ("2001:2::1", .benchmark),
        ("2001:2:1::1", .reserved), ("2001:10::1", .reserved), ("2001:20::1", .reserved), ("2001:1ff::1", .reserved),
        ("2001:200::1", .public), ("2001:db8::1", .documentation), ("2001:db9::1", .public),
        ("2001:4860:4860::8888", .public),
        ("2002:808:808::1", .public), ("2002:a00:1::1", .private), ("2002:7f00:1::1", .reserved),
        ("2002:c0a8:101::1", .private), ("2002:e000:1::1", .multicast),
        ("2606:4700::1111", .public), ("3ffe::1", .public), ("3fff::1", .documentation),
        ("3fff:fff::1", .documentation),
        ("3fff:1000::1", .public), ("4000::1", .reserved), ("5f00::1", .reserved), ("8000::1", .reserved),
        ("fbff::1", .reserved), ("fc00::1", .private), ("fd12:3456::1", .private), ("fdff::1", .private),
        ("fe00::1", .reserved), ("fe80::1", .linkLocal), ("febf::1", .linkLocal), ("fec0::1", .private),
        ("feff::1", .private), ("ff00::1", .multicast), ("ff02::1", .multicast), ("ffff::1", .multicast),
    ]

    @Test(arguments: table)
    func kindOfAddress(_ text: String, _ kind: Kind) throws {
        guard case .address(let bytes) = try #require(HostLiteral(text)) else {
            Issue.record("\(text) is no address")
            return
        }
        #expect(AddressClassifier.kind(of: bytes) == kind)
    }

    @Test(arguments: [0, 1, 3, 5, 15, 17]) func anythingElseIsReserved(_ count: Int) {
        #expect(AddressClassifier.kind(of: Array(repeating: 8, count: count)) == .reserved)
    }
}
