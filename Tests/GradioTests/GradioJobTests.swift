import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@testable import Gradio

@Suite("How a job's stream can end", .paced)
struct GradioJobTests {
    /// The job ends with `code`, accepted, after `messages`; the server saw one submission, one stream and nothing more.
    private func expectEnd(
        _ replay: ReplayServer, _ code: GenerationError.Code, after messages: [GradioMessage] = []
    ) async throws {
        let outcome = await JobOutcome(of: try await replay.submit())
        #expect(outcome.messages == messages)
        #expect(outcome.error == code)
        #expect(outcome.wasAccepted == true)
        #expect(replay.calls == (1, 1))
        #expect(replay.server.requests.count == 3)
    }

    private let preview = "event: generating\ndata: [1]\n\n"

    @Test("regular, but early")
    func early() async throws {
        try await expectEnd(ReplayServer(text: ""), .connectionLost)
        try await expectEnd(ReplayServer(text: preview), .connectionLost, after: [.generating([1])])
        try await expectEnd(ReplayServer(text: "event: complete\ndata: [1]\n"), .connectionLost)
    }

    @Test("cut in the middle")
    func cut() async throws {
        try await expectEnd(ReplayServer(text: preview, isComplete: false), .connectionLost, after: [.generating([1])])
        try await expectEnd(ReplayServer(pieces: [], isComplete: false), .connectionLost)
        let half = try ReplayServer { responder in
            try await responder.raw(
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n40\r\nevent")
            responder.close()
        }
        try await expectEnd(half, .connectionLost)
    }

    @Test("a connection that dies unanswered", arguments: [true, false])
    func unanswered(_ resets: Bool) async throws {
        let replay = try ReplayServer { if resets { $0.reset() } else { $0.close() } }
        let outcome = await JobOutcome(of: try await replay.submit())
        #expect(outcome.error == .connectionLost)
        #expect(outcome.wasAccepted == true)
        // libcurl itself asks again on a new connection where a used one dies before the first byte of an answer.
        #expect(replay.calls == (1, 1) || replay.calls == (1, 2))
    }

    @Test("an error and then a cut is one error, the app's own")
    func errorAndCut() async throws {
        let words = "event: error\ndata: {\"error\": \"boom\"}\n\n"
        try await expectEnd(ReplayServer(text: words, isComplete: false), .generationFailed)
        try await expectEnd(ReplayServer(text: words + words + words), .generationFailed)
    }

    @Test("a result and then a cut is a result")
    func resultAndCut() async throws {
        let replay = try ReplayServer(text: "event: complete\ndata: [1]\n\n", isComplete: false)
        let output = try await replay.submit().output()
        #expect(output == [1])
    }

    @Test(
        "a page in place of events",
        arguments: [
            (200, "text/html", "<!doctype html><p>asleep"), (502, "text/html", "<h1>Bad Gateway"),
            (200, "application/json", "{}"), (200, "text/plain", "event: complete\ndata: [1]\n\n"), (204, "", ""),
            (404, "application/json", "{\"detail\":\"Not Found\"}"), (401, "application/json", "{\"detail\":\"no\"}"),
            (500, "text/plain", "Internal Server Error"), (200, "text/html", String(repeating: "<p>", count: 100_000)),
        ])
    func page(_ status: Int, _ type: String, _ body: String) async throws {
        try await expectEnd(
            ReplayServer { try await $0.respond(status: status, headers: [("content-type", type)], body: body) },
            .connectionLost)
    }

    @Test("an error that is repeated for ever ends at the first, and the connection is closed")
    func repeated() async throws {
        let replay = try ReplayServer { responder in
            try await responder.beginStream(headers: [("content-type", "text/event-stream")])
            while !Task.isCancelled {
                try await responder.send("event: error\ndata: \"Server stopped unexpectedly.\"\n\n")
                // As real servers do; without a pause a flood keeps Foundation from hearing of the cancellation.
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        try await expectEnd(replay, .connectionLost)
        try await replay.server.waitUntil {
            $0.acceptedConnections == 2 && $0.openConnections <= 1
        }
    }

    @Test("a stream that stays open after the result is left")
    func open() async throws {
        let replay = try ReplayServer { responder in
            try await responder.beginStream(headers: [("content-type", "text/event-stream")])
            try await responder.send("event: complete\ndata: [1]\n\n")
            await responder.waitForDisconnect()
        }
        // The stream is closed although the iterator lives on.
        var iterator = try await replay.submit().makeAsyncIterator()
        #expect(try await iterator.next() == .completed([1]))
        try await replay.server.waitUntil {
            $0.acceptedConnections == 2 && $0.openConnections <= 1
        }
        #expect(try await iterator.next() == nil)
    }

    @Test("silence is a time-out that was accepted")
    func silence() async throws {
        let replay = try ReplayServer { responder in
            try await responder.beginStream(headers: [("content-type", "text/event-stream")])
            try await responder.send("event: heartbeat\ndata: null\n\n")
            await responder.waitForDisconnect()
        }
        let clock = ManualClock()
        var http = replay.http
        http.transport = PlatformTransport.make(clock: GeneratorClock(clock))
        let app = try await GradioApp.connect(to: replay.server.url, using: http)
        let job = try await app.submit("/infer", ["x"])
        let outcome = await JobOutcome(of: job) { clock.advance(by: .seconds(60)) }
        #expect(outcome.error == .timedOut)
        #expect(outcome.wasAccepted == true)
        #expect(replay.calls == (1, 1))
    }

    @Test("leaving the loop closes the stream")
    func leaving() async throws {
        let preview = preview
        let replay = try ReplayServer { responder in
            try await responder.beginStream(headers: [("content-type", "text/event-stream")])
            try await responder.send(preview)
            await responder.waitForDisconnect()
        }
        for try await message in try await replay.submit() {
            #expect(message == .generating([1]))
            break
        }
        try await replay.server.waitUntil {
            $0.acceptedConnections == 2 && $0.openConnections <= 1
        }
    }

    @Test("a job is read once")
    func twice() async throws {
        let replay = try ReplayServer(text: "event: complete\ndata: [1]\n\n")
        let job = try await replay.submit()
        var iterator = job.makeAsyncIterator()
        #expect(try await iterator.next() == .completed([1]))
        #expect(try await iterator.next() == nil)
        let error = await #expect(throws: GenerationError.self) { try await job.output() }
        #expect(error?.code == .invalidRequest)
        #expect(replay.calls == (1, 1))
    }

    @Test("unknown events are passed on and waited through")
    func unknown() async throws {
        let replay = try ReplayServer(text: "data: x\n\nevent: log\ndata: {\"a\":1}\n\nevent: complete\ndata: []\n\n")
        let outcome = await JobOutcome(of: try await replay.submit())
        #expect(outcome.messages == [.unknown("message", "x"), .unknown("log", ["a": 1]), .completed([])])
    }

    @Test("is cancelled by the route of its release", arguments: ["4.30.0", "4.31.0", "4.44.1", "5.23.3", "6.31.0"])
    func cancel(_ version: String) async throws {
        let replay = try ReplayServer(version: version) { responder in
            try await responder.beginStream(headers: [("content-type", "text/event-stream")])
            await responder.waitForDisconnect()
        }
        let job = try await replay.submit()
        #expect(job.id == "e1")
        try await job.cancel()
        let sent = try #require(replay.server.requests.last)
        // The stream was never opened, and is closed first.
        #expect(replay.calls == (1, 1))
        guard version != "4.30.0" else { return #expect(sent.path == "/call/infer/e1") }
        #expect(sent.method == "POST")
        #expect(sent.path == (version.hasPrefix("4.") ? "/cancel" : "/gradio_api/cancel"))
        #expect(sent.header("Content-Type") == "application/json")
        #expect(try JSONValue(parsing: sent.body) == ["session_hash": "e1", "fn_index": 5, "event_id": "e1"])
    }
}
