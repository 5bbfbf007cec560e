import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

/// Answers one look after the other as it is told; every further one is pending.
private final class Looks: Sendable {
    enum Answer: Sendable {
        case pending(String? = nil, Duration? = nil)
        case done(String)
        case failed
        case status(Int, Duration? = nil)
        case transport(TransportError.Code)
        case other
    }

    struct Broken: Error {}

    private let answers: Locked<[Answer]>
    private let times = Locked<[Duration]>([])
    let clock = JumpingClock()

    init(_ answers: [Answer]) { self.answers = Locked(answers) }

    /// When it was looked at.
    var moments: [Duration] { times.withLock { $0 } }
    var count: Int { moments.count }

    func look() throws -> JobPollResult<String> {
        times.withLock { $0.append(clock.now.offset) }
        switch answers.withLock({ $0.isEmpty ? Answer.pending() : $0.removeFirst() }) {
        case .pending(let state, let retryAfter): return .pending(state: state, retryAfter: retryAfter)
        case .done(let result): return .done(result)
        case .failed: return .failed(Broken())
        case .status(let status, let retryAfter): throw HTTPStatusError(status: status, retryAfter: retryAfter)
        case .transport(let code): throw TransportError(code, "scripted")
        case .other: throw URLError(.badURL)
        }
    }

    func poll(
        atOnce: Bool = false, _ configure: (inout JobPoller) -> Void = { _ in }
    ) async throws -> String {
        var poller = JobPoller(deadline: Deadline(in: nil, clock: GeneratorClock(clock)))
        configure(&poller)
        return try await poller.result(atOnce: atOnce) { try self.look() }
    }
}

@Suite("Polling", .paced)
struct JobPollerTests {
    @Test("a result that is there at the first look")
    func firstLook() async throws {
        let looks = Looks([.done("a")])
        #expect(try await looks.poll() == "a")
        #expect(looks.moments == [.milliseconds(300)])
        let old = Looks([.done("b")])
        #expect(try await old.poll(atOnce: true) == "b")
        #expect(old.moments == [.zero])
    }

    @Test("unknown states are waited on")
    func states() async throws {
        let looks = Looks([.pending("queued"), .pending("dreaming"), .pending(nil), .done("a")])
        #expect(try await looks.poll() == "a")
        #expect(looks.count == 4)
    }

    @Test("a job that failed is not looked at again, whatever it failed with")
    func failed() async throws {
        let looks = Looks([.pending(), .failed, .done("a")])
        await #expect(throws: Looks.Broken.self) { _ = try await looks.poll() }
        #expect(looks.count == 2)
        let poller = JobPoller(deadline: Deadline(in: nil, clock: GeneratorClock(JumpingClock())))
        let count = Locked(0)
        let error = await #expect(throws: TransportError.self) {
            try await poller.result { () -> JobPollResult<String> in
                count.withLock { $0 += 1 }
                return .failed(TransportError(.connectionLost, "of the service's own"))
            }
        }
        #expect(error?.message == "of the service's own")
        #expect(count.withLock { $0 } == 1)
    }

    @Test("looks that fail in passing are borne", arguments: [408, 429, 500, 502, 503, 504])
    func statuses(status: Int) async throws {
        let looks = Looks(Array(repeating: .status(status), count: 5) + [.done("a")])
        #expect(try await looks.poll() == "a")
        #expect(looks.count == 6)
        let many = Looks(Array(repeating: .status(status), count: 9))
        let error = await #expect(throws: HTTPStatusError.self) { _ = try await many.poll() }
        #expect(error?.status == status)
        #expect(many.count == 6)
    }

    @Test(
        "failures of the connection too",
        arguments: ["connectionFailed", "connectionLost", "timedOut", "invalidResponse"])
    func connection(code: String) async throws {
        let failure = Looks.Answer.transport(TransportError.Code(rawValue: code))
        let looks = Looks([failure, failure, .done("a")])
        #expect(try await looks.poll() == "a")
        let many = Looks(Array(repeating: failure, count: 9))
        let error = await #expect(throws: TransportError.self) { _ = try await many.poll { $0.toleratedFailures = 2 } }
        #expect(error?.code.rawValue == code)
        #expect(many.count == 3)
    }

    @Test("only failures in a row count")
    func inARow() async throws {
        let failures = [Looks.Answer](repeating: .status(500), count: 5)
        let looks = Looks(failures + [.pending()] + failures + [.done("a")])
        #expect(try await looks.poll() == "a")
        #expect(looks.count == 12)
    }

    @Test("everything else ends it at once", arguments: [400, 401, 403, 404, 410, 501])
    func fatalStatuses(status: Int) async throws {
        let looks = Looks([.status(status), .done("a")])
        await #expect(throws: HTTPStatusError.self) { _ = try await looks.poll() }
        #expect(looks.count == 1)
    }

    @Test("and so does an error that is none of the network's")
    func fatalErrors() async throws {
        for answer in [Looks.Answer.other, .transport(.unsafeURL), .transport(.tlsFailed)] {
            let looks = Looks([answer, .done("a")])
            await #expect(throws: (any Error).self) { _ = try await looks.poll() }
            #expect(looks.count == 1)
        }
    }

    @Test("Retry-After is waited for, up to the ceiling")
    func retryAfter() async throws {
        let looks = Looks([.status(429, .seconds(7)), .status(503, .zero), .pending(nil, .seconds(5)), .done("a")])
        #expect(try await looks.poll() == "a")
        let waits = zip(looks.moments.dropFirst(), looks.moments).map { $0 - $1 }
        #expect(waits[0] == .seconds(7))
        #expect(waits[1] > .seconds(1))
        #expect(waits[2] == .seconds(5))
        let long = Looks([.status(429, .seconds(61)), .done("a")])
        let error = await #expect(throws: HTTPStatusError.self) { _ = try await long.poll() }
        #expect(error?.retryAfter == .seconds(61))
        #expect(long.count == 1)
        let patient = Looks([.status(429, .seconds(61)), .done("a")])
        #expect(try await patient.poll { $0.retry.retryAfterCeiling = .seconds(61) } == "a")
        // A job that is only pending is not given up for it.
        let pending = Looks([.pending(nil, .seconds(3600)), .done("a")])
        #expect(try await pending.poll() == "a")
        #expect(pending.moments[1] - pending.moments[0] == .seconds(10))
    }

    @Test("waits after failures double")
    func backoff() async throws {
        let looks = Looks(Array(repeating: .status(500), count: 5) + [.done("a")])
        _ = try await looks.poll(atOnce: true) { $0.interval = PollingInterval(shortest: .milliseconds(1), growth: 0) }
        let waits = zip(looks.moments.dropFirst(), looks.moments).map { ($0 - $1).seconds }
        for (wait, longest) in zip(waits, [0.5, 1, 2, 4, 8]) {
            #expect(wait <= longest && wait >= longest / 2)
        }
    }

    @Test("cancelled before the first look, nothing is looked at")
    func cancelledBefore() async throws {
        let looks = Looks([])
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await looks.poll()
        }
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        #expect(looks.count == 0)
    }

    @Test("cancelled while it waits for the next look")
    func cancelledWaiting() async throws {
        let clock = ManualClock()
        let count = Locked(0)
        let task = Task {
            try await JobPoller(deadline: Deadline(in: nil, clock: GeneratorClock(clock))).result(atOnce: true) {
                () -> JobPollResult<String> in
                count.withLock { $0 += 1 }
                return .pending()
            }
        }
        await clock.waitForSleepers()
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        #expect(count.withLock { $0 } == 1)
    }

    @Test("cancelled while it looks")
    func cancelledLooking() async throws {
        let looking = AsyncStream<Void>.makeStream()
        let task = Task {
            try await JobPoller().result(atOnce: true) { () -> JobPollResult<String> in
                looking.continuation.yield()
                try await Task.sleep(for: .seconds(3600))
                return .done("late")
            }
        }
        for await _ in looking.stream { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
    }
}

/// A clock that jumps, but on which a given moment never comes: so the work ends before its deadline, or never.
private struct EndlessClock: Clock {
    let clock = JumpingClock()
    let end: Duration

    var now: JumpingClock.Instant { clock.now }
    var minimumResolution: Duration { clock.minimumResolution }

    func sleep(until deadline: JumpingClock.Instant, tolerance: Duration?) async throws {
        if deadline.offset >= end { try await Task.sleep(for: .seconds(3600)) }
        try await clock.sleep(until: deadline, tolerance: tolerance)
    }
}

@Suite("Polling: deadline", .paced)
struct JobPollerDeadlineTests {
    private func poller(_ end: Duration) -> (JobPoller, EndlessClock) {
        let clock = EndlessClock(end: end)
        return (JobPoller(deadline: Deadline(in: end, clock: GeneratorClock(clock))), clock)
    }

    @Test("a job that never ends: the last look comes shortly before the deadline, and the state is named")
    func never() async throws {
        let (poller, clock) = poller(.seconds(60))
        let moments = Locked<[Duration]>([])
        let error = await #expect(throws: TransportError.self) {
            try await poller.result { () -> JobPollResult<String> in
                moments.withLock { $0.append(clock.now.offset) }
                return .pending(state: "dreaming\u{1B}[2J")
            }
        }
        #expect(error?.code == .timedOut)
        #expect(error?.message.contains("dreaming") == true)
        #expect(error?.message.contains("\u{1B}") == false)
        #expect(moments.withLock { $0.last } == .milliseconds(59_700))
    }

    @Test("a job whose time was over before the first look is there all the same")
    func spent() async throws {
        let clock = ManualClock()
        let poller = JobPoller(deadline: Deadline(in: .seconds(5), clock: GeneratorClock(clock)))
        clock.advance(by: .seconds(5))
        let error = await #expect(throws: TransportError.self) {
            try await poller.result(atOnce: true) { JobPollResult<String>.done("a") }
        }
        #expect(error?.code == .timedOut)
        #expect(error?.reachedServer == true)
    }

    @Test("a job that ends shortly before the deadline is not lost")
    func justInTime() async throws {
        // Looked at every 10 s by then: without the last look the end would come first.
        let (poller, clock) = poller(.seconds(100))
        let result = try await poller.result { clock.now.offset >= .seconds(99.5) ? .done("a") : .pending() }
        #expect(result == "a")
    }

    @Test("a Retry-After beyond the deadline is not waited for in vain")
    func lateRetryAfter() async throws {
        let (poller, _) = poller(.seconds(5))
        let count = Locked(0)
        let result = try await poller.result { () -> JobPollResult<String> in
            count.withLock { $0 += 1 }
            guard count.withLock({ $0 }) > 1 else { throw HTTPStatusError(status: 429, retryAfter: .seconds(30)) }
            return .done("a")
        }
        #expect(result == "a")
    }

    @Test("a look that hangs is cut off")
    func hanging() async throws {
        let clock = ManualClock()
        let poller = JobPoller(deadline: Deadline(in: .seconds(2), clock: GeneratorClock(clock)))
        let task = Task {
            try await poller.result(atOnce: true) { () -> JobPollResult<String> in
                try await Task.sleep(for: .seconds(3600))
                return .pending()
            }
        }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(2))
        let error = await #expect(throws: TransportError.self) { _ = try await task.value }
        #expect(error?.code == .timedOut)
        #expect(error?.reachedServer == true)
    }
}
