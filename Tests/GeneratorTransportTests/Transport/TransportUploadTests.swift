import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

extension TransportContract {
    @Suite("Uploads", .paced)
    struct Uploads {
        private static let megabytes = 16

        /// A file that is gone after the test.
        private func withFile<Success>(
            _ data: Data, _ work: (URL) async throws -> Success
        ) async throws -> Success {
            let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
            try data.write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            return try await work(file)
        }

        @Test("a file arrives as it is", arguments: TransportUnderTest.all, [0, 1, 70_000, 3_000_001])
        func arrives(_ subject: TransportUnderTest, size: Int) async throws {
            let data = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            let server = try LoopbackServer.echoingPaths()
            for intent in [HTTPRequest.Intent.read, .create(nil), .create(HTTPConnectionLease())] {
                var request = try server.request(
                    "/x", method: "POST", headers: ["Content-Type": "image/png", "X-Test": "1"], intent: intent)
                let text = try await withFile(data) { file in
                    request.bodyFile = file
                    return try await subject.make().text(request)
                }
                #expect(text == "/x")
                let seen = try #require(server.requests.last)
                #expect(seen.method == "POST")
                #expect(seen.header("Content-Length") == String(size))
                #expect(seen.header("Content-Type") == "image/png")
                #expect(seen.header("X-Test") == "1")
                #expect(seen.header("Transfer-Encoding") == nil)
                #expect(seen.isFirstOnConnection)
                // Compared outside of the expectation, which would print megabytes.
                let isIntact = seen.body == data
                #expect(isIntact)
            }
            #expect(server.requests.count == 3)
        }

        @Test("a file that is no file is refused before anything is sent", arguments: TransportUnderTest.all)
        func noFile(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            var request = try server.request(method: "POST")
            for path in ["/nonexistent/x.png", FileManager.default.temporaryDirectory.path] {
                request.bodyFile = URL(fileURLWithPath: path)
                let error = try await subject.make().failure(request)
                #expect(error.code == .fileUnreadable)
                #expect(error.reachedServer == false)
            }
            #expect(server.acceptedConnections == 0)
        }

        @Test("who waits for a slow server can be cancelled", arguments: TransportUnderTest.all)
        func cancelled(_ subject: TransportUnderTest) async throws {
            let server = try SlowTaker()
            server.take(pieces: 1)
            var request = HTTPRequest(url: try #require(server.url), method: "POST")
            try await withFile(Data(count: Self.megabytes << 20)) { file in
                request.bodyFile = file
                let work = Task { [request] in try await subject.make().text(request) }
                try await eventually { server.bytesTaken > 0 }
                work.cancel()
                let outcome = await work.result
                #expect(throws: CancellationError.self) { try outcome.get() }
            }
        }

        @Test("uploads that are cancelled at any moment end nothing but themselves", arguments: TransportUnderTest.all)
        func cancelledAnywhere(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in try await responder.respond(body: "x") }
            var request = HTTPRequest(url: server.url, method: "POST")
            try await withFile(Data(count: Self.megabytes << 20)) { file in
                request.bodyFile = file
                for round in 0..<60 {
                    let work = Task { [request] in try await subject.make().text(request) }
                    try await Task.sleep(for: .microseconds(round * 97 % 6000))
                    work.cancel()
                    _ = await work.result
                }
            }
        }

        @Test("a server that takes its time is not silent", arguments: TransportUnderTest.all, [true, false])
        func slowTaker(_ subject: TransportUnderTest, fromFile: Bool) async throws {
            let server = try SlowTaker()
            let clock = ManualClock()
            let data = Data(count: 64 << 20)
            var request = HTTPRequest(url: try #require(server.url), method: "POST")
            request.idleTimeout = .seconds(60)
            try await withFile(fromFile ? data : Data()) { file in
                if fromFile { request.bodyFile = file } else { request.body = data }
                let work = Task { [request] in
                    try await subject.make(clock: GeneratorClock(clock)).text(request)
                }
                // More in each step than the kernels hold: meanwhile the client has sent some.
                for _ in 1...4 {
                    let goal = min(server.bytesTaken + 12 << 20, data.count)
                    server.take(pieces: 200)
                    while server.bytesTaken < goal {
                        server.take(pieces: 1)
                        try await Task.sleep(for: .milliseconds(1))
                    }
                    clock.advance(by: .seconds(50))
                }
                server.takeAll()
                #expect(try await work.value == "taken")
            }
            #expect(server.bytesTaken == data.count)
        }

        @Test("a server that stops taking is silent", arguments: TransportUnderTest.all)
        func stuck(_ subject: TransportUnderTest) async throws {
            let server = try SlowTaker()
            server.take(pieces: 1)
            var request = HTTPRequest(url: try #require(server.url), method: "POST")
            request.idleTimeout = .seconds(60)
            let clock = ManualClock(), isOver = Locked(false)
            let error = try await withFile(Data(count: 64 << 20)) { file in
                request.bodyFile = file
                let work = Task { [request] in
                    defer { isOver.withLock { $0 = true } }
                    return try await subject.make(clock: GeneratorClock(clock)).failure(request)
                }
                try await eventually { server.bytesTaken > 0 }
                // The kernels take some more, and nobody says how long.
                try await eventually {
                    clock.advance(by: .seconds(40))
                    return isOver.withLock { $0 }
                }
                return try await work.value
            }
            #expect(error.code == .timedOut)
            #expect(error.reachedServer != false)
        }
    }
}
