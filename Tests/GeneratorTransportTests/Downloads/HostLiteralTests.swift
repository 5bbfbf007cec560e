import GeneratorTransport
import TestPace
import Testing

@Suite(.paced)
struct HostLiteralTests {
    static let loopbackSpellings = [
        "127.0.0.1", "127.0.0.1.", "2130706433", "0x7f000001", "0X7F000001", "017700000001", "0177.0.0.1", "0x7f.0.0.1",
        "127.1", "127.0.1", "0x7f.1", "0177.0x0.1", "00000177.0.0.01", "0x7f.0x0.0x0.0x1", "127.0x.0.1", "127.00.0.1",
    ]

    @Test(arguments: loopbackSpellings) func everySpellingOfAnAddress(_ host: String) {
        #expect(HostLiteral(host) == .address([127, 0, 0, 1]))
    }

    @Test func lastNumberFillsTheRest() {
        #expect(HostLiteral("10.65535") == .address([10, 0, 255, 255]))
        #expect(HostLiteral("10.1.65535") == .address([10, 1, 255, 255]))
        #expect(HostLiteral("10.16777215") == .address([10, 255, 255, 255]))
        #expect(HostLiteral("4294967295") == .address([255, 255, 255, 255]))
        #expect(HostLiteral("0") == .address([0, 0, 0, 0]))
        #expect(HostLiteral("0x") == .address([0, 0, 0, 0]))
    }

    @Test(arguments: [
        "4294967296", "256.0.0.1", "1.2.3.256", "10.16777216", "10.1.65536", "1.2.3.4.5", "08", "127.0.0.09",
        "99999999999999999999999", "0xfffffffffffffffffff", "example.com.1", "a.0x1", "1.2.3.4..", "..", ".", "",
        "a..b",
        ".a", "a b", "a/b", "a@b", "a%b", "a\0b", "bücher.de", "１２７.0.0.1", "127。0。0。1", "a!b", "a,b", "[::1]",
        "::1%lo", "fe80::1%25eth0", "1:2", ":::", "v1.a:1", String(repeating: "a", count: 254),
    ])
    func neitherAddressNorName(_ host: String) {
        #expect(HostLiteral(host) == nil)
    }

    @Test(arguments: ["localhost", "LOCALHOST", "localhost.", "a.localhost", "a.b.LocalHost."])
    func thisMachine(_ host: String) {
        #expect(HostLiteral(host) == .localhost)
    }

    @Test func names() {
        #expect(HostLiteral("Example.COM.") == .name("example.com"))
        #expect(HostLiteral("xn--bcher-kva.de") == .name("xn--bcher-kva.de"))
        #expect(HostLiteral("a_b-c.hf.space") == .name("a_b-c.hf.space"))
        #expect(HostLiteral("127.0.0.1.nip.io") == .name("127.0.0.1.nip.io"))
        #expect(HostLiteral("localhost.example.com") == .name("localhost.example.com"))
        #expect(HostLiteral("notlocalhost") == .name("notlocalhost"))
        #expect(HostLiteral("1.2.3.4a") == .name("1.2.3.4a"))
        #expect(HostLiteral("0xg") == .name("0xg"))
    }

    @Test func ipv6() {
        #expect(HostLiteral("::1") == .address(Array(repeating: 0, count: 15) + [1]))
        #expect(HostLiteral("::FFFF:127.0.0.1") == HostLiteral("::ffff:7f00:1"))
    }
}
