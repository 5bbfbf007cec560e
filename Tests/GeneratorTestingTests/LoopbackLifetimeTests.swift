import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@Suite("Loopback server: connections, waiting and stopping", .paced)
struct LoopbackLifetimeTests {
    @Test("closes after a response that promised to stay")
    func closeAfterResponse() async throws {
        let server = try LoopbackServer { _, responder in
            responder.closeAfterResponse()
            try await responder.respond(body: "kept")
        }
        let peer = try RawPeer(port: server.port)
        await peer.request("GET /")
        let (text, ending) = await peer.receive()
        #expect(text.hasSuffix("kept"))
        #expect(!text.contains("connection:"))
        #expect(ending == .finished)
    }

    @Test("drops the next request of that connection only, and records it with its body")
    func dropNextRequest() async throws {
        let server = try LoopbackServer { request, responder in
            if request.path == "/trap" { responder.dropNextRequest() }
            try await responder.respond(body: "served")
        }
        let peer = try RawPeer(port: server.port)
        await peer.request("GET /trap")
        _ = await peer.receive(through: "served")
        await peer.request("POST /lost", "Content-Length: 4", body: "paid")
        let (text, ending) = await peer.receive()
        #expect(text.isEmpty)
        #expect(ending == .finished)
        #expect(server.requests.map(\.target) == ["/trap", "/lost"])
        #expect(server.requests.last?.body == Data("paid".utf8))
        let other = try RawPeer(port: server.port)
        await other.request("GET /")
        #expect(await other.receive(through: "served").hasSuffix("served"))
    }

    @Test("waits without polling for requests, bodies and connections")
    func waitUntil() async throws {
        let server = try LoopbackServer { _, responder in try await responder.respond() }
        async let first: Void = server.waitUntil { $0.requests.first?.bodyLength == 3 }
        async let second: Void = server.waitUntil { $0.openConnections == 0 && $0.acceptedConnections == 1 }
        let peer = try RawPeer(port: server.port)
        await peer.request("POST /", "Content-Length: 3", body: "abc")
        try await first
        peer.disconnect()
        try await second
    }

    @Test("a wait ends with a typed error, or at once when cancelled")
    func waitEnds() async throws {
        let server = try LoopbackServer { _, responder in try await responder.respond() }
        let start = ContinuousClock.now
        let error = await #expect(throws: LoopbackServerError.self) {
            try await server.waitUntil(timeout: .milliseconds(50)) { _ in false }
        }
        #expect(error?.code == .timedOut)
        #expect(ContinuousClock.now - start >= .milliseconds(50))
        // Longer than this test may take: it ends by the cancellation or not at all.
        let wait = Task { try await server.waitUntil(timeout: .seconds(600)) { _ in false } }
        wait.cancel()
        await #expect(throws: CancellationError.self) { try await wait.value }
    }

    @Test("stopping closes every connection, cancels the handlers and frees the port")
    func stop() async throws {
        let (ends, end) = AsyncStream.makeStream(of: String.self)
        let (never, hold) = AsyncStream.makeStream(of: Void.self)
        let handlers = Locked(0)
        let server = try LoopbackServer { request, responder in
            handlers.withLock { $0 += 1 }
            if request.path == "/wait" {
                await responder.waitForDisconnect()
                end.yield("disconnected")
            } else {
                for await _ in never {}
                end.yield("cancelled \(Task.isCancelled)")
            }
        }
        let peers = [try RawPeer(port: server.port), try RawPeer(port: server.port), try RawPeer(port: server.port)]
        await peers[0].request("GET /wait")
        await peers[1].request("GET /sleep")
        // A request is in the books before its handler begins, and a server that was stopped begins none.
        try await eventually { handlers.withLock { $0 } == 2 }
        try await server.waitUntil { $0.openConnections == 3 }
        server.stop()
        server.stop()
        for peer in peers { #expect(await peer.receive().1 == .finished) }
        var iterator = ends.makeAsyncIterator()
        let seen = [await iterator.next(), await iterator.next()]
        #expect(Set(seen) == ["disconnected", "cancelled true"])
        hold.finish()
        #expect(server.openConnections == 0)
        #expect(throws: (any Error).self) { try RawPeer(port: server.port) }

        let successor = try LoopbackServer(port: server.port) { _, responder in try await responder.respond(body: "new")
        }
        let peer = try RawPeer(port: successor.port)
        await peer.request("GET /")
        #expect(await peer.receive(through: "new").hasSuffix("new"))
        let error = #expect(throws: LoopbackServerError.self) { try LoopbackServer(port: successor.port) { _, _ in } }
        #expect(error?.code == .cannotListen)
    }

    @Test("releasing the server stops it")
    func release() async throws {
        var server: LoopbackServer? = try LoopbackServer { _, responder in await responder.waitForDisconnect() }
        let port = try #require(server?.port)
        let peer = try RawPeer(port: port)
        await peer.request("GET /")
        try await server?.waitUntil { $0.requestCount == 1 }
        server = nil
        #expect(await peer.receive().1 == .finished)
        #expect(throws: (any Error).self) { try RawPeer(port: port) }
    }

    @Test("holds 1,000 open streams at once and writes to each")
    func manyStreams() async throws {
        let (goes, go) = AsyncStream.makeStream(of: Void.self)
        let gate = Task { for await _ in goes { return } }
        let server = try LoopbackServer { request, responder in
            try await responder.beginStream()
            await gate.value
            try await responder.send(request.path)
            try await responder.end()
        }
        let peers = try (0..<1000).map { _ in try RawPeer(port: server.port) }
        for (number, peer) in peers.enumerated() { await peer.request("GET /\(number)") }
        try await server.waitUntil { $0.requests.count == 1000 && $0.openConnections == 1000 }
        go.yield()
        for (number, peer) in peers.enumerated() {
            #expect(await peer.receive(through: "\r\n0\r\n\r\n").contains("\r\n/\(number)\r\n"))
        }
    }

    @Test("2,000 connections opened and dropped leave no descriptor", .enabled(if: Self.socketsInUse(of: 1) != nil))
    func noLeak() async throws {
        let server = try LoopbackServer { _, responder in await responder.waitForDisconnect() }
        #expect(Self.socketsInUse(of: server.port) == 1)
        for round in 1...20 {
            let peers = try (0..<100).map { _ in try RawPeer(port: server.port) }
            // Some say nothing, some half a request, some a whole one; some leave rudely.
            for (number, peer) in peers.enumerated() where number % 3 > 0 {
                await (number % 3 == 1 ? peer.send("GET / HT") : peer.request("GET /"))
            }
            try await server.waitUntil { $0.acceptedConnections == round * 100 }
            for (number, peer) in peers.enumerated() {
                if number % 2 == 0 { peer.disconnect() } else { peer.disconnectWithReset() }
            }
            try await server.waitUntil { $0.openConnections == 0 }
        }
        // The last descriptors are released on the server's queue: serving one more connection lets it catch up.
        let last = try RawPeer(port: server.port)
        try await server.waitUntil { $0.openConnections == 1 }
        #expect(Self.socketsInUse(of: server.port) == 2)
        last.disconnect()
    }

    /// How many descriptors have this local port, whatever the other tests of the process are doing; `nil` where the
    /// system does not tell.
    private static func socketsInUse(of port: UInt16) -> Int? {
        // Not String(contentsOfFile:), which reads only the first page of such a file.
        guard let file = FileHandle(forReadingAtPath: "/proc/self/net/tcp"), let bytes = try? file.readToEnd()
        else { return nil }
        let table = String(decoding: bytes, as: UTF8.self)
        let local = String(format: ":%04X", port)
        return table.split(separator: "\n").dropFirst().filter { line in
            let columns = line.split(separator: " ")
            // A socket without an inode belongs to no descriptor any more.
            return columns.count > 9 && columns[1].hasSuffix(local) && columns[9] != "0"
        }.count
    }
}
