import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite("Polling: interval", .paced)
struct PollingIntervalTests {
    /// Looks at a job of a known length on a clock that jumps.
    private static func poll(
        _ length: Double, _ interval: PollingInterval = PollingInterval(), atOnce: Bool = false
    ) async throws -> (extra: Double, looks: Int) {
        let clock = JumpingClock()
        let end = Duration.seconds(length)
        let looks = Locked(0)
        let poller = JobPoller(interval: interval, deadline: Deadline(in: nil, clock: GeneratorClock(clock)))
        let extra = try await poller.result(atOnce: atOnce) {
            looks.withLock { $0 += 1 }
            return clock.now.offset >= end ? .done((clock.now.offset - end).seconds) : .pending()
        }
        return (extra, looks.withLock { $0 })
    }

    /// 10 % of the length or a quarter of a second, whichever is more.
    private static func bound(_ length: Double) -> Double { max(0.1 * length, 0.25) }

    @Test("jobs of 0.2 to 30 s, evenly on a logarithmic scale: little extra wait, few looks")
    func goal() async throws {
        let count = 4000
        var runs: [(length: Double, extra: Double)] = []
        for index in 0..<count {
            let length = 0.2 * pow(150, Double(index) / Double(count - 1))
            let run = try await Self.poll(length)
            #expect(run.extra <= 2 * Self.bound(length), "\(length) s")
            #expect(run.looks <= 25, "\(length) s")
            runs.append((length, run.extra))
        }
        // On the whole, and in each stretch, so that short jobs do not pay for long ones.
        for stretch in [runs[...]] + stride(from: 0, to: count, by: 400).map({ runs[$0..<$0 + 400] }) {
            let extra = stretch.reduce(0) { $0 + $1.extra }, allowed = stretch.reduce(0) { $0 + Self.bound($1.length) }
            #expect(extra <= allowed, "from \(stretch.first?.length ?? 0) s on")
        }
    }

    /// Beside it what a fixed interval of 2 s makes of the same lengths, the first look at once; even lengths flatter it.
    @Test(
        "lengths that people know",
        arguments: [
            (0.2, (0.10, 1), (1.8, 2)), (1, (0.20, 4), (1, 2)), (3, (0.37, 10), (1, 3)), (10, (0.12, 17), (0, 6)),
            (30, (0.38, 24), (0, 16)),
        ] as [(Double, (Double, Int), (Double, Int))])
    func table(length: Double, adaptive: (extra: Double, looks: Int), fixed: (extra: Double, looks: Int)) async throws {
        let run = try await Self.poll(length)
        #expect(abs(run.extra - adaptive.extra) < 0.01)
        #expect(run.looks == adaptive.looks)
        let original = try await Self.poll(length, PollingInterval(shortest: .seconds(2), growth: 0), atOnce: true)
        #expect(abs(original.extra - fixed.extra) < 0.01)
        #expect(original.looks == fixed.looks)
    }

    @Test("the wait grows with the time, between its bounds")
    func waits() {
        let interval = PollingInterval(shortest: .milliseconds(500), growth: 0.1, longest: .seconds(4))
        #expect(interval.wait(after: .zero) == .milliseconds(500))
        #expect(interval.wait(after: .seconds(5)) == .milliseconds(500))
        #expect(abs(interval.wait(after: .seconds(20)).seconds - 2) < 1e-6)
        #expect(interval.wait(after: .seconds(3600)) == .seconds(4))
        #expect(PollingInterval(shortest: .seconds(2), growth: 0).wait(after: .seconds(900)) == .seconds(2))
    }

    @Test(
        "an interval without sense never looks without a pause",
        arguments: [
            PollingInterval(shortest: .zero, growth: 0), PollingInterval(shortest: .seconds(-1), growth: -.infinity),
            PollingInterval(shortest: .zero, growth: .nan, longest: .zero),
            PollingInterval(shortest: .zero, growth: .infinity, longest: .seconds(-5)),
        ])
    func nonsense(interval: PollingInterval) {
        for seconds in [0, 0.1, 1, 1e9] {
            #expect(interval.wait(after: .seconds(seconds)) >= .milliseconds(1))
        }
    }
}
