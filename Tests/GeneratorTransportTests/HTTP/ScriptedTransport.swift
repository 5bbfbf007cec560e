import Foundation
import GeneratorTransport

/// Answers one request after the other as it is told, and keeps what was asked for.
final class ScriptedTransport: HTTPTransport {
    enum Outcome: Sendable {
        case status(Int, HTTPHeaders = [:], String = "")
        case failure(TransportError.Code, reachedServer: Bool? = nil)
        case cancelled
    }

    private let outcomes: Locked<[Outcome]>
    private let sent = Locked<[HTTPRequest]>([])
    private let bodies = Locked<[WatchedBody]>([])

    /// Answers 200 when the outcomes are used up.
    init(_ outcomes: [Outcome]) { self.outcomes = Locked(outcomes) }

    var requests: [HTTPRequest] { sent.withLock { $0 } }
    /// Method and path of each request.
    var lines: [String] { requests.map { "\($0.method) \($0.url.path)" } }
    /// How many of the answers' bodies are still open.
    var openBodies: Int { bodies.withLock { $0.filter { !$0.wasCancelled }.count } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        sent.withLock { $0.append(request) }
        let outcome = outcomes.withLock { $0.isEmpty ? .status(200) : $0.removeFirst() }
        switch outcome {
        case .status(let status, let headers, let text):
            let body = WatchedBody(text)
            bodies.withLock { $0.append(body) }
            return HTTPResponse(status: status, headers: headers, url: request.url, body: HTTPBody(body))
        case .failure(let code, let reachedServer):
            throw TransportError(code, "scripted", reachedServer: reachedServer)
        case .cancelled: throw CancellationError()
        }
    }

    private final class WatchedBody: HTTPBodySource {
        private let cancelled = Locked(false)
        private let rest: Locked<[UInt8]>

        init(_ text: String) { rest = Locked(Array(text.utf8)) }

        var wasCancelled: Bool { cancelled.withLock { $0 } }
        func next(isolation: isolated (any Actor)?) async throws -> [UInt8]? {
            let rest = rest.withLock { rest in
                defer { rest = [] }
                return rest
            }
            return rest.isEmpty ? nil : rest
        }

        func cancel() { cancelled.withLock { $0 = true } }
    }
}

/// A clock that jumps ahead whenever somebody wants to wait, and remembers for how long.
final class JumpingClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let state = Locked<(now: Duration, waits: [Duration])>((.zero, []))

    var now: Instant { Instant(offset: state.withLock { $0.now }) }
    var minimumResolution: Duration { .nanoseconds(1) }
    var waits: [Duration] { state.withLock { $0.waits } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        state.withLock { state in
            state.waits.append(deadline.offset - state.now)
            state.now = max(state.now, deadline.offset)
        }
    }
}

/// A pipeline over a script, with everything that a test looks at.
struct PipelineRig {
    let transport: ScriptedTransport
    let clock = JumpingClock()
    var pipeline: HTTPPipeline
    private let heard = Locked<[Bool?]>([])
    private let logged = Locked<[HTTPLogEntry]>([])

    init(_ outcomes: [ScriptedTransport.Outcome], retries: Int = 2, timeout: Duration? = nil) {
        transport = ScriptedTransport(outcomes)
        pipeline = HTTPPipeline(
            transport: transport, retry: RetryPolicy(retries: retries, jitter: { 1 }),
            deadline: Deadline(in: timeout, clock: GeneratorClock(clock)))
        let (heard, logged) = (heard, logged)
        pipeline.onCreate = { accepted in heard.withLock { $0.append(accepted) } }
        pipeline.log = { entry in logged.withLock { $0.append(entry) } }
    }

    /// What was heard about the fate of creates.
    var creates: [Bool?] { heard.withLock { $0 } }
    var entries: [HTTPLogEntry] { logged.withLock { $0 } }
    var log: [String] { entries.map(\.description) }

    func send(
        _ text: String = "https://203.0.114.7/path", method: String = "GET", headers: HTTPHeaders = [:],
        body: String? = nil, intent: HTTPRequest.Intent = .read
    ) async throws -> HTTPResponse {
        guard let url = URL(string: text) else { throw URLError(.badURL) }
        return try await pipeline.send(
            HTTPRequest(url: url, method: method, headers: headers, body: body.map { Data($0.utf8) }, intent: intent))
    }

    func create() async throws -> HTTPResponse {
        try await send(method: "POST", body: "prompt", intent: .create(nil))
    }
}
