import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

extension TransportContract {
    @Suite("Cancellation", .paced)
    struct Cancellation {
        /// Sends one piece and then waits for the client to leave.
        private func endless() throws -> LoopbackServer {
            try LoopbackServer { request, responder in
                if request.path == "/stream" {
                    try await responder.beginStream()
                    try await responder.send("begun")
                }
                await responder.waitForDisconnect()
            }
        }

        @Test("before anything is sent", arguments: TransportUnderTest.all)
        func beforeSending(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let transport = subject.make()
            let request = try server.request("/cancelled")
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await transport.send(request)
            }
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            #expect(try await transport.text(server.request("/next")) == "/next")
            #expect(server.requests.map(\.path) == ["/next"])
            #expect(server.acceptedConnections == 1)
        }

        @Test("while waiting for the head", arguments: TransportUnderTest.all)
        func beforeHead(_ subject: TransportUnderTest) async throws {
            let server = try endless()
            let transport = subject.make()
            let request = try server.request(method: "POST", body: "x", intent: .create(nil))
            let task = Task { try await transport.send(request) }
            try await server.waitUntil { $0.requestCount == 1 }
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            try await server.waitForHangUp()
            #expect(server.requests.count == 1)
        }

        @Test("while waiting for the next piece", arguments: TransportUnderTest.all)
        func inBody(_ subject: TransportUnderTest) async throws {
            let server = try endless()
            let transport = subject.make()
            let request = try server.request("/stream")
            let gate = Gate()
            let task = Task {
                for try await _ in try await transport.send(request).body { gate.open() }
            }
            await gate.pass()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await server.waitForHangUp()
        }

        @Test("by dropping the body", arguments: TransportUnderTest.all)
        func dropping(_ subject: TransportUnderTest) async throws {
            let server = try endless()
            do {
                let response = try await subject.make().send(server.request("/stream"))
                #expect(response.status == 200)
            }
            try await server.waitForHangUp()
        }

        @Test("by leaving the loop", arguments: TransportUnderTest.all)
        func leaving(_ subject: TransportUnderTest) async throws {
            let server = try endless()
            let transport = subject.make()
            for try await _ in try await transport.send(server.request("/stream")).body { break }
            try await server.waitForHangUp()
        }

        @Test("by cancelling the body, more than once", arguments: TransportUnderTest.all)
        func cancelling(_ subject: TransportUnderTest) async throws {
            let server = try endless()
            let response = try await subject.make().send(server.request("/stream"))
            var body = response.body.makeAsyncIterator()
            #expect(try await body.next() == Array("begun".utf8))
            response.body.cancel()
            response.body.cancel()
            await #expect(throws: CancellationError.self) { _ = try await body.next() }
            await #expect(throws: CancellationError.self) { _ = try await body.next() }
            try await server.waitForHangUp()
        }

        @Test("by cancelling the body under a reader who waits", arguments: TransportUnderTest.all)
        func cancellingElsewhere(_ subject: TransportUnderTest) async throws {
            let server = try endless()
            let response = try await subject.make().send(server.request("/stream"))
            let gate = Gate()
            let reader = Task { for try await _ in response.body { gate.open() } }
            await gate.pass()
            response.body.cancel()
            await #expect(throws: CancellationError.self) { try await reader.value }
            try await server.waitForHangUp()
        }

        @Test("what was not read is not taken for complete", arguments: TransportUnderTest.all)
        func unread(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in try await responder.respond(body: "the whole answer") }
            let response = try await subject.make().send(server.request())
            response.body.cancel()
            await #expect(throws: CancellationError.self) { _ = try await response.text() }
        }

        @Test("what was read in full stays complete", arguments: TransportUnderTest.all)
        func readInFull(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let response = try await subject.make().send(server.request("/all"))
            var body = response.body.makeAsyncIterator()
            while try await body.next() != nil {}
            response.body.cancel()
            #expect(try await body.next() == nil)
        }

        @Test("an upload stops", arguments: TransportUnderTest.all)
        func upload(_ subject: TransportUnderTest) async throws {
            let server = try endless()
            let transport = subject.make()
            var request = try server.request(method: "POST", intent: .create(nil))
            request.body = Data(count: 8 << 20)
            let task = Task { [request] in try await transport.send(request) }
            try await server.waitUntil { $0.requestCount == 1 }
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            try await server.waitForHangUp()
        }
    }
}
