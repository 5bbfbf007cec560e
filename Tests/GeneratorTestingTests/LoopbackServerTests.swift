import Foundation
import GeneratorTesting
import TestPace
import Testing

@Suite("Loopback server: requests and whole responses", .paced)
struct LoopbackServerTests {
    /// Answers with what it understood, so that a test reads one response instead of two ends.
    private func echo() throws -> LoopbackServer {
        try LoopbackServer { request, responder in
            try await responder.respond(
                headers: [("x-connection", "\(request.connection)"), ("x-first", "\(request.isFirstOnConnection)")],
                body: "\(request.method) \(request.path) \(String(decoding: request.body, as: UTF8.self))")
        }
    }

    @Test("answers on a connection that stays open, and logs in order")
    func keepAlive() async throws {
        let server = try echo()
        let peer = try RawPeer(port: server.port)
        await peer.request("GET /one?x=1", "X-Token: secret")
        let first = await peer.receive(through: "GET /one ")
        #expect(first.hasPrefix("HTTP/1.1 200 OK\r\nserver: loopback\r\n"))
        #expect(first.contains("content-type: text/plain; charset=utf-8\r\ncontent-length: 9\r\n"))
        #expect(first.contains("x-connection: 1\r\nx-first: true\r\n"))
        #expect(!first.contains("connection: close"))
        await peer.request("GET /two")
        #expect(await peer.receive(through: "GET /two ").contains("x-first: false"))
        let second = try RawPeer(port: server.port)
        await second.request("GET /three")
        #expect(await second.receive(through: "GET /three ").contains("x-connection: 2\r\nx-first: true"))

        #expect(server.requests.map(\.target) == ["/one?x=1", "/two", "/three"])
        #expect(server.requests.first?.header("x-token") == "secret")
        #expect(server.requests.map(\.bodyLength) == [0, 0, 0])
        #expect(server.requests.map(\.arrival).sorted() == server.requests.map(\.arrival))
        #expect(server.acceptedConnections == 2)
        #expect(server.openConnections == 2)
        #expect(server.url.absoluteString == "http://127.0.0.1:\(server.port)")
    }

    @Test("serves pipelined requests one after the other")
    func pipelining() async throws {
        let server = try echo()
        let peer = try RawPeer(port: server.port)
        let one = "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n"
        await peer.send(one + "1" + one + "2" + one + "3")
        let text = await peer.receive(through: "PUT / 3")
        #expect(text.components(separatedBy: "PUT / ").dropFirst().map(\.first) == ["1", "2", "3"])
    }

    @Test("closes when the client asks, and says so")
    func connectionClose() async throws {
        let server = try echo()
        let peer = try RawPeer(port: server.port)
        await peer.request("GET /", "Connection: Close")
        let (text, ending) = await peer.receive()
        #expect(text.contains("connection: close\r\n"))
        #expect(text.hasSuffix("GET / "))
        #expect(ending == .finished)
        try await server.waitUntil { $0.openConnections == 0 }
    }

    @Test("speaks HTTP/1.0, which closes unless asked to stay")
    func version10() async throws {
        let server = try echo()
        let closing = try RawPeer(port: server.port)
        await closing.send("GET / HTTP/1.0\r\n\r\n")
        let (text, ending) = await closing.receive()
        #expect(text.contains("connection: close\r\n"))
        #expect(ending == .finished)
        let staying = try RawPeer(port: server.port)
        await staying.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(await staying.receive(through: "GET / ").contains("connection: keep-alive\r\n"))
        await staying.send("GET /again HTTP/1.0\r\n\r\n")
        #expect(await staying.receive().0.hasSuffix("GET /again "))
    }

    @Test("reads chunked bodies")
    func chunkedBody() async throws {
        let server = try echo()
        let peer = try RawPeer(port: server.port)
        await peer.request("POST /", "Transfer-Encoding: chunked")
        await peer.send("5\r\nhello\r\n")
        await peer.send("1\r\n!\r\n0\r\n\r\n")
        #expect(await peer.receive(through: "POST / hello!").contains("content-length: 13\r\n"))
        #expect(server.requests.first?.body == Data("hello!".utf8))
    }

    @Test("invites the body with 100 Continue; the log shows the head before the body")
    func expectContinue() async throws {
        let server = try echo()
        let peer = try RawPeer(port: server.port)
        await peer.request("POST /", "Content-Length: 2", "Expect: 100-continue")
        #expect(await peer.receive(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(server.requests.map(\.bodyLength) == [nil])
        await peer.send("ok")
        #expect(await peer.receive(through: "POST / ok").hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(server.requests.map(\.bodyLength) == [2])
    }

    @Test("sends no body for HEAD, 204 and 304")
    func withoutBody() async throws {
        let server = try LoopbackServer { request, responder in
            try await responder.respond(status: Int(request.path.dropFirst()) ?? 0, body: "body")
        }
        let peer = try RawPeer(port: server.port)
        await peer.request("HEAD /200")
        let head = await peer.receive(through: "\r\n\r\n")
        #expect(head.contains("content-length: 4\r\n"))
        #expect(head.hasSuffix("\r\n\r\n"))
        await peer.request("OPTIONS /204")
        let empty = await peer.receive(through: "\r\n\r\n")
        #expect(empty.hasPrefix("HTTP/1.1 204 No Content\r\n"))
        #expect(!empty.contains("content-length"))
        await peer.request("GET /304", "Connection: close")
        let (text, _) = await peer.receive()
        #expect(text.hasPrefix("HTTP/1.1 304 Not Modified\r\n"))
        #expect(text.hasSuffix("\r\n\r\n"))
    }

    @Test("answers JSON, from text or from a value")
    func json() async throws {
        let server = try LoopbackServer { request, responder in
            switch request.path {
            case "/text": try await responder.respond(json: #"{"a":1}"#)
            case "/value": try await responder.respond(status: 201, json: ["b": [true, false]])
            case "/number": try await responder.respond(json: 7 as Any)
            default:
                do {
                    try await responder.respond(json: Date())
                } catch let error as LoopbackServerError where error.code == .notJSON {
                    try await responder.respond(status: 400, body: "not JSON")
                }
            }
        }
        let peer = try RawPeer(port: server.port)
        await peer.request("GET /text")
        #expect(await peer.receive(through: #"{"a":1}"#).contains("content-type: application/json\r\n"))
        await peer.request("GET /value")
        #expect(await peer.receive(through: #"{"b":[true,false]}"#).hasPrefix("HTTP/1.1 201 Created\r\n"))
        await peer.request("GET /number")
        #expect(await peer.receive(through: "\r\n\r\n7").contains("content-length: 1\r\n"))
        await peer.request("GET /date")
        #expect(await peer.receive(through: "not JSON").hasPrefix("HTTP/1.1 400"))
    }

    @Test("writes the handler's header fields in place of its own")
    func ownFields() async throws {
        let server = try LoopbackServer { _, responder in
            try await responder.respond(
                headers: [("Content-Length", "9"), ("Server", "mine"), ("Connection", "close")], body: "short")
        }
        let peer = try RawPeer(port: server.port)
        await peer.request("GET /")
        let (text, ending) = await peer.receive()
        #expect(
            text
                == "HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\nContent-Length: 9\r\nServer: mine\r\nConnection: close\r\n\r\nshort"
        )
        #expect(ending == .finished)
    }

    @Test("answers 500 when the handler throws, and closes when it says nothing")
    func failingHandlers() async throws {
        struct Broken: Error {}
        let server = try LoopbackServer { request, responder in
            switch request.path {
            case "/throws": throw Broken()
            case "/late":
                try await responder.beginStream()
                try await responder.send("part")
                throw Broken()
            default: break
            }
        }
        let peer = try RawPeer(port: server.port)
        await peer.request("GET /throws")
        #expect(await peer.receive(through: "error.").hasPrefix("HTTP/1.1 500 Internal Server Error\r\n"))
        await peer.request("GET /silent")
        let (silence, ending) = await peer.receive()
        #expect(silence.isEmpty)
        #expect(ending == .finished)
        let late = try RawPeer(port: server.port)
        await late.request("GET /late")
        #expect(await late.receive().0.hasSuffix("4\r\npart\r\n"))
    }

    @Test(
        "answers malformed requests and closes",
        arguments: [
            ("nonsense\r\n\r\n", 400), ("GET / HTTP/3.0\r\n\r\n", 505),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 268435457\r\n\r\n", 413),
            ("GET /" + String(repeating: "a", count: 1_000_000) + " HTTP/1.1\r\n\r\n", 431),
        ])
    func malformed(text: String, status: Int) async throws {
        let server = try echo()
        let peer = try RawPeer(port: server.port)
        await peer.send(text)
        let (answer, ending) = await peer.receive()
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        #expect(answer.contains("connection: close\r\n"))
        #expect(ending == .finished)
        peer.disconnect()
        try await server.waitUntil { $0.openConnections == 0 }
        #expect(server.requests.isEmpty)
    }
}
