import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

extension TransportContract {
    @Suite("What is sent", .paced)
    struct Requests {
        @Test(
            "methods, header fields and bodies arrive as they were given", arguments: TransportUnderTest.all,
            ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
        func arrives(_ subject: TransportUnderTest, method: String) async throws {
            let server = try LoopbackServer.echoingPaths()
            let hasBody = method != "GET" && method != "HEAD"
            let request = try server.request(
                "/a%2Fb/c%20d?q=1%262&%C3%BC=%2B#part", method: method,
                headers: ["X-Text": "one, two", "x-lower": "a:b;c=\"d\"", "Accept": "text/event-stream"],
                body: hasBody ? #"{"ü":1}"# : nil)
            #expect(try await subject.make().send(request).status == 200)
            let seen = try #require(server.requests.first)
            #expect(seen.method == method)
            #expect(seen.target == "/a%2Fb/c%20d?q=1%262&%C3%BC=%2B")
            #expect(seen.header("X-Text") == "one, two")
            #expect(seen.header("X-Lower") == "a:b;c=\"d\"")
            #expect(seen.header("Accept") == "text/event-stream")
            #expect(seen.header("Host") == "127.0.0.1:\(server.port)")
            #expect(String(decoding: seen.body, as: UTF8.self) == (hasBody ? #"{"ü":1}"# : ""))
            #expect(seen.header("Content-Length") == (hasBody ? "8" : nil))
            #expect(server.requests.count == 1)
        }

        @Test("nothing is added that the caller did not mean", arguments: TransportUnderTest.all)
        func defaults(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let transport = subject.make()
            _ = try await transport.text(server.request())
            _ = try await transport.text(server.request(method: "POST", body: "x"))
            _ = try await transport.text(server.request(method: "POST"))
            for request in server.requests {
                for name in ["Cookie", "Authorization", "Expect", "If-None-Match", "Referer", "Transfer-Encoding"] {
                    #expect(request.header(name) == nil, "\(name) of \(request.method)")
                }
            }
            let types = server.requests.map { $0.header("Content-Type") }
            #expect(types.first == .some(nil))
            #expect(types.dropFirst().first == "application/octet-stream")
            #expect(!types.contains("application/x-www-form-urlencoded"))
            #expect(server.requests.last?.body.isEmpty == true)
        }

        @Test("an empty body is sent as one", arguments: TransportUnderTest.all)
        func emptyBody(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            _ = try await subject.make().text(
                server.request(method: "POST", headers: ["Content-Type": "application/json"], body: ""))
            #expect(server.requests.first?.header("Content-Length") == "0")
            #expect(server.requests.first?.header("Content-Type") == "application/json")
        }

        @Test("fields of one name stay together", arguments: TransportUnderTest.all)
        func repeated(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            var request = try server.request()
            request.headers.add("X-Many", "one")
            request.headers.add("x-many", "two")
            _ = try await subject.make().text(request)
            let values = try #require(server.requests.first).headers.filter { $0.name.lowercased() == "x-many" }
            #expect(values.map(\.value).joined(separator: ",").replacingOccurrences(of: " ", with: "") == "one,two")
        }

        @Test("an empty value arrives empty", arguments: TransportUnderTest.all)
        func emptyValue(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            _ = try await subject.make().text(server.request(headers: ["X-Empty": "", "X-Blank": "  ", "X-Full": "1"]))
            let seen = try #require(server.requests.first)
            #expect(seen.header("X-Empty") == "")
            #expect(seen.header("X-Blank") == "")
            #expect(seen.header("X-Full") == "1")
        }

        @Test("a value outside ASCII arrives as UTF-8", arguments: TransportUnderTest.all)
        func nonASCII(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            _ = try await subject.make().text(server.request(headers: ["X-Name": "Zürich → 東京"]))
            #expect(server.requests.first?.header("X-Name") == "Zürich → 東京")
        }

        @Test("the newline behind a token read from a file is not sent", arguments: TransportUnderTest.all)
        func trailingNewline(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            _ = try await subject.make().text(server.request(headers: ["Authorization": "Bearer token\r\n"]))
            #expect(server.requests.first?.header("Authorization") == "Bearer token")
        }

        @Test("a body of 5 MB arrives unharmed", arguments: TransportUnderTest.all)
        func bigBody(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            var request = try server.request(method: "POST")
            let body = Data((0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) })
            request.body = body
            #expect(try await subject.make().send(request).status == 200)
            let isSame = server.requests.first?.body == body
            #expect(isSame)
        }

        @Test("requests that read use a connection again", arguments: TransportUnderTest.all)
        func keepAlive(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let transport = subject.make()
            for number in 1...5 { #expect(try await transport.text(server.request("/\(number)")) == "/\(number)") }
            #expect(server.acceptedConnections == 1)
        }
    }
}
