import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@testable import Gradio

@Suite("Sessions", .paced)
struct GradioSessionTests {
    private typealias Queue = QueueServer

    @Test("two jobs share one stream, and each hears what is about it")
    func interleaved() async throws {
        let both = Gate()
        let queue = try QueueServer(join: { if $0 == "e2" { both.open() } }) { _, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            await both.pass()
            for text in [
                Queue.message("estimation", "e1", "\"rank\":0,\"queue_size\":1"),
                Queue.message("estimation", "e2", "\"rank\":1,\"queue_size\":2"), Queue.message("heartbeat"),
                Queue.message("process_starts", "e1", "\"eta\":2.5"), Queue.message("process_starts", "e2"),
                Queue.completed("e2", "[null,\"two\"]"), Queue.message("process_starts", "e9"),
                Queue.completed("e1", "[null,\"one\"]"), Queue.closing,
            ] { try await responder.send(text) }
            try await responder.end()
        }
        let session = try await queue.connect().session()
        let first = try await session.submit("/chat", ["a"])
        let second = try await session.submit("/chat", [nil, "b"])
        async let late = JobOutcome(of: second)
        let one = await JobOutcome(of: first)
        #expect(
            one.messages == [
                .queued(QueuePlace(position: 0, size: 1)), .heartbeat, .started(estimate: .seconds(2.5)),
                .completed([nil, "one"]),
            ])
        let two = await late
        // A heartbeat is for those whose names are known by then.
        #expect(
            two.messages.filter { $0 != .heartbeat } == [
                .queued(QueuePlace(position: 1, size: 2)), .started(estimate: nil), .completed([nil, "two"]),
            ])
        #expect(one.error == nil && two.error == nil)
        #expect(queue.streams.map(\.queryItems) == [[URLQueryItem(name: "session_hash", value: session.id)]])
        let bodies = try queue.joins.map { try JSONValue(parsing: $0.body) }
        #expect(
            bodies.map { $0["session_hash"]?.string } == [session.id, session.id] && session.id.utf8.count == 32)
        #expect(bodies.map { $0["data"] } == [[nil, "a"], [nil, "b"]])
        #expect(bodies.map { $0["fn_index"] } == [7, 7])
        #expect(bodies.map { $0["trigger_id"] } == [9, 9])
        #expect(bodies.allSatisfy { $0["event_data"] == JSONValue.null })
        #expect(queue.joins.allSatisfy { $0.isFirstOnConnection })
    }

    @Test("what the stream says about a job before its name is known is kept, in order")
    func early() async throws {
        let said = Gate(), heard = Gate(), answered = Gate()
        let queue = try QueueServer(join: { if $0 == "e2" { await heard.pass() } }) { _, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            await said.pass()
            try await responder.send(
                Queue.message("estimation", "e2", "\"rank\":0") + Queue.message("process_starts", "e2")
                    + Queue.message("process_generating", "e2", "\"output\":{\"data\":[\"v\"]},\"success\":true"))
            try await responder.send(Queue.message("process_starts", "e1"))
            await answered.pass()
            // A change to the value that came before.
            try await responder.send(
                Queue.message(
                    "process_generating", "e2",
                    "\"output\":{\"data\":[[[\"append\",[],\"alue\"]]]},\"success\":true"))
            try await responder.send(Queue.completed("e2", "[2]") + Queue.completed("e1", "[1]") + Queue.closing)
            try await responder.end()
        }
        let session = try await queue.connect().session()
        let first = try await session.submit("/draw", ["a"])
        async let joining = session.submit("/draw", ["b"])
        try await queue.server.waitUntil {
            $0.requests.filter { $0.path.hasSuffix("/queue/join") }.count == 2
        }
        said.open()
        var iterator = first.makeAsyncIterator()
        // It stood behind the other job's messages, so those have arrived as well.
        #expect(try await iterator.next() == .started(estimate: nil))
        heard.open()
        let second = try await joining
        answered.open()
        let outcome = await JobOutcome(of: second)
        #expect(
            outcome.messages == [
                .queued(QueuePlace(position: 0)), .started(estimate: nil), .generating(["v"]), .generating(["value"]),
                .completed([2]),
            ])
        #expect(try await iterator.next() == .completed([1]))
        #expect(queue.streams.count == 1)
    }

    @Test("no message overtakes another while a submission is answered")
    func order() async throws {
        let count = 300
        let joined = Gate(), answer = Gate()
        let join: QueueServer.Join = { job in
            guard job == "e2" else { return }
            joined.open()
            await answer.pass()
        }
        let queue = try QueueServer(join: join) { _, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            await joined.pass()
            for index in 0..<count {
                if index == 20 { answer.open() }
                try await responder.send(Queue.message("process_starts", "e2", "\"eta\":\(index)"))
            }
            try await responder.send(Queue.completed("e2", "[2]") + Queue.completed("e1", "[1]") + Queue.closing)
            try await responder.end()
        }
        let session = try await queue.connect().session()
        let first = try await session.submit("/draw", ["a"])
        let second = try await session.submit("/draw", ["b"])
        let outcome = await JobOutcome(of: second)
        #expect(outcome.error == nil)
        let numbers = outcome.messages.dropLast().map { message in
            if case .started(let estimate) = message { estimate.map { Int($0.seconds) } ?? -1 } else { -2 }
        }
        #expect(numbers == Array(0..<count))
        #expect(outcome.messages.last == .completed([2]))
        #expect(try await first.output() == [1])
    }

    @Test("a job that nobody wants any more does not stop the other")
    func abandoned() async throws {
        let both = Gate(), gone = Gate()
        let queue = try QueueServer(join: { if $0 == "e2" { both.open() } }) { _, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            await both.pass()
            try await responder.send(Queue.message("process_starts", "e2"))
            await gone.pass()
            try await responder.send(Queue.message("process_starts", "e2") + Queue.completed("e2", "[2]"))
            try await responder.send(Queue.message("process_starts", "e1") + Queue.completed("e1", "[1]"))
            try await responder.send(Queue.closing)
            try await responder.end()
        }
        let session = try await queue.connect().session()
        let other = try await session.submit("/draw", ["a"])
        for try await message in try await session.submit("/draw", ["b"]) {
            #expect(message == .started(estimate: nil))
            break
        }
        gone.open()
        let outcome = await JobOutcome(of: other)
        #expect(outcome.messages == [.started(estimate: nil), .completed([1])])
        #expect(queue.streams.count == 1)
    }

    @Test("with the last job gone the stream is closed, and the next job opens another")
    func lastAbandoned() async throws {
        let closed = Gate()
        let queue = try QueueServer { number, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            try await responder.send(Queue.message("process_starts", "e\(number)"))
            if number == 1 {
                await responder.waitForDisconnect()
                closed.open()
            } else {
                try await responder.send(Queue.completed("e2", "[2]") + Queue.closing)
                try await responder.end()
            }
        }
        let session = try await queue.connect().session()
        for try await _ in try await session.submit("/draw", ["a"]) { break }
        try await eventually { closed.isOpen }
        #expect(try await session.submit("/draw", ["b"]).output() == [2])
        #expect(queue.streams.count == 2)
    }

    @Test("many turns in a row leave nothing behind")
    func manyTurns() async throws {
        let queue = try QueueServer { number, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            try await responder.send(Queue.completed("e\(number)", "[\(number)]") + Queue.closing)
            try await responder.end()
        }
        let app = try await queue.connect()
        weak var gone: GradioSession?
        do {
            let session = app.session()
            gone = session
            for turn in 1...200 {
                #expect(try await session.submit("/draw", ["a"]).output() == [.integer(turn)])
            }
        }
        #expect(queue.joins.count == 200)
        try await eventually { [weak gone] in gone == nil }
        try await queue.server.waitUntil { $0.openConnections <= 1 }
    }

    @Test("who waits can be cancelled; the stream is closed then")
    func cancelled() async throws {
        let closed = Gate()
        let queue = try QueueServer { _, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            await responder.waitForDisconnect()
            closed.open()
        }
        let session = try await queue.connect().session()
        let job = try await session.submit("/draw", ["a"])
        try await queue.server.waitUntil {
            $0.requests.last?.path.hasSuffix("/queue/data") == true
        }
        let waiting = Task { try await job.output() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        try await eventually { closed.isOpen }
        #expect(queue.calls == ["join", "data"])
    }

    @Test("a dropped session closes a stream that the server keeps open")
    func dropped() async throws {
        let closed = Gate()
        let queue = try QueueServer { _, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            try await responder.send(Queue.completed("e1", "[1]"))
            await responder.waitForDisconnect()
            closed.open()
        }
        let app = try await queue.connect()
        #expect(try await app.session().submit("/draw", ["a"]).output() == [1])
        try await eventually { closed.isOpen }
    }

    @Test("who never reads loses the job, not the memory, and not the other job")
    func mailboxLimit() async throws {
        let joined = Gate()
        let queue = try QueueServer(join: { if $0 == "e2" { joined.open() } }) { _, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            await joined.pass()
            let hundred = String(repeating: Queue.message("process_starts", "e1"), count: 100)
            for _ in 1...101 { try await responder.send(hundred) }
            try await responder.send(Queue.completed("e1", "[1]") + Queue.completed("e2", "[2]") + Queue.closing)
            try await responder.end()
        }
        let both = try await queue.connect().session()
        let unread = try await both.submit("/draw", ["a"])
        let read = try await both.submit("/draw", ["b"])
        _ = await JobOutcome(of: read)
        let outcome = await JobOutcome(of: unread)
        #expect(outcome.error == .responseTooLarge)
        #expect(outcome.wasAccepted == true)
        #expect(outcome.messages.count == 10_000)
    }

    @Test("messages that wait are counted by what they weigh, whoever they are for", arguments: ["\"e1\"", "null"])
    func mailboxSize(_ name: String) async throws {
        let joined = Gate(), all = Gate()
        let queue = try QueueServer(join: { if $0 == "e2" { joined.open() } }) { _, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            await joined.pass()
            let words = String(repeating: "a", count: 1 << 20)
            for _ in 1...70 {
                try await responder.send("data: {\"msg\":\"log\",\"event_id\":\(name),\"log\":\"\(words)\"}\n\n")
            }
            try await responder.send(Queue.message("process_starts", "e2"))
            await all.pass()
            try await responder.send(Queue.completed("e1", "[1]") + Queue.completed("e2", "[2]") + Queue.closing)
            try await responder.end()
        }
        let both = try await queue.connect().session()
        let unread = try await both.submit("/draw", ["a"])
        var messages = try await both.submit("/draw", ["b"]).makeAsyncIterator()
        while try await messages.next() != .started(estimate: nil) {}
        all.open()
        #expect(try await messages.next() == .completed([2]))
        let outcome = await JobOutcome(of: unread)
        #expect(outcome.error == .responseTooLarge)
        #expect(outcome.messages.count == 63)
    }

    @Test("a job of which messages were lost before its name was known ends, and waits for nothing")
    func earlyLimit() async throws {
        let asked = Gate(), said = Gate()
        let queue = try QueueServer(
            join: { job in
                guard job == "e2" else { return }
                asked.open()
                await said.pass()
            },
            stream: { _, responder in
                try await responder.beginStream(headers: Queue.eventStream)
                await asked.pass()
                let hundred = String(repeating: Queue.message("process_starts", "e9"), count: 100)
                for _ in 1...101 { try await responder.send(hundred) }
                try await responder.send(Queue.completed("e2", "[2]") + Queue.completed("e1", "[1]"))
                await responder.waitForDisconnect()
            })
        let session = try await queue.connect().session()
        let first = try await session.submit("/draw", ["a"])
        async let second = session.submit("/draw", ["b"])
        #expect(try await first.output() == [1])
        said.open()
        #expect(await JobOutcome(of: try await second).error == .responseTooLarge)
    }

    @Test("a session's name goes out as it is", arguments: ["a+b c", "ü&x=1#%", "plain"])
    func name(_ name: String) async throws {
        let queue = try QueueServer(text: Queue.completed("e1", "[1]") + Queue.closing)
        let session = try await queue.connect().session(name)
        #expect(session.id == name)
        #expect(try await session.submit("/draw", ["a"]).output() == [1])
        #expect(try JSONValue(parsing: #require(queue.joins.first).body)["session_hash"]?.string == name)
        #expect(queue.streams.first?.queryItems == [URLQueryItem(name: "session_hash", value: name)])
        #expect(queue.streams.first?.target.contains("+") == false)
    }

    @Test("a job is told to stop under the session's name")
    func stop() async throws {
        let stopped = Gate()
        let queue = try QueueServer { _, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            try await responder.send(Queue.message("process_starts", "e1"))
            await stopped.pass()
            // As real servers say it: a success without values.
            try await responder.send(Queue.message("process_completed", "e1", "\"output\":{},\"success\":true"))
            try await responder.send(Queue.closing)
            try await responder.end()
        }
        let session = try await queue.connect().session()
        let job = try await session.submit("/chat", ["a"])
        var iterator = job.makeAsyncIterator()
        #expect(try await iterator.next() == .started(estimate: nil))
        try await job.cancel()
        stopped.open()
        let error = await #expect(throws: GenerationError.self) { try await iterator.next() }
        #expect(error?.code == .cancelled)
        let sent = try #require(queue.server.requests.last { $0.path.hasSuffix("/cancel") })
        #expect(
            try JSONValue(parsing: sent.body)
                == ["session_hash": .string(session.id), "fn_index": 7, "event_id": "e1"])
        #expect(queue.streams.count == 1)
    }

    @Test("refused submissions leave the session as it was")
    func refused() async throws {
        let queue = try QueueServer(join: { job in if job == "e1" { throw CancellationError() } }) { _, responder in
            try await responder.beginStream(headers: Queue.eventStream)
            try await responder.send(Queue.completed("e2", "[2]") + Queue.closing)
            try await responder.end()
        }
        let session = try await queue.connect().session()
        let unfit = await #expect(throws: GenerationError.self) { try await session.submit("/chat", ["a", "b", "c"]) }
        #expect(unfit?.code == .invalidRequest)
        #expect(queue.joins.isEmpty)
        let failed = await #expect(throws: GenerationError.self) { try await session.submit("/chat", ["a"]) }
        #expect(failed?.code == .serviceError)
        #expect(failed?.wasAccepted == nil)
        #expect(try await session.submit("/chat", ["b"]).output() == [2])
        let old = try QueueServer(version: "4.4.0", protocol: "sse", text: "")
        let error = await #expect(throws: GenerationError.self) {
            try await old.connect().session().submit("/chat", ["a"])
        }
        #expect(error?.message.contains("4.4.0") == true)
        #expect(old.calls.isEmpty)
    }
}
