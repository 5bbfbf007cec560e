import Foundation
import GeneratorTesting
import GeneratorTransport
import Gradio
import TestPace
import Testing

@Suite("The embedded Space", .paced)
struct LoopbackSpaceTests {
    /// Small pictures, which 4.44.1 does not refuse.
    private func arguments(_ prompt: String, seed: Int? = 7) -> [JSONValue] {
        [.string(prompt), .integer(seed ?? 0), .bool(seed == nil), 16, 16, 2]
    }

    private func connected(heartbeat: Duration = .seconds(15)) async throws -> (LoopbackSpace, GradioApp) {
        let space = try LoopbackSpace(release: .v4, heartbeat: heartbeat, pace: .zero)
        return (space, try await GradioApp.connect(to: space.url))
    }

    private func bytes(_ value: JSONValue?, _ app: GradioApp) async throws -> Data {
        let url = try #require(value.flatMap(GradioFile.init).flatMap(app.url(for:)))
        let (response, data) = try await HTTPPipeline().data(for: HTTPRequest(url: url))
        try #require(response.status == 200)
        return data
    }

    @Test("the same prompt, seed and size give the same bytes, others give others")
    func deterministic() async throws {
        let (space, app) = try await connected()
        defer { space.stop() }
        func paint(_ arguments: [JSONValue]) async throws -> Data {
            try await bytes(app.submit("/infer", arguments).output().first, app)
        }
        let first = try await paint(arguments("a boat"))
        #expect(try await paint(arguments("a boat")) == first)
        #expect(LoopbackSpace.picture(prompt: "a boat", seed: 7, width: 16, height: 16) == first)
        #expect(try await paint(arguments("a boat", seed: 8)) != first)
        #expect(try await paint(arguments("a cat")) != first)
        #expect(try await paint(["a boat", 7, false, 24, 16, 2]) != first)
        // Steps are not painted: a real model would care, a test would not.
        #expect(try await paint(["a boat", 7, false, 16, 16, 50]) == first)
        let (otherSpace, other) = try await connected()
        defer { otherSpace.stop() }
        #expect(try await bytes(other.submit("/infer", arguments("a boat")).output().first, other) == first)
    }

    @Test("a random seed is told, and paints what it says")
    func randomSeed() async throws {
        let (space, app) = try await connected()
        defer { space.stop() }
        let output = try await app.submit("/infer", arguments("a boat", seed: nil)).output()
        let seed = try #require(output.last?.integer)
        #expect((0...2_147_483_647).contains(seed))
        let expected = LoopbackSpace.picture(prompt: "a boat", seed: seed, width: 16, height: 16)
        #expect(try await bytes(output.first, app) == expected)
    }

    @Test("scripts do what they say, alone and one after the other")
    func scripts() async throws {
        let (space, app) = try await connected()
        func messages(_ prompt: String) async throws -> [GradioMessage] {
            var messages: [GradioMessage] = []
            // The call flow, which tells nothing but values.
            let job = try await app.submit("/infer", arguments(prompt), route: .call)
            for try await message in job { messages.append(message) }
            return messages
        }
        #expect(try await messages("!none") == [.completed([nil, 7])])
        #expect(try await messages("!preview 3 a boat").count == 4)
        #expect(try await messages("!slow 0 !preview 2 !none").last == .completed([nil, 7]))
        // What is no script is a prompt.
        #expect(try await messages("!unknown word").count == 1)
        #expect(try await messages("say !none").count == 1)
        for prompt in ["!error no", "!crash no", "!preview 1 !error no", "!die", "!preview 1 !die"] {
            await #expect(throws: GenerationError.self) { try await messages(prompt) }
        }
        let start = ContinuousClock.now
        _ = try await messages("!slow 0.3 a boat")
        #expect(ContinuousClock.now - start >= .milliseconds(300))
        #expect(space.submissions == 11)
        #expect(space.cancellations == 0)
    }

    @Test("a job waits for its first reader")
    func lateReader() async throws {
        let (space, app) = try await connected()
        let job = try await app.submit("/infer", arguments("a boat"))
        // Another job is submitted, done and read meanwhile.
        _ = try await app.submit("/infer", arguments("a cat")).output()
        #expect(try await job.output().count == 2)
        #expect(space.cancellations == 0)
    }

    @Test("a reader that leaves, and a request to cancel, are counted once")
    func cancellations() async throws {
        let (space, app) = try await connected(heartbeat: .milliseconds(1))
        for try await _ in try await app.submit("/infer", arguments("!never")) { break }
        try await eventually { space.cancellations == 1 }
        let job = try await app.submit("/infer", arguments("!never"))
        try await job.cancel()
        try await job.cancel()
        #expect(space.cancellations == 2)
        let error = await #expect(throws: GenerationError.self) { try await job.output() }
        #expect(error?.code == .cancelled)
        #expect(space.cancellations == 2)
        // What is done cannot be cancelled.
        let done = try await app.submit("/infer", arguments("!none"))
        _ = try await done.output()
        try await done.cancel()
        #expect(space.cancellations == 2)
    }

    @Test("keeps the last 64 pictures")
    func pictures() async throws {
        let (space, app) = try await connected()
        defer { space.stop() }
        var files: [JSONValue] = []
        for seed in 0..<66 {
            files.append(try #require(await app.submit("/infer", arguments("a boat", seed: seed)).output().first))
        }
        for seed in 2..<66 {
            let expected = LoopbackSpace.picture(prompt: "a boat", seed: seed, width: 16, height: 16)
            #expect(try await bytes(files[seed], app) == expected)
        }
        for seed in 0..<2 {
            let url = try #require(GradioFile(files[seed]).flatMap(app.url(for:)))
            let (response, body) = try await HTTPPipeline()
                .data(for: HTTPRequest(url: url))
            #expect(response.status == 403)
            #expect(String(decoding: body, as: UTF8.self).contains("File not allowed"))
        }
    }

    @Test("remembers the last 2000 jobs, and stops what it forgets")
    func jobs() async throws {
        let (space, app) = try await connected()
        let first = try await app.submit("/infer", arguments("!never"))
        let second = try await app.submit("/infer", arguments("!none"))
        let body = String(
            decoding: try JSONValue.object(["data": .array(arguments("!none"))]).serialized(), as: UTF8.self)
        let request = "POST /call/infer HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        let peer = try RawPeer(port: space.server.port)
        for _ in 0..<4 {
            await peer.send(String(repeating: request, count: 1999 / 4))
            let wanted = 1999 / 4
            _ = await peer.receive {
                String(decoding: $0, as: UTF8.self).components(separatedBy: "event_id").count > wanted
            }
        }
        for _ in 0..<3 { _ = try await app.submit("/infer", arguments("!none")) }
        #expect(space.submissions == 2001)
        let lost = await #expect(throws: GenerationError.self) { try await first.output() }
        #expect(lost?.code == .connectionLost)
        #expect(try await second.output() == [nil, 7])
    }

    @Test("stops with its last reference")
    func stops() async throws {
        var space: LoopbackSpace? = try LoopbackSpace()
        let url = try #require(space?.url)
        let http = HTTPPipeline(retry: .never)
        _ = try await GradioApp.connect(to: url, using: http)
        space = nil
        let error = await #expect(throws: GenerationError.self) { try await GradioApp.connect(to: url, using: http) }
        #expect(error?.code == .connectionFailed)
    }
}
