import Foundation
import GeneratorTesting
import GeneratorTransport
import Gradio
import TestPace
import Testing

@Suite("The queue of the embedded Space", .paced)
struct LoopbackSpaceQueueTests {
    private static let whole = ["0/1", "process_starts", "process_completed", "close_stream"]

    @Test("with one worker: places move up, and those at work do not count", arguments: GradioRelease.all)
    func ranks(_ release: GradioRelease) async throws {
        let peer = try QueuePeer(release, workers: 1)
        let first = try await peer.job("!never", session: "a")
        for session in ["b", "c", "d"] { _ = try await peer.job("!none", session: session) }
        let status = try await peer.get("\(peer.prefix)/queue/status")
        #expect(
            status.chunks == [
                "{\"msg\":\"estimation\",\"event_id\":null,\"rank\":null,\"queue_size\":3,\"rank_eta\":null}"
            ])
        var last = try await peer.stream("d")
        #expect(try await last.messages(1).kinds == ["2/3"])
        try await peer.cancel(first, session: "a")
        #expect(try await last.messages().kinds == ["2/3", "1/2", "0/1"] + Self.whole.dropFirst())
        var second = try await peer.stream("b"), third = try await peer.stream("c")
        #expect(try await second.messages().kinds == Self.whole)
        #expect(try await third.messages().kinds == ["1/2", "0/2"] + Self.whole.dropFirst())
        var cancelled = try await peer.stream("a")
        let messages = try await cancelled.messages()
        #expect(messages.kinds == Self.whole)
        let end = try #require(messages.first { $0["msg"] == "process_completed" })
        #expect(end["success"] == true)
        #expect(end["output"] == [:])
        #expect(peer.space.submissions == 4)
        #expect(peer.space.cancellations == 1)
    }

    @Test("estimates come from what was done before")
    func estimates() async throws {
        let peer = try QueuePeer(workers: 1)
        func estimates(_ session: String, _ prompt: String) async throws -> [JSONValue?] {
            _ = try await peer.job(prompt, session: session)
            var stream = try await peer.stream(session)
            return try await stream.messages().prefix(2).map { $0["rank_eta"] ?? $0["eta"] }
        }
        #expect(try await estimates("a", "!slow 0.2 !none") == [.null, .null])
        let second = try await estimates("b", "!none").compactMap { $0?.double }
        #expect(second.count == 2)
        #expect(second.allSatisfy { (0.2...20).contains($0) })
        // Of another endpoint nothing is known.
        _ = try await peer.job("x", session: "c", endpoint: 7)
        var other = try await peer.stream("c")
        #expect(try await other.messages().first?["rank_eta"] == .null)
    }

    @Test(
        "a cancelled job that waits leaves the queue from 6 on, and keeps its place before",
        arguments: GradioRelease.all)
    func cancelWaiting(_ release: GradioRelease) async throws {
        let peer = try QueuePeer(release, workers: 1)
        let first = try await peer.job("!never", session: "a")
        let second = try await peer.job("!none", session: "b")
        _ = try await peer.job("!none", session: "c")
        try await peer.cancel(second, session: "b")
        var stream = try await peer.stream("b")
        #expect(try await stream.messages().kinds == ["0/1", "process_completed", "close_stream"])
        var next = try await peer.stream("c")
        let isOld = release.version < GradioVersion("6.0")
        #expect(try await next.messages(isOld ? 1 : 2).kinds == (isOld ? ["1/2"] : ["1/2", "0/1"]))
        try await peer.cancel(first, session: "a")
        #expect(try await next.messages().kinds == ["1/2", "0/1"] + Self.whole.dropFirst())
        #expect(peer.space.cancellations == 2)
    }

    @Test("who leaves takes the waiting and stops the working jobs of the session along")
    func leave() async throws {
        let peer = try QueuePeer(workers: 1)
        _ = try await peer.job("!preview 1 !never", session: "a", endpoint: 4)
        _ = try await peer.job("!none", session: "a")
        _ = try await peer.job("!none", session: "b")
        var stream = try await peer.stream("a")
        #expect(try await stream.messages(9).kinds.contains("process_generating"))
        let space = peer.space
        #expect(space.cancellations == 0)
        stream.peer.disconnect()
        try await eventually { space.cancellations == 2 }
        var next = try await peer.stream("b")
        #expect(try await next.messages().kinds.suffix(3) == Self.whole.suffix(3))
        // Nobody knows the session any more.
        let (text, ending) = try await peer.stream("a").peer.receive()
        #expect(ending == .finished)
        #expect(text.hasSuffix("\"message\":\"404: Not Found\",\"session_not_found\":true,\"success\":false}\n\n\r\n"))
    }

    @Test("two jobs of one session share a stream, which ends with the second")
    func twoJobs() async throws {
        let peer = try QueuePeer(workers: 1)
        let first = try await peer.job("!slow 0.1 !none", session: "a")
        let second = try await peer.job("!none", session: "a")
        var stream = try await peer.stream("a")
        let messages = try await stream.messages()
        func kinds(_ id: String) -> [String] { messages.filter { $0["event_id"]?.string == id }.kinds }
        #expect(kinds(first) == ["0/1", "process_starts", "process_completed"])
        #expect(kinds(second) == ["0/1", "process_starts", "process_completed"])
        #expect(messages.kinds.count { $0 == "close_stream" } == 1)
        #expect(messages.last?["msg"] == "close_stream")
        // The session goes on: later jobs get a stream of their own.
        _ = try await peer.job("!none", session: "a")
        var later = try await peer.stream("a")
        #expect(try await later.messages().kinds == Self.whole)
    }

    @Test("a full queue refuses more, on both ways", arguments: GradioRelease.all)
    func full(_ release: GradioRelease) async throws {
        let peer = try QueuePeer(release, workers: 1, queueLimit: 1)
        _ = try await peer.job("!never", session: "a")
        _ = try await peer.job("!never", session: "b")
        let body = "{\"detail\":\"Queue is full. Max size is 1 and size is 1.\"}"
        let joined = try await peer.join("!never", session: "c")
        #expect(joined.statusLine == "HTTP/1.1 503 Service Unavailable")
        #expect(joined.chunks == [body])
        let called = try await peer.post("\(peer.prefix)/call/infer", "{\"data\": [\"x\", 0, true, 256, 256, 2]}")
        #expect(called.chunks == [body])
        #expect(peer.space.submissions == 2)
    }

    @Test("a generator's values arrive whole, as the client puts them together", arguments: GradioRelease.all)
    func patches(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release, pace: .zero)
        let app = try await GradioApp.connect(to: space.url)
        let arguments: [JSONValue] = ["!preview 3 a boat", 7, false, 256, 256, 3.5, 4]
        var values: [[JSONValue]] = [], logs: [String] = [], steps: [Double] = [], result: [JSONValue] = []
        for try await message in try await app.submit("/infer_1", arguments, route: .queue) {
            switch message {
            case .generating(let output): values.append(output)
            case .log(let log): logs.append(log.text)
            case .progress(let bars): steps += bars.compactMap(\.index)
            case .completed(let output): result = output
            default: break
            }
        }
        #expect(values.count == 4)
        #expect(Set(values.map(\.first)).count == 4)
        #expect(values.last == result)
        #expect(values.allSatisfy { $0.last == 7 })
        #expect(logs == ["Waiting for a GPU to become available", "Successfully acquired a GPU"])
        #expect(steps == [0, 1, 2, 3])
        var pictures: Set<Data> = []
        for value in values {
            let file = try #require(value.first.flatMap(GradioFile.init))
            let url = try #require(app.url(for: file))
            #expect(value.first?["url"]?.string == url.absoluteString)
            let (_, data) = try await HTTPPipeline().data(for: HTTPRequest(url: url))
            pictures.insert(data)
        }
        #expect(pictures.count == 4)
        #expect(
            pictures.contains(LoopbackSpace.picture(prompt: "!preview 3 a boat", seed: 7, width: 256, height: 256)))
    }

    @Test("words at the start of the prompt act at every endpoint")
    func scripts() async throws {
        let peer = try QueuePeer()
        func kinds(_ prompt: String, _ endpoint: Int) async throws -> [JSONValue] {
            let session = "\(prompt) \(endpoint)".filter(\.isLetter) + "\(endpoint)"
            _ = try await peer.job(prompt, session: session, endpoint: endpoint)
            var stream = try await peer.stream(session)
            return try await stream.messages()
        }
        for endpoint in [2, 4, 7] {
            let failed = try await kinds("!error no", endpoint)
            #expect(failed.contains { $0["output"]?["error"] == "no" && $0["success"] == false })
            let lines = try await kinds("!log one; !warn two; !none", endpoint)
            #expect(lines.compactMap { $0["log"]?.string }.suffix(2) == ["one", "two"])
            #expect(lines.compactMap { $0["level"]?.string }.suffix(2) == ["info", "warning"])
            let refused = try await kinds("!quota 1:02:03", endpoint)
            #expect(refused.contains { $0["title"] == "ZeroGPU quota exceeded" })
        }
        // The process dies: the stream is cut inside its body.
        _ = try await peer.job("!die", session: "dead")
        let (text, ending) = try await peer.stream("dead").peer.receive()
        #expect(ending == .finished)
        #expect(text.contains("process_starts"))
        #expect(!text.hasSuffix("0\r\n\r\n"))
    }
}
