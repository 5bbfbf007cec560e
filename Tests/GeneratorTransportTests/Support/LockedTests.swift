import GeneratorTransport
import TestPace
import Testing

@Suite("A value behind a lock", .paced)
struct LockedTests {
    @Test("is not read by those who reflect, for they hold no lock")
    func reflection() {
        let lease = HTTPConnectionLease()
        lease.held = "a session at work"
        var dumped = ""
        dump(lease, to: &dumped)
        #expect(!dumped.contains("at work"))
        #expect(Mirror(reflecting: Locked([1, 2])).children.isEmpty)
    }
}
