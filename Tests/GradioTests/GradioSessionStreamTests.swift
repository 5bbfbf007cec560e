import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@testable import Gradio

@Suite("Sessions whose stream ends", .paced)
struct GradioSessionStreamTests {
    private typealias Queue = QueueServer

    @Test("a cut ends every job once, and nothing is sent again")
    func cut() async throws {
        let both = Gate()
        let queue = try QueueServer { _, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            await both.pass()
            try await responder.send(Queue.message("process_starts", "e1") + Queue.message("process_starts", "e2"))
            responder.close()
        }
        let session = try await queue.connect().session()
        let jobs = [try await session.submit("/draw", ["a"]), try await session.submit("/draw", ["b"])]
        both.open()
        for job in jobs {
            let outcome = await JobOutcome(of: job)
            #expect(outcome.messages == [.started(estimate: nil)])
            #expect(outcome.error == .connectionLost)
            #expect(outcome.wasAccepted == true)
        }
        #expect(queue.calls.sorted() == ["data", "join", "join"])
    }

    @Test("a stream that the server closes with a job in it has lost the job", arguments: [QueueServer.closing, ""])
    func closedEarly(_ end: String) async throws {
        let queue = try QueueServer(text: Queue.message("process_starts", "e1") + end)
        let session = try await queue.connect().session()
        let outcome = await JobOutcome(of: try await session.submit("/draw", ["a"]))
        #expect(outcome.messages == [.started(estimate: nil)])
        #expect(outcome.error == .connectionLost)
        #expect(outcome.wasAccepted == true)
        #expect(queue.calls == ["join", "data"])
    }

    @Test(
        "what is no stream, or no message, ends the jobs",
        arguments: [
            (200, "text/html", "<html>"), (404, "application/json", "{\"detail\":\"Not Found\"}"),
            (200, "text/event-stream", "data: <html>\n\n"),
            (200, "text/event-stream", QueueServer.message("unexpected_error", nil, "\"message\":\"gone\"")),
        ])
    func noStream(_ status: Int, _ type: String, _ body: String) async throws {
        let queue = try QueueServer { _, responder in
            try await responder.respond(status: status, headers: [("content-type", type)], body: body)
        }
        let session = try await queue.connect().session()
        let outcome = await JobOutcome(of: try await session.submit("/draw", ["a"]))
        #expect(outcome.messages.isEmpty)
        #expect(outcome.error == (body.contains("data: <") ? .invalidResponse : .connectionLost))
        #expect(outcome.wasAccepted == true)
        #expect(queue.calls == ["join", "data"])
    }

    @Test("an error of the whole stream ends it, though the server repeats it for ever and the jobs live on")
    func repeatedError() async throws {
        let closed = Gate()
        let queue = try QueueServer { _, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            try await responder.send(
                Queue.message("unexpected_error", nil, "\"message\":\"Server stopped unexpectedly.\""))
            await responder.waitForDisconnect()
            closed.open()
        }
        let session = try await queue.connect().session()
        let job = try await session.submit("/draw", ["a"])
        let error = await #expect(throws: GenerationError.self) { try await job.output() }
        #expect(error?.code == .connectionLost)
        #expect(error?.message.contains("Server stopped unexpectedly.") == true)
        // Long before the silence that follows would end it.
        try await eventually { closed.isOpen }
        #expect(job.id == "e1")
    }

    @Test("a job after the end of a stream opens another, on its own connection")
    func nextStream() async throws {
        let queue = try QueueServer { number, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            try await responder.send(Queue.completed("e\(number)", "[\(number)]") + Queue.closing)
            try await responder.end()
        }
        let session = try await queue.connect().session()
        for number in 1...3 {
            #expect(try await session.submit("/draw", ["a"]).output() == [.integer(number)])
            try await queue.server.waitUntil {
                $0.requests.filter { $0.path.hasSuffix("/data") }.count == number
            }
        }
        #expect(queue.calls == ["join", "data", "join", "data", "join", "data"])
        #expect(queue.streams.map(\.connection) == queue.joins.map(\.connection))
        #expect(Set(queue.joins.map(\.connection)).count == 3)
    }
}
