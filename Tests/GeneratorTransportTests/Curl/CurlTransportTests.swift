#if os(Linux)
    import Foundation
    import GeneratorTesting
    import GeneratorTransport
    import TestPace
    import Testing

    #if canImport(Musl)
        import Musl
    #else
        import Glibc
    #endif

    /// What only the transport over libcurl does; what every transport does is tested for all of them.
    @Suite("CurlTransport", .paced)
    struct CurlTransportTests {
        @Test("without a libcurl that can be used the error says what is missing")
        func loading() throws {
            #expect(TransportError(loading: 0, version: "8.0.0") == nil)
            let missing = try #require(TransportError(loading: 1, version: nil))
            #expect(missing.code == .transportUnavailable)
            #expect(missing.reachedServer == false)
            #expect(missing.message.contains("7.68") && missing.message.contains("there is none"))
            let old = try #require(TransportError(loading: 2, version: "7.61.1"))
            #expect(old.message.contains("7.61.1"))
            let broken = try #require(TransportError(loading: 3, version: "8.0.0"))
            #expect(broken.message.contains("8.0.0 does not start"))
        }

        @Test(
            "what libcurl reports, before and after the request has left",
            arguments: [
                (6, false, "connectionFailed", false), (7, false, "connectionFailed", false),
                (28, false, "timedOut", false), (35, false, "tlsFailed", false), (60, false, "tlsFailed", false),
                (56, false, "connectionFailed", false), (97, false, "connectionFailed", false),
                (3, false, "invalidRequest", false), (4, false, "proxyUnsupported", false),
                (1, true, "invalidResponse", true), (8, true, "invalidResponse", true),
                (61, true, "invalidResponse", true), (18, true, "connectionLost", nil),
                (52, true, "connectionLost", nil), (55, true, "connectionLost", nil),
                (56, true, "connectionLost", nil), (28, true, "timedOut", nil),
            ] as [(Int32, Bool, String, Bool?)])
        func classified(_ result: Int32, _ wasSent: Bool, _ code: String, _ reached: Bool?) {
            let error = TransportError(
                curl: result, text: "words\u{1B}[0m", wasSent: wasSent, headArrived: false, proxyStatus: 0,
                hasProxy: true)
            #expect(error.code.rawValue == code)
            #expect(error.reachedServer == reached)
            #expect(!error.message.contains("\u{1B}"))
        }

        @Test("what libcurl does not know is the proxy where there is one, else the URL", arguments: [true, false])
        func unsupported(hasProxy: Bool) {
            let error = TransportError(
                curl: 1, text: "", wasSent: false, headArrived: false, proxyStatus: 0, hasProxy: hasProxy)
            #expect(error.code == (hasProxy ? .proxyUnsupported : .invalidRequest))
        }

        @Test("a file is sent again, whole, when the connection that it took was dead")
        func rewind() async throws {
            let server = try LoopbackServer { request, responder in
                try await responder.respond(body: request.path)
                if request.path == "/read" { responder.dropNextRequest() }
            }
            let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
            let data = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) })
            try data.write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            let transport = CurlTransport()
            for fromFile in [true, false] {
                _ = try await transport.text(server.request("/read"))
                var request = try server.request("/upload", method: "PUT")
                if fromFile { request.bodyFile = file } else { request.body = data }
                #expect(try await transport.text(request) == "/upload")
                let isIntact = server.requests.last?.body == data
                #expect(isIntact)
            }
        }

        @Test(
            "a body without the head of an answer is no answer, and is not waited for",
            arguments: ["101 Switching Protocols", "199 Soon"])
        func bodyWithoutHead(_ status: String) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.raw("HTTP/1.1 \(status)\r\n\r\n")
                try await responder.raw(String(repeating: "x", count: 600_000))
                await responder.waitForDisconnect()
            }
            let error = try await CurlTransport().failure(server.request())
            #expect(error.code == .invalidResponse)
            #expect(error.reachedServer == true)
            try await server.waitForHangUp()
        }

        @Test("a server that only says that it is at work is not silent")
        func informational() async throws {
            let (turns, turn) = AsyncStream<Bool>.makeStream()
            let said = Locked(0)
            let server = try LoopbackServer { _, responder in
                for await _ in turns {
                    try await responder.raw("HTTP/1.1 102 Processing\r\n\r\n")
                    said.withLock { $0 += 1 }
                }
                try await responder.respond(body: "done")
            }
            let other = try LoopbackServer.echoingPaths()
            let clock = ManualClock(), transport = CurlTransport(clock: GeneratorClock(clock))
            var request = try server.request()
            request.idleTimeout = .seconds(60)
            let work = Task { [request] in try await transport.text(request) }
            for count in 1...3 {
                turn.yield(true)
                try await eventually { said.withLock { $0 } == count }
                // One thread serves both: what lies ready is read by then.
                #expect(try await CurlTransport().text(other.request("/x")) == "/x")
                clock.advance(by: .seconds(59))
            }
            turn.finish()
            #expect(try await work.value == "done")
        }

        @Test("a file that shrinks while it is sent ends the transfer")
        func shrinking() async throws {
            let server = try SlowTaker()
            server.take(pieces: 1)
            let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
            try Data(count: 32 << 20).write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            var request = HTTPRequest(url: try #require(server.url), method: "POST", intent: .create(nil))
            request.bodyFile = file
            let work = Task { [request] in try await CurlTransport().text(request) }
            try await eventually { server.bytesTaken > 0 }
            try FileHandle(forWritingTo: file).truncate(atOffset: 0)
            server.takeAll()
            let error = try await transportError { _ = try await work.value }
            #expect(error.code == .fileUnreadable)
            #expect(error.reachedServer == true)
        }

        @Test("a named pipe is no file")
        func pipe() async throws {
            let server = try LoopbackServer.echoingPaths()
            let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
            #expect(mkfifo(path, 0o600) == 0)
            defer { try? FileManager.default.removeItem(atPath: path) }
            var request = try server.request(method: "POST")
            request.bodyFile = URL(fileURLWithPath: path)
            #expect(try await CurlTransport().failure(request).code == .fileUnreadable)
            #expect(server.acceptedConnections == 0)
        }

        @Test("a head without an end is stopped")
        func endlessHead() async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.raw("HTTP/1.1 200 OK\r\n")
                while true { try await responder.raw("X-More: \(String(repeating: "y", count: 1000))\r\n") }
            }
            let error = try await CurlTransport().failure(server.request())
            #expect(error.code == .invalidResponse)
            try await server.waitForHangUp()
        }

        @Test("paths with dots go out as they are written")
        func dots() async throws {
            let server = try LoopbackServer.echoingPaths()
            let url = try #require(URL(string: server.url.absoluteString + "/a/../b/./c"))
            #expect(try await CurlTransport().text(HTTPRequest(url: url)) == "/a/../b/./c")
        }
    }
#endif
