import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@testable import Gradio

@Suite("Jobs in the queue", .paced)
struct GradioQueueJobTests {
    private typealias Queue = QueueServer

    /// The job ends with `code`, accepted, after `messages`; the server saw one submission, one stream and nothing more.
    private func expectEnd(
        _ queue: QueueServer, _ code: GenerationError.Code = .connectionLost, after messages: [GradioMessage] = []
    ) async throws {
        let outcome = await JobOutcome(of: try await queue.submit())
        #expect(outcome.messages == messages)
        #expect(outcome.error == code)
        #expect(outcome.wasAccepted == true)
        #expect(queue.calls == ["join", "data"])
    }

    @Test("every kind of message, unknown kinds and those of other jobs")
    func messages() async throws {
        let text = [
            Queue.message("estimation", "e1", "\"rank\":2,\"queue_size\":3,\"rank_eta\":1.5"),
            Queue.message("heartbeat"),
            Queue.message("estimation", "e1", "\"rank\":null,\"queue_size\":null,\"rank_eta\":null"),
            Queue.message("process_starts", "e1", "\"eta\":null"), Queue.message("process_starts", "e1", "\"eta\":-1"),
            Queue.message(
                "progress", "e1",
                "\"progress_data\":[{\"index\":1,\"length\":4,\"unit\":\"steps\",\"progress\":null,\"desc\":null}]"),
            Queue.message("progress", "e1", "\"progress_data\":[]"),
            Queue.message("log", "e1", "\"log\":\"<b>hello</b> <a href=x>y</a>\",\"level\":\"warning\""),
            Queue.message("heartbeat"), Queue.message("process_completed", "e2", "\"success\":false,\"output\":{}"),
            Queue.message("novelty", "e1", "\"x\":1"), Queue.message("novelty"), "data: {}\n\n",
            Queue.message("process_generating", "e1", "\"output\":{\"data\":[\"a\"]},\"success\":true"),
            Queue.message(
                "process_generating", "e1", "\"output\":{\"data\":[[[\"append\",[],\"b\"]]]},\"success\":true"),
            // Before 4.9 and on some releases nobody is named.
            Queue.message("process_starts"), Queue.completed("e1", "[\"abc\"]"), Queue.closing,
        ].joined()
        let queue = try QueueServer(text: text)
        let outcome = await JobOutcome(of: try await queue.submit())
        let progress = GradioProgress(["index": 1, "length": 4, "unit": "steps"])
        #expect(
            outcome.messages.filter { if case .unknown = $0 { false } else { true } } == [
                .queued(QueuePlace(position: 2, size: 3, estimate: .seconds(1.5))), .heartbeat, .queued(QueuePlace()),
                .started(estimate: nil), .started(estimate: nil), .progress([progress]), .progress([]),
                .log(GradioLog(["log": "hello y", "level": "warning"])), .heartbeat, .generating(["a"]),
                .generating(["ab"]), .started(estimate: nil), .completed(["abc"]),
            ])
        let unknown = outcome.messages.compactMap { message -> (String, JSONValue)? in
            if case .unknown(let kind, let content) = message { (kind, content) } else { nil }
        }
        #expect(unknown.map(\.0) == ["novelty", "novelty", ""])
        #expect(unknown.first?.1 == ["msg": "novelty", "event_id": "e1", "x": 1])
        #expect(outcome.error == nil)
        #expect(queue.calls == ["join", "data"])
    }

    @Test("of places that have come together the newest is told, and what comes between is")
    func places() async throws {
        func place(_ rank: Int, of job: String = "e1") -> String {
            Queue.message("estimation", job, "\"rank\":\(rank),\"queue_size\":9,\"rank_eta\":null")
        }
        let text = [
            (3...8).reversed().map { place($0) }.joined(),
            Queue.message("log", "e1", "\"log\":\"hello\",\"level\":\"info\""),
            place(2), place(1), place(7, of: "e2"), place(0), Queue.message("process_starts", "e1", "\"eta\":null"),
            place(5), Queue.completed("e1", "[1]"), Queue.closing,
        ].joined()
        let queue = try QueueServer(text: text)
        let outcome = await JobOutcome(of: try await queue.submit())
        func queued(_ rank: Int) -> GradioMessage { .queued(QueuePlace(position: rank, size: 9)) }
        #expect(
            outcome.messages == [
                queued(3), .log(GradioLog(["log": "hello", "level": "info"])), queued(1), queued(0),
                .started(estimate: nil), queued(5), .completed([1]),
            ])
        #expect(outcome.error == nil)
        #expect(queue.calls == ["join", "data"])
    }

    @Test("the submission names the function, and its stream follows on the same connection")
    func submission() async throws {
        let queue = try QueueServer(text: Queue.completed("e1", "[1]") + Queue.closing)
        let app = try await queue.connect()
        let job = try await app.submit(app.endpoint("/chat"), ["a"], headers: ["x-zerogpu-token": "t"])
        #expect(job.id == "e1")
        #expect(try await job.output() == [1])
        let join = try #require(queue.joins.first), stream = try #require(queue.streams.first)
        let body = try JSONValue(parsing: join.body)
        let session = try #require(body["session_hash"]?.string)
        #expect(
            body == [
                "data": [nil, "a"], "fn_index": 7, "session_hash": .string(session), "event_data": nil, "trigger_id": 9,
            ])
        #expect(join.header("x-zerogpu-token") == "t")
        #expect(join.isFirstOnConnection)
        #expect(stream.connection == join.connection)
        #expect(stream.header("Accept") == "text/event-stream")
        #expect(stream.header("x-zerogpu-token") == nil)
        #expect(stream.queryItems == [URLQueryItem(name: "session_hash", value: session)])
        // Each job has a session of its own.
        let next = try await app.submit("/draw", ["b"])
        #expect(next.id == "e2")
        let other = try JSONValue(parsing: #require(queue.joins.last).body)
        #expect(other["session_hash"]?.string != session)
        #expect(other["trigger_id"] == JSONValue.null)
    }

    @Test("early ends and cuts lose the result")
    func early() async throws {
        let start = Queue.message("process_starts", "e1")
        for isComplete in [true, false] {
            try await expectEnd(
                Queue(text: start, isComplete: isComplete), after: [.started(estimate: nil)])
        }
        try await expectEnd(Queue(text: ""))
        try await expectEnd(Queue(text: start + Queue.closing), after: [.started(estimate: nil)])
        try await expectEnd(Queue(text: Queue.completed("e1", "[1]").dropLast().description))
        try await expectEnd(Queue(text: "data: <html>\n\n"), .invalidResponse)
        let reset = try QueueServer { _, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            try await responder.raw("40\r\ndata: {\"msg\"")
            responder.reset()
        }
        try await expectEnd(reset)
    }

    @Test(
        "a page, or a refusal, in place of the stream",
        arguments: [
            (200, "text/html", "<html>asleep"), (200, "application/json", "{}"), (401, "application/json", "{}"),
            (404, "application/json", "{\"detail\":\"Not Found\"}"), (500, "text/plain", "oops"),
            (502, "text/html", "<html>"), (204, "text/event-stream", ""),
        ])
    func noStream(_ status: Int, _ type: String, _ body: String) async throws {
        try await expectEnd(
            Queue { _, responder in
                try await responder.respond(status: status, headers: [("content-type", type)], body: body)
            })
    }

    @Test("a stream that is lost says so, in the server's words", arguments: ["404: Session not found.", ""])
    func unexpected(_ words: String) async throws {
        let queue = try QueueServer { _, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            try await responder.send(
                Queue.message("unexpected_error", nil, "\"message\":\"\(words)\",\"success\":false"))
            // Repeated for ever by some, followed by a cut from others.
            await responder.waitForDisconnect()
        }
        let job = try await queue.submit()
        let error = await #expect(throws: GenerationError.self) { try await job.output() }
        #expect(error?.code == .connectionLost)
        #expect(error?.wasAccepted == true)
        #expect(error?.message.contains("no longer knows the job") == true)
        #expect(words.isEmpty || error?.message.contains("(\(words))") == true)
        #expect(queue.calls == ["join", "data"])
        try await queue.server.waitUntil { $0.openConnections <= 1 }
    }

    @Test(
        "failures are told in the app's words",
        arguments: [
            (
                "{\"error\":\"no such style\",\"title\":\"Error\"}", GenerationError.Code.generationFailed,
                "no such style"
            ),
            ("{\"error\":\"'quoted'\"}", .generationFailed, "quoted"),
            ("{\"error\":null}", .generationFailed, "The app failed and does not say why."),
            ("{}", .generationFailed, "The app failed and does not say why."),
            ("{\"error\":\"GPU quota exceeded. Try again in 0:01:02\"}", .quotaExceeded, "GPU quota exceeded."),
            (
                "{\"error\":\"No GPU was available after 60s. Retry later\",\"title\":\"ZeroGPU queue timeout\"}",
                .serviceUnavailable, "ZeroGPU queue timeout: No GPU was available"
            ),
            ("{\"error\":\"Your prompt was flagged as inappropriate\"}", .contentFiltered, "Your prompt was flagged"),
        ])
    func failures(_ output: String, _ code: GenerationError.Code, _ words: String) async throws {
        let queue = try QueueServer(
            text: Queue.message("process_completed", "e1", "\"success\":false,\"output\":\(output)") + Queue.closing)
        let error = await #expect(throws: GenerationError.self) { try await queue.submit().output() }
        #expect(error?.code == code)
        #expect(error?.message.hasPrefix(words) == true)
        // Without a GPU nothing was done, whatever the queue had said before.
        #expect(error?.wasAccepted == ![.quotaExceeded, .serviceUnavailable].contains(code))
        #expect(error?.retryAfter == (code == .quotaExceeded ? .seconds(62) : nil))
    }

    @Test(
        "an allowance that ends in the middle of the work was used",
        arguments: ["\"progress_data\":[{\"index\":1,\"length\":4}]", "\"success\":true,\"output\":{\"data\":[1]}"])
    func quotaInTheMiddle(_ work: String) async throws {
        let kind = work.contains("progress") ? "progress" : "process_generating"
        let queue = try QueueServer(
            text: Queue.message(kind, "e1", work)
                + Queue.message(
                    "process_completed", "e1", "\"success\":false,\"output\":{\"error\":\"GPU quota exceeded\"}")
                + Queue.closing)
        let error = await #expect(throws: GenerationError.self) { try await queue.submit().output() }
        #expect(error?.code == .quotaExceeded)
        #expect(error?.wasAccepted == true)
    }

    @Test("a job that somebody cancelled is no success")
    func cancelledThere() async throws {
        try await expectEnd(
            Queue(text: Queue.message("process_completed", "e1", "\"success\":true,\"output\":{}") + Queue.closing),
            .cancelled)
    }

    @Test("heartbeats keep a job alive beyond the longest silence")
    func heartbeats() async throws {
        let (turns, turn) = AsyncStream<Void>.makeStream()
        let queue = try QueueServer { _, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            for await _ in turns { try await responder.send(Queue.message("heartbeat")) }
            try await responder.send(Queue.completed("e1", "[1]") + Queue.closing)
            try await responder.end()
        }
        let clock = ManualClock()
        let job = try await queue.connect(clock: clock).submit("/draw", ["a"])
        var messages = job.makeAsyncIterator()
        for _ in 1...8 {
            turn.yield()
            #expect(try await messages.next() == .heartbeat)
            clock.advance(by: .seconds(59))
        }
        turn.finish()
        #expect(try await messages.next() == .completed([1]))
        #expect(try await messages.next() == nil)
    }

    @Test("silence is a time-out that was accepted")
    func silence() async throws {
        let queue = try QueueServer { _, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            try await responder.send(Queue.message("heartbeat"))
            await responder.waitForDisconnect()
        }
        let clock = ManualClock()
        let job = try await queue.connect(clock: clock).submit("/draw", ["a"])
        let outcome = await JobOutcome(of: job) { clock.advance(by: .seconds(60)) }
        #expect(outcome.error == .timedOut)
        #expect(outcome.wasAccepted == true)
        try await eventually { queue.calls == ["join", "data"] }
    }

    @Test("a job is stopped by closing its stream first, opened or not", arguments: [true, false])
    func stop(_ isOpened: Bool) async throws {
        let closed = Gate()
        let queue = try QueueServer { _, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            try await responder.send(Queue.message("process_starts", "e1"))
            await responder.waitForDisconnect()
            closed.open()
        }
        let job = try await queue.submit()
        if isOpened { for try await _ in job { break } }
        try await job.cancel()
        #expect(queue.calls == ["join", "data", "cancel"])
        try await eventually { closed.isOpen }
        let join = try #require(queue.joins.first)
        let session = try #require(JSONValue(parsing: join.body)["session_hash"])
        let sent = try #require(queue.server.requests.last)
        #expect(
            try JSONValue(parsing: sent.body) == ["session_hash": session, "fn_index": 8, "event_id": "e1"])
        // It is over here as well.
        if !isOpened {
            let error = await #expect(throws: GenerationError.self) { try await job.output() }
            #expect(error?.code == .cancelled)
        }
    }

    @Test("before there was a route to stop a job, its stream is closed", arguments: [true, false])
    func stopOld(_ isOpened: Bool) async throws {
        let closed = Gate()
        let queue = try QueueServer(version: "4.9.1", protocol: "sse_v1") { _, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            try await responder.send(Queue.message("process_starts", "e1"))
            await responder.waitForDisconnect()
            closed.open()
        }
        let job = try await queue.submit()
        if isOpened { for try await _ in job { break } }
        try await job.cancel()
        try await eventually { closed.isOpen }
        #expect(queue.calls == ["join", "data"])
    }

    @Test("values before patches were known come whole", arguments: ["sse_v1", "sse_v2", "sse_v2.1"])
    func patches(_ name: String) async throws {
        let second = name == "sse_v1" ? "[\"ab\"]" : "[[[\"append\",[],\"b\"]]]"
        let queue = try QueueServer(
            version: "4.16.0", protocol: name,
            text: Queue.message("process_generating", "e1", "\"output\":{\"data\":[\"a\"]},\"success\":true")
                + Queue.message("process_generating", "e1", "\"output\":{\"data\":\(second)},\"success\":true")
                // These releases end the body without a last word.
                + Queue.completed("e1", "[\"abc\"]"))
        let outcome = await JobOutcome(of: try await queue.submit())
        #expect(outcome.messages == [.generating(["a"]), .generating(["ab"]), .completed(["abc"])])
    }
}
