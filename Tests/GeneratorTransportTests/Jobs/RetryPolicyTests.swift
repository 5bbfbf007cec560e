import GeneratorTransport
import TestPace
import Testing

@Suite("Retry policy", .paced)
struct RetryPolicyTests {
    @Test("waits double up to a ceiling and end with the retries")
    func doubling() {
        let policy = RetryPolicy(
            retries: 5, initialDelay: .milliseconds(100), maximumDelay: .milliseconds(500), jitter: { 1 })
        #expect(
            (0...5).map { policy.delay(before: $0) } == [
                .milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(500), .milliseconds(500), nil,
            ])
        #expect(RetryPolicy.never.delay(before: 0) == nil)
        #expect(RetryPolicy(retries: -1).delay(before: 0) == nil)
    }

    @Test("jitter shortens a wait, also one at the ceiling")
    func jitter() {
        let policy = RetryPolicy(retries: 9, initialDelay: .seconds(4), maximumDelay: .seconds(4), jitter: { 0.5 })
        #expect(policy.delay(before: 0) == .seconds(2))
        #expect(policy.delay(before: 8) == .seconds(2))
        for retry in 0..<2 {
            let wait = RetryPolicy().delay(before: retry) ?? .zero
            #expect((Duration.milliseconds(250 << retry)...(.milliseconds(500 << retry))).contains(wait))
        }
    }

    @Test("no number of a caller's ends the process")
    func extremes() {
        for longest in [Duration.seconds(1e20), .seconds(Int64.max), .seconds(Int64.min), .zero] {
            for factor in [Double.infinity, .nan, -1, 1] {
                let policy = RetryPolicy(
                    retries: .max, initialDelay: longest, maximumDelay: longest, retryAfterCeiling: longest,
                    jitter: { factor })
                for retry in [0, 64, Int.max - 1] {
                    #expect((policy.delay(before: retry) ?? .seconds(-1)) >= .zero)
                }
            }
            #expect((Deadline(in: longest).remaining ?? .seconds(-1)) >= .zero)
        }
    }

    @Test("what the server asks for wins, unless it asks for too much")
    func retryAfter() {
        let policy = RetryPolicy(retries: 1, retryAfterCeiling: .seconds(60), jitter: { 0.5 })
        #expect(policy.delay(before: 0, retryAfter: .seconds(30)) == .seconds(30))
        #expect(policy.delay(before: 0, retryAfter: .seconds(60)) == .seconds(60))
        #expect(policy.delay(before: 0, retryAfter: .zero) == .zero)
        #expect(policy.delay(before: 0, retryAfter: .seconds(-3)) == .zero)
        #expect(policy.delay(before: 0, retryAfter: .milliseconds(60_001)) == nil)
        #expect(policy.delay(before: 1, retryAfter: .seconds(1)) == nil)
    }

    @Test("nothing overflows", arguments: [0, 29, 30, 31, 62, 63, 64, 1000, Int.max - 1])
    func manyRetries(retry: Int) {
        let policy = RetryPolicy(retries: .max, jitter: { 1 })
        #expect(policy.delay(before: retry) == (retry == 0 ? .milliseconds(500) : .seconds(8)))
        let patient = RetryPolicy(
            retries: .max, initialDelay: .seconds(Int64.max), maximumDelay: .seconds(Int64.max), jitter: { 1 })
        #expect(patient.delay(before: retry).map { $0 > .seconds(1e8) } == true)
    }
}
