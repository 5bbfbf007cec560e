import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

extension TransportContract {
    @Suite("Connections of creates and of what follows them", .paced)
    struct Connections {
        private func create(_ server: LoopbackServer, _ lease: HTTPConnectionLease? = nil) throws -> HTTPRequest {
            try server.request("/create", method: "POST", body: "{}", intent: .create(lease))
        }

        @Test("a create goes out on a connection that nothing was sent on", arguments: TransportUnderTest.all)
        func fresh(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let transport = subject.make()
            for _ in 1...5 {
                for _ in 1...3 { _ = try await transport.text(server.request("/read")) }
                _ = try await transport.text(create(server))
                let lease = HTTPConnectionLease()
                _ = try await transport.text(create(server, lease))
            }
            let creates = server.requests.filter { $0.path == "/create" }
            #expect(creates.count == 10)
            #expect(creates.filter { !$0.isFirstOnConnection }.isEmpty)
        }

        @Test("a create stays on a fresh connection after reads that were cancelled", arguments: TransportUnderTest.all)
        func freshAfterCancellation(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let transport = subject.make()
            for round in 0..<60 {
                _ = try await transport.text(server.request("/read"))
                let request = try server.request("/cancelled")
                let task = Task { try await transport.send(request) }
                for _ in 0..<round % 6 { await Task.yield() }
                task.cancel()
                _ = try? await task.value
                _ = try await transport.text(create(server))
            }
            let creates = server.requests.filter { $0.path == "/create" }
            #expect(creates.count == 60)
            #expect(creates.filter { !$0.isFirstOnConnection }.isEmpty)
        }

        @Test("creates and reads side by side do not mix", arguments: TransportUnderTest.all)
        func sideBySide(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let transport = subject.make()
            let (read, create) = (try server.request("/read"), try create(server))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<60 {
                    group.addTask { _ = try await transport.text(number % 3 == 0 ? create : read) }
                }
                try await group.waitForAll()
            }
            let creates = server.requests.filter { $0.path == "/create" }
            #expect(creates.count == 20)
            #expect(creates.filter { !$0.isFirstOnConnection }.isEmpty)
        }

        @Test("what follows a create takes its connection", arguments: TransportUnderTest.all)
        func follow(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let transport = subject.make()
            _ = try await transport.text(server.request("/read"))
            let lease = HTTPConnectionLease()
            _ = try await transport.text(create(server, lease))
            // Others come in between, and must not take the connection away.
            _ = try await transport.text(server.request("/read"))
            _ = try await transport.text(server.request("/follow", intent: .follow(lease)))
            let made = try #require(server.requests.first { $0.path == "/create" })
            let followed = try #require(server.requests.first { $0.path == "/follow" })
            #expect(followed.connection == made.connection)
            #expect(server.requests.filter { $0.connection == made.connection }.count == 2)
        }

        @Test(
            "a create never takes a connection that a server kept against its word", arguments: TransportUnderTest.all)
        func keptAgainstItsWord(_ subject: TransportUnderTest) async throws {
            // Asked to close, this server neither says so nor does it.
            let server = try LoopbackServer { _, responder in
                for _ in 1...2 { try await responder.raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
                try await responder.end()
                await responder.waitForDisconnect()
            }
            let transport = subject.make()
            for _ in 1...3 { #expect(try await transport.text(create(server)) == "ok") }
            #expect(server.acceptedConnections == 3)
        }

        @Test("after the last request no connection is left", arguments: TransportUnderTest.all)
        func nothingLeft(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let transport = subject.make()
            let lease = HTTPConnectionLease()
            _ = try await transport.text(create(server, lease))
            #expect(server.openConnections == 1)
            _ = try await transport.text(server.request("/follow", intent: .follow(lease)))
            try await server.waitForHangUp()
            _ = try await transport.text(create(server))
            try await server.waitForHangUp()
        }

        @Test("a follow without a create before it is sent all the same", arguments: TransportUnderTest.all)
        func followAlone(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let request = try server.request("/alone", intent: .follow(HTTPConnectionLease()))
            #expect(try await subject.make().text(request) == "/alone")
        }

        @Test("a follow finds another connection when its own is gone", arguments: TransportUnderTest.all)
        func followAfterClose(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { request, responder in
                try await responder.respond(body: request.path)
                if request.path == "/create" { responder.closeAfterResponse() }
            }
            let transport = subject.make()
            let lease = HTTPConnectionLease()
            _ = try await transport.text(create(server, lease))
            try await server.waitUntil { $0.openConnections == 0 }
            let request = try server.request("/follow", intent: .follow(lease))
            #expect(try await transport.text(request) == "/follow")
            #expect(server.requests.map(\.path) == ["/create", "/follow"])
        }

        @Test("50 creates with their follows leave no connections behind", arguments: TransportUnderTest.all)
        func many(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let transport = subject.make()
            for number in 1...50 {
                let lease = HTTPConnectionLease()
                _ = try await transport.text(create(server, lease))
                _ = try await transport.text(server.request("/follow/\(number)", intent: .follow(lease)))
                // The one before may still be closing.
                #expect(server.openConnections <= 3)
            }
            #expect(server.requests.count == 100)
            #expect(server.requests.filter(\.isFirstOnConnection).map(\.path) == Array(repeating: "/create", count: 50))
            try await server.waitForHangUp()
        }

        @Test("uploads one after the other leave no connections behind", arguments: TransportUnderTest.all)
        func uploads(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let transport = subject.make()
            for _ in 1...20 {
                _ = try await transport.text(server.request("/upload", method: "POST", body: "picture"))
                #expect(server.openConnections <= 3)
            }
        }
    }
}
