import Foundation
import GeneratorTransport

/// Opens event streams as a provider does, a create and then the stream on its connection, and keeps them open.
struct StreamsWork: Workload {
    private struct Heard: Sendable {
        var delays: [Int64] = []
    }

    /// So many are opened at a time: the server's backlog is finite.
    private static let atOnce = 64

    let url: URL
    let transport: any HTTPTransport

    func run(_ round: Round) async throws -> Figures {
        // What every process has once is no stream's.
        try await open().body.cancel()
        let memory = Usage.memory, start = Usage.clock
        let heard = Locked(Heard())
        heard.withLock { $0.delays.reserveCapacity(round.events) }
        let readers = try await openAll(round.count, heard)
        defer { for reader in readers { reader.cancel() } }
        var figures = ["open": Usage.clock - start]
        try await Task.sleep(for: .milliseconds(300))
        let processor = Usage.processor, rest = Usage.clock
        try await Task.sleep(for: .seconds(round.rest))
        figures["cpu"] = (Usage.processor - processor) / (Usage.clock - rest)
        if let memory, let now = Usage.memory { figures["memory"] = (now - memory) / Double(round.count) }
        try await Self.askForEvents(at: url, count: round.events, by: transport)
        let busy = Usage.processor, until = Usage.clock + Double(round.events) * 0.01 + 5
        while heard.withLock({ $0.delays.count }) < round.events, Usage.clock < until {
            try await Task.sleep(for: .milliseconds(50))
        }
        figures["event"] = (Usage.processor - busy) / Double(round.events)
        let delays = heard.withLock { $0.delays }
        guard delays.count == round.events else { throw BenchError("\(delays.count) events of \(round.events) came.") }
        return figures.merging(Self.quantiles(delays)) { own, _ in own }
    }

    /// Asks the server to send events to the open streams, a moment later.
    static func askForEvents(at url: URL, count: Int, by transport: any HTTPTransport) async throws {
        var parts = URLComponents(url: url, resolvingAgainstBaseURL: true)
        parts?.path = "/streams/events"
        parts?.queryItems = [URLQueryItem(name: "count", value: String(count))]
        guard let target = parts?.url else { throw BenchError("no URL") }
        _ = try await transport.send(HTTPRequest(url: target)).body.collect(upTo: 1 << 10)
    }

    /// The median, and what one in a hundred exceeds; seconds.
    static func quantiles(_ delays: [Int64]) -> Figures {
        let sorted = delays.sorted()
        guard !sorted.isEmpty else { return [:] }
        func quantile(_ part: Double) -> Double { Double(sorted[Int(Double(sorted.count - 1) * part)]) / 1e9 }
        return ["p50": quantile(0.5), "p99": quantile(0.99)]
    }

    private func openAll(_ count: Int, _ heard: Locked<Heard>) async throws -> [Task<Void, any Error>] {
        try await withThrowingTaskGroup(of: Task<Void, any Error>.self) { group in
            var readers: [Task<Void, any Error>] = []
            readers.reserveCapacity(count)
            for number in 0..<count {
                if number >= Self.atOnce, let reader = try await group.next() { readers.append(reader) }
                group.addTask {
                    let response = try await open()
                    return Task { try await Self.read(response, heard) }
                }
            }
            for try await reader in group { readers.append(reader) }
            return readers
        }
    }

    private static func read(_ response: HTTPResponse, _ heard: Locked<Heard>) async throws {
        for try await event in response.body.serverSentEvents() {
            let now = Usage.nanoseconds
            guard let departure = Int64(event.data) else { continue }
            heard.withLock { $0.delays.append(now - departure) }
        }
    }

    private func open() async throws -> HTTPResponse {
        let lease = HTTPConnectionLease()
        let target = url.appendingPathComponent("streams")
        let create = try await transport.send(HTTPRequest(url: target, method: "POST", intent: .create(lease)))
        _ = try await create.body.collect(upTo: 1 << 10)
        let stream = try await transport.send(HTTPRequest(url: target, intent: .follow(lease)))
        guard stream.status == 200 else { throw BenchError("a stream was refused (\(stream.status)).") }
        return stream
    }
}
