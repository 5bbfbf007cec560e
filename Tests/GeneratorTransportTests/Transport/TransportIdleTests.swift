import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

extension TransportContract {
    @Suite("Silence", .paced)
    struct Silence {
        @Test(
            "fractions of a second count, before the head", .alone, arguments: TransportUnderTest.all,
            [Duration.milliseconds(50), .milliseconds(300), .milliseconds(1100)])
        func beforeHead(_ subject: TransportUnderTest, limit: Duration) async throws {
            let server = try LoopbackServer { _, responder in await responder.waitForDisconnect() }
            var request = try server.request(method: "POST", body: "x")
            request.idleTimeout = limit
            let start = ContinuousClock.now
            let error = try await subject.make().failure(request)
            let waited = start.duration(to: .now)
            #expect(error.code == .timedOut)
            #expect(error.reachedServer != false)
            #expect(waited >= limit)
            #expect(waited < limit + .seconds(5))
            try await server.waitForHangUp()
        }

        @Test("fractions of a second count, in mid body", arguments: TransportUnderTest.all)
        func inBody(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.beginStream()
                try await responder.send("begun")
                await responder.waitForDisconnect()
            }
            var request = try server.request()
            request.idleTimeout = .milliseconds(300)
            let start = ContinuousClock.now
            let response = try await subject.make().send(request)
            var body = response.body.makeAsyncIterator()
            #expect(try await body.next() == Array("begun".utf8))
            let error = try await transportError { _ = try await body.next() }
            #expect(error.code == .timedOut)
            #expect(start.duration(to: .now) >= .milliseconds(300))
            try await server.waitForHangUp()
        }

        @Test("heartbeats keep a stream alive beyond the limit", arguments: TransportUnderTest.all)
        func heartbeats(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.beginStream()
                for _ in 1...7 {
                    try await Task.sleep(for: .milliseconds(300))
                    try await responder.send(".")
                }
                try await responder.end()
            }
            var request = try server.request()
            request.idleTimeout = .milliseconds(1500)
            #expect(try await subject.make().text(request) == ".......")
        }

        @Test("a reader who takes its time is no silence of the server", arguments: TransportUnderTest.all)
        func slowReader(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.respond(body: String(repeating: "x", count: 100_000))
            }
            var request = try server.request()
            request.idleTimeout = .milliseconds(500)
            let response = try await subject.make().send(request)
            var body = response.body.makeAsyncIterator()
            var count = try await body.next()?.count ?? 0
            try await Task.sleep(for: .milliseconds(700))
            while let piece = try await body.next() { count += piece.count }
            #expect(count == 100_000)
        }

        @Test(
            "no limit is too large", arguments: TransportUnderTest.all,
            [Duration.seconds(1e12), .seconds(Int64.max)])
        func veryLarge(_ subject: TransportUnderTest, limit: Duration) async throws {
            let gate = Gate()
            let server = try LoopbackServer { _, responder in
                try await responder.beginStream()
                await gate.pass()
                try await responder.send("done")
                try await responder.end()
            }
            var request = try server.request()
            request.idleTimeout = limit
            let response = try await subject.make().send(request)
            gate.open()
            #expect(try await response.text() == "done")
        }

        @Test("no patience at all", arguments: TransportUnderTest.all, [Duration.zero, .seconds(-1)])
        func none(_ subject: TransportUnderTest, limit: Duration) async throws {
            let server = try LoopbackServer { _, responder in await responder.waitForDisconnect() }
            var request = try server.request()
            request.idleTimeout = limit
            #expect(try await subject.make().failure(request).code == .timedOut)
        }
    }
}
