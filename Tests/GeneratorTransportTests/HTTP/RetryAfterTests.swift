import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite("Retry-After", .paced)
struct RetryAfterTests {
    /// Sun, 06 Nov 1994 08:49:37 GMT.
    private let date = Date(timeIntervalSince1970: 784_111_777)

    private func wait(_ text: String?, now: Date? = nil) -> Duration? {
        var headers = HTTPHeaders()
        headers["Retry-After"] = text
        return headers.retryAfter(now: now ?? date.addingTimeInterval(-30))
    }

    @Test("seconds", arguments: [("0", 0), ("5", 5), (" 120 ", 120), ("1.5", 1.5), ("0.25", 0.25)])
    func seconds(text: String, expected: Double) { #expect(wait(text) == .seconds(expected)) }

    @Test(
        "the three date formats of HTTP",
        arguments: [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        ])
    func dates(text: String) {
        #expect(wait(text) == .seconds(30))
        #expect(wait(text, now: date) == .zero)
        #expect(wait(text, now: date.addingTimeInterval(3600)) == .zero)
    }

    @Test("a date in two digits lies in this century")
    func twoDigits() {
        let now = Date(timeIntervalSince1970: 1_792_000_000)
        #expect(wait("Wednesday, 14-Oct-26 17:46:50 GMT", now: now) == .seconds(10))
    }

    @Test(
        "what makes no sense is no wait",
        arguments: [
            nil, "", " ", "soon", "-1", "nan", "inf", "-inf", "1 2", "5s", "Sun, 32 Nov 1994 08:49:37 GMT", "tomorrow",
            "0x10", "1e3", "１２",
        ])
    func garbage(text: String?) { #expect(wait(text) == nil) }

    @Test(
        "a huge wait is a wait, and no overflow",
        arguments: ["99999999999999999999", String(repeating: "9", count: 400)])
    func huge(text: String) throws {
        let found = try #require(wait(text))
        #expect(found >= .seconds(1e8))
        #expect(found + .seconds(1e9) > found)
    }

    @Test("a year far away is no overflow")
    func farAway() throws {
        let found = try #require(wait("Fri, 31 Dec 9999 23:59:59 GMT"))
        #expect(found > .seconds(1e8))
    }
}
