import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

extension TransportContract {
    @Suite("Silence", .paced)
    struct Silence {
        private let manual = ManualClock()
        private var clock: GeneratorClock { GeneratorClock(manual) }

        private func request(_ server: LoopbackServer, idle limit: Duration) throws -> HTTPRequest {
            var request = try server.request()
            request.idleTimeout = limit
            return request
        }

        @Test(
            "fractions of a second count, before the head", arguments: TransportUnderTest.all,
            [Duration.milliseconds(50), .milliseconds(300), .milliseconds(1100)])
        func beforeHead(_ subject: TransportUnderTest, limit: Duration) async throws {
            let server = try LoopbackServer { _, responder in await responder.waitForDisconnect() }
            let request = try request(server, idle: limit)
            let transport = subject.make(clock: clock)
            let work = Task { try await transport.failure(request) }
            try await server.waitUntil { $0.requestCount == 1 }
            await manual.waitForSleepers()
            manual.advance(by: limit - .milliseconds(1))
            // Nothing has ended: the alarm has not rung.
            #expect(manual.sleeperCount == 1)
            manual.advance(by: .milliseconds(1))
            let error = try await work.value
            #expect(error.code == .timedOut)
            #expect(error.reachedServer != false)
            #expect(error.message.contains(limit.inSeconds))
            try await server.waitForHangUp()
        }

        @Test("silence is measured in real time", arguments: TransportUnderTest.all)
        func realTime(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in await responder.waitForDisconnect() }
            let request = try request(server, idle: .milliseconds(300))
            let start = ContinuousClock.now
            #expect(try await subject.make().failure(request).code == .timedOut)
            #expect(start.duration(to: .now) >= .milliseconds(300))
        }

        @Test("who names no limit bears a minute", arguments: TransportUnderTest.all)
        func usualLimit(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in await responder.waitForDisconnect() }
            let transport = subject.make(clock: clock)
            let work = Task { try await transport.failure(HTTPRequest(url: server.url)) }
            try await server.waitUntil { $0.requestCount == 1 }
            await manual.waitForSleepers()
            manual.advance(by: .milliseconds(59_999))
            #expect(manual.sleeperCount == 1)
            manual.advance(by: .milliseconds(1))
            #expect(try await work.value.code == .timedOut)
        }

        @Test("silence in mid body", arguments: TransportUnderTest.all)
        func inBody(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.beginStream()
                try await responder.send("begun")
                await responder.waitForDisconnect()
            }
            let response = try await subject.make(clock: clock).send(request(server, idle: .seconds(60)))
            var body = response.body.makeAsyncIterator()
            #expect(try await body.next() == Array("begun".utf8))
            manual.advance(by: .seconds(60))
            #expect(try await transportError { _ = try await body.next() }.code == .timedOut)
            try await server.waitForHangUp()
        }

        @Test("heartbeats keep a stream alive beyond the limit", arguments: TransportUnderTest.all)
        func heartbeats(_ subject: TransportUnderTest) async throws {
            let (turns, turn) = AsyncStream<Void>.makeStream()
            let server = try LoopbackServer { _, responder in
                try await responder.beginStream()
                for await _ in turns { try await responder.send(".") }
                try await responder.end()
            }
            let response = try await subject.make(clock: clock).send(request(server, idle: .seconds(60)))
            var body = response.body.makeAsyncIterator()
            for _ in 1...7 {
                turn.yield()
                #expect(try await body.next() == Array(".".utf8))
                manual.advance(by: .seconds(59))
            }
            turn.finish()
            #expect(try await body.next() == nil)
        }

        @Test("a reader who takes its time is no silence of the server", arguments: TransportUnderTest.all)
        func slowReader(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.respond(body: String(repeating: "x", count: 100_000))
            }
            let response = try await subject.make(clock: clock).send(request(server, idle: .seconds(60)))
            var body = response.body.makeAsyncIterator()
            var count = try await body.next()?.count ?? 0
            // When all has arrived nobody listens for silence any more.
            try await eventually { manual.sleeperCount == 0 }
            manual.advance(by: .seconds(600))
            while let piece = try await body.next() { count += piece.count }
            #expect(count == 100_000)
        }

        @Test(
            "no limit is too large", arguments: TransportUnderTest.all,
            [Duration.seconds(1e12), .seconds(Int64.max), .seconds(1e20)])
        func veryLarge(_ subject: TransportUnderTest, limit: Duration) async throws {
            let gate = Gate()
            let server = try LoopbackServer { _, responder in
                try await responder.beginStream()
                await gate.pass()
                try await responder.send("done")
                try await responder.end()
            }
            let response = try await subject.make().send(request(server, idle: limit))
            gate.open()
            #expect(try await response.text() == "done")
        }

        @Test("no patience at all", arguments: TransportUnderTest.all, [Duration.zero, .seconds(-1)])
        func none(_ subject: TransportUnderTest, limit: Duration) async throws {
            let server = try LoopbackServer { _, responder in await responder.waitForDisconnect() }
            #expect(try await subject.make().failure(request(server, idle: limit)).code == .timedOut)
        }
    }
}
