import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

extension TransportContract {
    @Suite("What comes back", .paced)
    struct Answers {
        @Test("every status from 200 to 599 is an answer", arguments: TransportUnderTest.all)
        func statuses(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { request, responder in
                try await responder.respond(
                    status: Int(request.path.dropFirst()) ?? 0, headers: [("X-Status", request.path)], body: "body")
            }
            let transport = subject.make()
            for status in 200...599 {
                let response = try await transport.send(server.request("/\(status)"))
                #expect(response.status == status)
                #expect(response.headers["x-status"] == "/\(status)")
                #expect(response.url.path == "/\(status)")
                let text = try await response.text()
                // Nobody reads what comes with a redirect, and Foundation on Linux drops it.
                if !(300...399).contains(status) { #expect(text == (status == 204 ? "" : "body"), "\(status)") }
            }
            #expect(server.requests.count == 400)
        }

        @Test("header fields are found in any case, repeated ones joined", arguments: TransportUnderTest.all)
        func headers(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.respond(
                    headers: [
                        ("ETag", "\"x\""), ("x-ip-token", "abc"), ("Link", "<a>"), ("Link", "<b>"), ("X-UTF8", "ü"),
                    ], json: "{}")
            }
            let headers = try await subject.make().send(server.request()).headers
            #expect(headers["etag"] == "\"x\"")
            #expect(headers["X-IP-Token"] == "abc")
            #expect(headers["LINK"] == "<a>, <b>")
            #expect(headers["x-utf8"] == "ü")
            #expect(headers["content-type"] == "application/json")
        }

        @Test(
            "empty bodies, however they are framed", arguments: TransportUnderTest.all, ["length", "chunks", "close"])
        func emptyBodies(_ subject: TransportUnderTest, framing: String) async throws {
            let server = try LoopbackServer { _, responder in
                switch framing {
                case "length": try await responder.respond()
                case "chunks":
                    try await responder.beginStream()
                    try await responder.end()
                default:
                    try await responder.beginClosing()
                    try await responder.end()
                }
            }
            let response = try await subject.make().send(server.request())
            #expect(response.status == 200)
            #expect(try await response.text() == "")
        }

        @Test("the answer to HEAD has a length and no body", arguments: TransportUnderTest.all)
        func head(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let transport = subject.make()
            let response = try await transport.send(server.request("/four", method: "HEAD"))
            #expect(response.headers["Content-Length"] == "5")
            #expect(try await response.text() == "")
            #expect(try await transport.text(server.request("/next")) == "/next")
        }

        @Test("informational answers are skipped", arguments: TransportUnderTest.all)
        func informational(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.raw("HTTP/1.1 100 Continue\r\n\r\n")
                try await responder.raw("HTTP/1.1 102 Processing\r\n\r\n")
                try await responder.raw("HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n")
                try await responder.respond(status: 201, headers: [("X-Final", "yes")], body: "final")
            }
            let response = try await subject.make().send(server.request(method: "POST", body: "x"))
            #expect(response.status == 201)
            #expect(response.headers["X-Final"] == "yes")
            #expect(try await response.text() == "final")
        }

        @Test("a body that ends with the connection", arguments: TransportUnderTest.all)
        func closeDelimited(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.beginClosing()
                for piece in ["one ", "two ", "three"] { try await responder.send(piece) }
                try await responder.end()
            }
            #expect(try await subject.make().text(server.request()) == "one two three")
        }

        @Test("HTTP/1.0", arguments: TransportUnderTest.all)
        func version10(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.raw("HTTP/1.0 200 Fine\r\nContent-Type: text/plain\r\n\r\nold")
                responder.close()
            }
            let response = try await subject.make().send(server.request())
            #expect(response.status == 200)
            #expect(response.mediaType == "text/plain")
            #expect(try await response.text() == "old")
        }

        @Test("a compressed answer is not asked for, and refused: it may be cut", arguments: TransportUnderTest.all)
        func gzip(_ subject: TransportUnderTest) async throws {
            let packed = try #require(Data(base64Encoded: "H4sIAAAAAAACA0tMSk5JpAMGAE0BvCtoAAAA"))
            for coding in ["gzip", "deflate", "br", "GZIP"] {
                for missing in [0, 8, 12] {
                    let server = try LoopbackServer { _, responder in
                        try await responder.respond(
                            headers: [("Content-Encoding", coding)], body: packed.dropLast(missing))
                    }
                    let pipeline = HTTPPipeline(transport: subject.make(), retry: .never)
                    let error = try await transportError { _ = try await pipeline.data(for: server.request()) }
                    #expect(error.code == .invalidResponse)
                    #expect(server.requests.map { $0.header("Accept-Encoding") } == ["identity"])
                }
            }
        }

        @Test("a part of an answer that nobody asked for is not taken for the whole", arguments: TransportUnderTest.all)
        func partial(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.respond(
                    status: 206, headers: [("Content-Range", "bytes 0-3/10")], body: "part")
            }
            let pipeline = HTTPPipeline(transport: subject.make(), retry: .never)
            for intent in [HTTPRequest.Intent.read, .create(nil), .follow(HTTPConnectionLease())] {
                let error = try await transportError { _ = try await pipeline.send(server.request(intent: intent)) }
                #expect(error.code == .invalidResponse)
                #expect(error.reachedServer == true)
            }
            let wanted = try server.request(headers: ["Range": "bytes=0-3"])
            #expect(try await pipeline.send(wanted).text() == "part")
        }

        @Test("a body of 20 MB arrives unharmed", arguments: TransportUnderTest.all)
        func bigBody(_ subject: TransportUnderTest) async throws {
            let body = Data((0..<20_000_000).map { UInt8(truncatingIfNeeded: $0 &* 29 ^ $0 >> 7) })
            let server = try LoopbackServer { _, responder in try await responder.respond(body: body) }
            let response = try await subject.make().send(server.request())
            let isSame = try await response.body.collect(upTo: 20_000_000) == body
            #expect(isSame)
        }

        @Test("past the reader's limit the transfer stops", arguments: TransportUnderTest.all)
        func collectLimit(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.beginStream()
                try await responder.send(String(repeating: "x", count: 2000))
                await responder.waitForDisconnect()
            }
            let response = try await subject.make().send(server.request())
            let error = try await transportError { _ = try await response.body.collect(upTo: 1999) }
            #expect(error.code == .responseTooLarge)
            try await server.waitForHangUp()
        }
    }
}
