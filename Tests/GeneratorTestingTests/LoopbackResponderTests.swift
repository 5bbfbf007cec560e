import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@Suite("Loopback server: streams, lies and ends", .paced)
struct LoopbackResponderTests {
    @Test("sends one HTTP chunk per piece and keeps the connection")
    func chunks() async throws {
        let server = try LoopbackServer { _, responder in
            try await responder.beginStream(headers: [("content-type", "text/event-stream")])
            for piece in ["a", "", "bc", String(repeating: "d", count: 17)] { try await responder.send(piece) }
            try await responder.end()
        }
        let peer = try RawPeer(port: server.port)
        for _ in 0..<2 {
            await peer.request("GET /")
            let text = await peer.receive(through: "0\r\n\r\n")
            let parts = text.components(separatedBy: "\r\n\r\n")
            #expect(parts[0].contains("transfer-encoding: chunked"))
            #expect(parts[1] == "1\r\na\r\n2\r\nbc\r\n11\r\nddddddddddddddddd\r\n0")
        }
        await peer.request("HEAD /", "Connection: close")
        #expect(await peer.receive().0.hasSuffix("\r\n\r\n"))
        #expect(server.acceptedConnections == 1)
    }

    @Test("each piece leaves at once")
    func latency() async throws {
        let (steps, step) = AsyncStream.makeStream(of: Void.self)
        let server = try LoopbackServer { _, responder in
            try await responder.beginStream()
            var number = 0
            for await _ in steps {
                number += 1
                try await responder.send("\(number)")
            }
        }
        let peer = try RawPeer(port: server.port)
        await peer.request("GET /")
        // Without a type, Apple's URLSession would hold the pieces back.
        #expect(await peer.receive(through: "\r\n\r\n").contains("content-type: text/event-stream\r\n"))
        for number in 1...3 {
            step.yield()
            #expect(await peer.receive(through: "\(number)\r\n") == "1\r\n\(number)\r\n")
        }
        step.finish()
        #expect(await peer.receive().1 == .finished)
    }

    @Test("ends a body with the connection, and always for HTTP/1.0", arguments: [0, 1])
    func closeDelimited(minorVersion: Int) async throws {
        let server = try LoopbackServer { request, responder in
            if request.path == "/stream" {
                try await responder.beginStream()
            } else {
                try await responder.beginClosing(status: 201)
            }
            try await responder.send("one,")
            try await responder.send("two")
            try await responder.end()
        }
        let peer = try RawPeer(port: server.port)
        await peer.send("GET /\(minorVersion == 0 ? "stream" : "") HTTP/1.\(minorVersion)\r\nHost: x\r\n\r\n")
        let (text, ending) = await peer.receive()
        #expect(text.contains("content-type: text/event-stream\r\n"))
        #expect(text.hasSuffix("\r\nconnection: close\r\n\r\none,two"))
        #expect(ending == .finished)
    }

    @Test("writes verbatim, and keeps the connection when told that this was all")
    func verbatim() async throws {
        let server = try LoopbackServer { request, responder in
            switch request.path {
            case "/hints":
                try await responder.raw("HTTP/1.1 103 Early Hints\r\n\r\n")
                try await responder.respond(body: "done")
            case "/whole":
                try await responder.raw("HTTP/1.1 200 Fine\r\ncontent-length: 0\r\n\r\n")
                try await responder.end()
            default:
                try await responder.beginStream()
                try await responder.raw("ff\r\nhalf")
            }
        }
        let peer = try RawPeer(port: server.port)
        await peer.request("GET /hints")
        #expect(await peer.receive(through: "done").hasPrefix("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n"))
        await peer.request("GET /whole")
        #expect(await peer.receive(through: "\r\n\r\n") == "HTTP/1.1 200 Fine\r\ncontent-length: 0\r\n\r\n")
        await peer.request("GET /half")
        let (text, ending) = await peer.receive()
        #expect(text.hasSuffix("\r\n\r\nff\r\nhalf"))
        #expect(ending == .finished)
    }

    @Test("cuts with FIN or with RST", arguments: [false, true])
    func cuts(resets: Bool) async throws {
        let server = try LoopbackServer { _, responder in
            if resets { responder.reset() } else { responder.close() }
            // One error or the other: the handler is cancelled when the peer has gone as well.
            await #expect(throws: (any Error).self) { try await responder.respond() }
        }
        let peer = try RawPeer(port: server.port)
        await peer.request("GET /")
        #expect(await peer.receive().1 == (resets ? .reset : .finished))
        try await server.waitUntil { $0.openConnections == 0 }
    }

    @Test("refuses calls in the wrong order")
    func wrongOrder() async throws {
        let codes = Locked<[LoopbackServerError.Code?]>([])
        let escaped = Locked<LoopbackResponder?>(nil)
        let server = try LoopbackServer { _, responder in
            func note(_ call: () async throws -> Void) async {
                do {
                    try await call()
                    codes.withLock { $0.append(nil) }
                } catch {
                    codes.withLock { $0.append((error as? LoopbackServerError)?.code) }
                }
            }
            await note { try await responder.send("early") }
            await note { try await responder.end() }
            await note { try await responder.respond(body: "once") }
            await note { try await responder.respond(body: "twice") }
            await note { try await responder.beginStream() }
            await note { try await responder.end() }
            escaped.withLock { $0 = responder }
        }
        let peer = try RawPeer(port: server.port)
        await peer.request("GET /")
        _ = await peer.receive(through: "once")
        await peer.request("GET /")
        _ = await peer.receive(through: "once")
        let order = LoopbackServerError.Code.wrongOrder
        #expect(codes.withLock { Array($0.prefix(6)) } == [order, order, nil, order, order, order])
        peer.disconnect()
        try await server.waitUntil { $0.openConnections == 0 }
        let late = try #require(escaped.withLock { $0 })
        let error = await #expect(throws: LoopbackServerError.self) { try await late.raw("late") }
        #expect(error?.code == .wrongOrder)
    }

    @Test("a client that does not read blocks the writer; its leaving or a cancellation ends the wait")
    func backPressure() async throws {
        let size = 64 * 1024 * 1024
        let outcome = AsyncStream.makeStream(of: String.self)
        let (goes, go) = AsyncStream.makeStream(of: Void.self)
        let server = try LoopbackServer { request, responder in
            let writer = Task {
                do {
                    try await responder.respond(body: Data(count: size))
                    outcome.continuation.yield("sent \(responder.bytesSent > size)")
                } catch {
                    let took = (1..<size).contains(responder.bytesSent)
                    outcome.continuation.yield(
                        "\((error as? LoopbackServerError)?.code.rawValue ?? "\(error)") \(took)")
                }
            }
            if request.path == "/cancel" {
                for await _ in goes { break }
                writer.cancel()
            }
            await writer.value
        }
        var outcomes = outcome.stream.makeAsyncIterator()
        let reading = try RawPeer(port: server.port)
        await reading.request("GET /read", "Connection: close")
        #expect(await reading.receive { $0.count > size }.1 == .stillOpen)
        #expect(await outcomes.next() == "sent true")

        let leaving = try RawPeer(port: server.port, receiveBuffer: 4096)
        await leaving.request("GET /leave")
        #expect(await leaving.receive { !$0.isEmpty }.0.hasPrefix("HTTP/1.1 200 OK"))
        leaving.disconnect()
        #expect(await outcomes.next() == "disconnected true")

        let lazy = try RawPeer(port: server.port, receiveBuffer: 4096)
        await lazy.request("GET /cancel")
        #expect(await lazy.receive { !$0.isEmpty }.0.hasPrefix("HTTP/1.1 200 OK"))
        go.yield()
        #expect(await outcomes.next() == "CancellationError() true")
        try await server.waitUntil { $0.openConnections == 0 }
    }

    @Test("notices that the client left", arguments: ["fin", "rst", "half"])
    func disconnect(way: String) async throws {
        let noticed = Gate()
        let server = try LoopbackServer { _, responder in
            await responder.waitForDisconnect()
            noticed.open()
            try await responder.respond(body: "answered")
        }
        let peer = try RawPeer(port: server.port)
        await peer.request("GET /")
        try await server.waitUntil { $0.requestCount == 1 }
        #expect(!noticed.isOpen)
        switch way {
        case "fin": peer.disconnect()
        case "rst": peer.disconnectWithReset()
        default:
            peer.finishWriting()
            #expect(await peer.receive().0.hasSuffix("answered"))
        }
        await noticed.pass()
        try await server.waitUntil { $0.openConnections == 0 }
    }

    @Test("waiting for the end leaves pipelined requests untouched")
    func pipelinedWait() async throws {
        let server = try LoopbackServer { request, responder in
            if request.path == "/first" { await responder.waitForDisconnect() }
            try await responder.respond(body: request.path)
        }
        let peer = try RawPeer(port: server.port)
        await peer.request("GET /first")
        try await server.waitUntil { $0.requestCount == 1 }
        await peer.request("GET /second")
        await peer.request("GET /third")
        #expect(server.requests.count == 1)
        peer.finishWriting()
        let (text, ending) = await peer.receive()
        #expect(
            text.components(separatedBy: "\r\n\r\n").dropFirst().map { $0.prefix(6) } == ["/first", "/secon", "/third"])
        #expect(ending == .finished)
    }

    @Test("disconnects a client that sends more than 1 MiB ahead")
    func pipelineLimit() async throws {
        let server = try LoopbackServer { _, responder in await responder.waitForDisconnect() }
        let peer = try RawPeer(port: server.port)
        await peer.request("GET /", body: String(repeating: "x", count: 2 * 1024 * 1024))
        #expect(await peer.receive().1 != .timedOut)
        try await server.waitUntil { $0.openConnections == 0 }
    }
}
