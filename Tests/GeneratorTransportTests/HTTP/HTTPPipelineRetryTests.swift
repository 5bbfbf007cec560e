import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite("Pipeline: repeating", .paced)
struct HTTPPipelineRetryTests {
    enum Kind: String, Sendable, CaseIterable {
        case read, create, follow

        var intent: HTTPRequest.Intent {
            switch self {
            case .read: .read
            case .create: .create(nil)
            case .follow: .follow(HTTPConnectionLease())
            }
        }
    }

    private static let repeatedStatuses: [Kind: Set<Int>] = [
        .read: [408, 429, 502, 503, 504], .create: [429], .follow: [429, 503],
    ]

    @Test("which answers are asked for again", arguments: Kind.allCases)
    func statuses(kind: Kind) async throws {
        // The body of a redirect is nothing to read, and a part is no answer.
        for status in 200...599 where ![206, 301, 302, 303, 307, 308].contains(status) {
            let rig = PipelineRig([.status(status)])
            let response = try await rig.send(method: "POST", body: "x", intent: kind.intent)
            let repeats = Self.repeatedStatuses[kind]?.contains(status) == true
            #expect(response.status == (repeats ? 200 : status))
            #expect(rig.transport.requests.count == (repeats ? 2 : 1), "\(kind) \(status)")
        }
    }

    @Test("what was read of an answer to see what it means is still there to be read")
    func wordsOfRefusal() async throws {
        let rig = PipelineRig([.status(503, [:], "Down for repair")])
        let response = try await rig.create()
        #expect(String(decoding: try await response.body.collect(upTo: 100), as: UTF8.self) == "Down for repair")
        #expect(rig.transport.requests.count == 1)
        #expect(rig.creates == [nil])
    }

    @Test(
        "which failures are tried again",
        arguments: [
            ("connectionFailed", Kind.allCases), ("connectionLost", [.read]), ("timedOut", []), ("tlsFailed", []),
            ("invalidRequest", []), ("invalidResponse", []), ("proxyUnsupported", []), ("responseTooLarge", []),
            ("unsafeURL", []),
        ] as [(String, [Kind])])
    func failures(code: String, repeated: [Kind]) async throws {
        for kind in Kind.allCases {
            let rig = PipelineRig([.failure(TransportError.Code(rawValue: code))])
            let outcome: Int? = try? await rig.send(method: "POST", body: "x", intent: kind.intent).status
            #expect(outcome == (repeated.contains(kind) ? 200 : nil))
            #expect(rig.transport.requests.count == (repeated.contains(kind) ? 2 : 1), "\(kind) \(code)")
        }
    }

    @Test("waits double up to a ceiling, and the last answer is returned")
    func backoff() async throws {
        let rig = PipelineRig(Array(repeating: .status(503), count: 10), retries: 6)
        #expect(try await rig.send().status == 503)
        #expect(rig.transport.requests.count == 7)
        #expect(
            rig.clock.waits == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(8)])
        // Answers that are asked for again are not left open; the last one is, while somebody holds it.
        #expect(rig.transport.openBodies == 0)
    }

    @Test("the last failure is thrown")
    func lastFailure() async throws {
        let rig = PipelineRig([.status(503), .failure(.connectionFailed), .failure(.connectionLost)])
        let error = try await transportError { _ = try await rig.send() }
        #expect(error.code == .connectionLost)
        #expect(rig.clock.waits == [.milliseconds(500), .seconds(1)])
    }

    @Test("no retries where none are wanted")
    func never() async throws {
        let rig = PipelineRig([.status(503)], retries: 0)
        #expect(try await rig.send().status == 503)
        #expect(rig.transport.requests.count == 1)
        #expect(rig.clock.waits.isEmpty)
    }

    @Test("Retry-After is honoured up to its ceiling")
    func retryAfter() async throws {
        let rig = PipelineRig([.status(429, ["Retry-After": "7"]), .status(503, ["Retry-After": "0"])])
        #expect(try await rig.create().status == 200)
        #expect(rig.clock.waits == [.seconds(7), .zero])
        let limit = PipelineRig([.status(429, ["Retry-After": "60"])])
        #expect(try await limit.send().status == 200)
        let beyond = PipelineRig([.status(429, ["Retry-After": "61"])])
        #expect(try await beyond.send().status == 429)
        #expect(beyond.clock.waits.isEmpty)
    }

    @Test("nothing is tried again that the deadline would cut off")
    func deadline() async throws {
        let rig = PipelineRig(Array(repeating: .status(503), count: 9), retries: 9, timeout: .seconds(3))
        #expect(try await rig.send().status == 503)
        #expect(rig.clock.waits == [.milliseconds(500), .seconds(1)])
        let late = PipelineRig([.status(429, ["Retry-After": "5"])], timeout: .seconds(5))
        #expect(try await late.send().status == 429)
    }

    @Test("a cancelled task sends nothing, and nothing again")
    func cancellation() async throws {
        let rig = PipelineRig([.cancelled])
        await #expect(throws: CancellationError.self) { _ = try await rig.send() }
        #expect(rig.transport.requests.count == 1)
        let second = PipelineRig([])
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await second.send().status
        }
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        #expect(second.transport.requests.isEmpty)
    }

    @Test("cancelled in the middle of a wait")
    func cancelledWait() async throws {
        let transport = ScriptedTransport([.status(503)])
        let url = try #require(URL(string: "https://203.0.114.7/"))
        let task = Task {
            try await HTTPPipeline(
                transport: transport, retry: RetryPolicy(initialDelay: .seconds(3600), maximumDelay: .seconds(3600))
            ).send(HTTPRequest(url: url)).status
        }
        try await eventually { !transport.requests.isEmpty }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        #expect(transport.requests.count == 1)
    }

    @Test("what a request does not say comes from the pipeline")
    func defaults() async throws {
        var rig = PipelineRig([])
        let proxy = try HTTPProxy(try #require(URL(string: "http://proxy.example:1")))
        rig.pipeline.proxy = proxy
        rig.pipeline.idleTimeout = .seconds(9)
        _ = try await rig.send()
        _ = try await rig.send(headers: ["user-agent": "mine"])
        #expect(rig.transport.requests.map(\.idleTimeout) == [.seconds(9), .seconds(9)])
        #expect(rig.transport.requests.map(\.proxy) == [proxy, proxy])
        #expect(rig.transport.requests.map { $0.headers["User-Agent"] } == ["image-generators (Swift)", "mine"])
    }
}
