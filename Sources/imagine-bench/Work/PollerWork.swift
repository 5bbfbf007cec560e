import Foundation
import GeneratorTransport

/// Looks at a job again and again, a millisecond apart.
struct PollerWork: Workload {
    let url: URL
    /// `nil` for the poller alone.
    let transport: (any HTTPTransport)?

    func run(_ round: Round) async throws -> Figures {
        let poller = JobPoller(
            interval: PollingInterval(shortest: .milliseconds(1), growth: 0, longest: .milliseconds(1)))
        let looks = Locked(0)
        let request = HTTPRequest(url: url.appendingPathComponent("status"))
        let processor = Usage.processor, clock = Usage.clock
        let answer: Int = try await poller.result { [transport] in
            var size = 1
            if let transport { size = try await transport.send(request).body.collect(upTo: 1 << 10).count }
            let number = looks.withLock { looks in
                looks += 1
                return looks
            }
            return number == round.count ? .done(size) : .pending(state: "processing")
        }
        guard answer > 0 else { throw BenchError("an answer was empty.") }
        let count = Double(round.count)
        return ["cpu": (Usage.processor - processor) / count, "wall": (Usage.clock - clock) / count]
    }
}
