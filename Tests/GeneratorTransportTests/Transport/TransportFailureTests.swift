import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

extension TransportContract {
    @Suite("Failures", .paced)
    struct Failures {
        @Test("nobody listens", arguments: TransportUnderTest.all, ["GET", "POST"])
        func refused(_ subject: TransportUnderTest, method: String) async throws {
            let gone = try LoopbackServer.stopped()
            let error = try await subject.make().failure(HTTPRequest(url: gone.url, method: method))
            #expect(error.code == .connectionFailed)
            #expect(error.reachedServer == false)
            #expect(gone.acceptedConnections == 0)
        }

        @Test("the name leads nowhere", arguments: TransportUnderTest.all)
        func unknownName(_ subject: TransportUnderTest) async throws {
            let url = try #require(URL(string: "http://no-such-host.invalid/"))
            let error = try await subject.make().failure(HTTPRequest(url: url))
            #expect(error.code == .connectionFailed)
            #expect(error.reachedServer == false)
        }

        @Test("the server hangs up without an answer", arguments: TransportUnderTest.all, [true, false])
        func noAnswer(_ subject: TransportUnderTest, resets: Bool) async throws {
            let server = try LoopbackServer { _, responder in
                if resets { responder.reset() } else { responder.close() }
            }
            for method in ["GET", "POST"] {
                let error = try await subject.make().failure(
                    server.request(method: method, body: method == "POST" ? "x" : nil, intent: .create(nil)))
                #expect(error.code == .connectionLost)
                #expect(error.reachedServer != false)
            }
            #expect(server.requests.count == 2)
        }

        @Test(
            "the server hangs up in the middle of the head",
            arguments: TransportUnderTest.all.filter(\.survivesHalfHeads))
        func halfHead(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.raw("HTTP/1.1 200 OK\r\nContent-Type: te")
                responder.close()
            }
            let error = try await subject.make().failure(server.request())
            #expect(error.code == .connectionLost || error.code == .invalidResponse)
            #expect(error.reachedServer != false)
        }

        /// An answer that is cut short or is no HTTP, and what it has to be called.
        struct Damage: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let wire: String
            let code: TransportError.Code
            /// What can be read before the error; `nil` where there is no head.
            var body: String?
            var resets = false

            static let all = [
                Damage(
                    testDescription: "body shorter than its length",
                    wire: "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart", code: .connectionLost, body: "part"),
                Damage(
                    testDescription: "chunks without an end",
                    wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n", code: .connectionLost,
                    body: "part"),
                Damage(
                    testDescription: "half a chunk",
                    wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\npart", code: .connectionLost,
                    body: "part"),
                Damage(
                    testDescription: "a chunk size that is no number",
                    wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\nzz\r\nmore\r\n",
                    code: .invalidResponse, body: "part"),
                Damage(testDescription: "garbage", wire: "garbage\r\n\r\n", code: .invalidResponse),
                Damage(testDescription: "another protocol", wire: "SSH-2.0-OpenSSH_9\r\n", code: .invalidResponse),
                Damage(
                    testDescription: "a status that is no number", wire: "HTTP/1.1 abc OK\r\n\r\n",
                    code: .invalidResponse),
                Damage(
                    testDescription: "a header without a colon",
                    wire: "HTTP/1.1 200 OK\r\nNo colon here\r\nContent-Length: 0\r\n\r\n", code: .invalidResponse),
                Damage(
                    testDescription: "a header of 200 KB",
                    wire: "HTTP/1.1 200 OK\r\nX-Big: \(String(repeating: "x", count: 200_000))\r\n\r\n",
                    code: .invalidResponse),
            ]
        }

        @Test("an answer that is damaged is not taken for a good one", arguments: TransportUnderTest.all, Damage.all)
        func damaged(_ subject: TransportUnderTest, damage: Damage) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.raw(damage.wire)
                responder.close()
            }
            let transport = subject.make()
            let read = Locked<String?>(nil)
            let error = try await transportError {
                let response = try await transport.send(server.request(intent: .create(nil)))
                read.withLock { $0 = "" }
                for try await piece in response.body {
                    read.withLock { $0 = ($0 ?? "") + String(decoding: piece, as: UTF8.self) }
                }
            }
            #expect(error.code == damage.code, "\(error) \(error.underlying.map { String(describing: $0) } ?? "")")
            #expect(error.reachedServer == true || error.reachedServer == nil && damage.body == nil, "\(error)")
            // The head may not have been handed out yet when the error came.
            if let body = read.withLock({ $0 }) { #expect(body == damage.body) }
            #expect(!error.message.contains("xxxx"))
            #expect(server.requests.count == 1)
        }

        @Test("a connection that is reset in mid body", arguments: TransportUnderTest.all)
        func resetInBody(_ subject: TransportUnderTest) async throws {
            let gate = Gate()
            let server = try LoopbackServer { _, responder in
                try await responder.beginStream()
                try await responder.send("part")
                await gate.pass()
                responder.reset()
            }
            let response = try await subject.make().send(server.request())
            var body = response.body.makeAsyncIterator()
            #expect(try await body.next() == Array("part".utf8))
            gate.open()
            let error = try await transportError { _ = try await body.next() }
            #expect(error.code == .connectionLost)
            #expect(error.reachedServer == true)
            let again = try await transportError { _ = try await body.next() }
            #expect(again.code == .connectionLost)
        }

        @Test("a failure leaves the transport usable", arguments: TransportUnderTest.all)
        func goesOn(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { request, responder in
                if request.path == "/bad" { responder.reset() } else { try await responder.respond(body: "good") }
            }
            let transport = subject.make()
            for _ in 1...10 {
                _ = try await transport.failure(server.request("/bad", intent: .create(nil)))
                #expect(try await transport.text(server.request("/good")) == "good")
            }
        }
    }
}
