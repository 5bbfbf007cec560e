import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

extension TransportContract {
    /// Redirects, challenges, cookies and caches are for the layers above, or for nobody.
    @Suite("What a transport leaves alone", .paced)
    struct Restraint {
        @Test(
            "redirects are returned, not followed", arguments: TransportUnderTest.all,
            [300, 301, 302, 303, 304, 305, 307, 308])
        func redirects(_ subject: TransportUnderTest, status: Int) async throws {
            let server = try LoopbackServer { request, responder in
                try await responder.respond(status: status, headers: [("Location", "/elsewhere")], body: "moved")
            }
            let transport = subject.make()
            for method in ["GET", "POST", "HEAD"] {
                let request = try server.request(
                    "/from", method: method, headers: ["Authorization": "Bearer x"], body: method == "POST" ? "x" : nil)
                let response = try await transport.send(request)
                #expect(response.status == status)
                #expect(response.headers["location"] == "/elsewhere")
                #expect(response.url == request.url)
                let text = try await response.text()
                #expect(text == (method == "HEAD" || status == 304 ? "" : "moved"))
            }
            #expect(server.requests.map(\.path) == ["/from", "/from", "/from"])
        }

        @Test(
            "a redirect that says no usable place is an answer too", arguments: TransportUnderTest.all,
            [nil, "", "file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x", "http://", "//", "http://[zz]/"])
        func badLocations(_ subject: TransportUnderTest, location: String?) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.respond(status: 302, headers: location.map { [("Location", $0)] } ?? [], body: "x")
            }
            let response = try await subject.make().send(server.request())
            #expect(response.status == 302)
            #expect((response.headers["Location"] ?? "") == location ?? "")
            _ = try await response.text()
            #expect(server.requests.count == 1)
        }

        @Test(
            "a challenge is an answer", arguments: TransportUnderTest.all,
            [
                "Basic realm=\"x\"", "Digest realm=\"x\", nonce=\"y\", qop=\"auth\"", "Bearer", "Negotiate", "NTLM",
                "Basic realm=\"x\", Bearer", "",
            ])
        func challenges(_ subject: TransportUnderTest, challenge: String) async throws {
            let server = try LoopbackServer { request, responder in
                try await responder.respond(
                    status: request.path == "/proxy" ? 407 : 401,
                    headers: challenge.isEmpty
                        ? [] : [(request.path == "/proxy" ? "Proxy-Authenticate" : "WWW-Authenticate", challenge)],
                    body: "who are you?")
            }
            let transport = subject.make()
            for path in ["/origin", "/proxy"] {
                for method in ["GET", "POST"] {
                    let response = try await transport.send(
                        server.request(path, method: method, body: method == "POST" ? "x" : nil))
                    #expect(response.status == (path == "/proxy" ? 407 : 401))
                    #expect(try await response.text() == "who are you?")
                }
            }
            #expect(server.requests.count == 4)
            #expect(server.requests.allSatisfy { $0.header("Authorization") == nil })
        }

        @Test("a challenged stream is cut, not completed, when its body breaks off", arguments: TransportUnderTest.all)
        func truncatedChallenge(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.raw(
                    "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 100\r\n\r\nonly this")
                responder.close()
            }
            let response = try await subject.make().send(server.request())
            #expect(response.status == 401)
            let error = try await transportError { _ = try await response.text() }
            #expect(error.code == .connectionLost)
        }

        @Test("cookies are neither kept nor replaced", arguments: TransportUnderTest.all)
        func cookies(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer { _, responder in
                try await responder.respond(headers: [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2")])
            }
            let transport = subject.make()
            let first = try await transport.send(server.request())
            #expect(first.headers["Set-Cookie"]?.contains("a=1") == true)
            _ = try await transport.text(server.request())
            _ = try await transport.text(server.request(headers: ["Cookie": "mine=3"]))
            #expect(server.requests.map { $0.header("Cookie") } == [nil, nil, "mine=3"])
        }

        @Test("nothing is cached", arguments: TransportUnderTest.all)
        func cache(_ subject: TransportUnderTest) async throws {
            let count = Locked(0)
            let server = try LoopbackServer { _, responder in
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                try await responder.respond(
                    headers: [("Cache-Control", "public, max-age=3600"), ("ETag", "\"same\"")], body: "\(number)")
            }
            let transport = subject.make()
            #expect(try await transport.text(server.request("/x")) == "1")
            #expect(try await transport.text(server.request("/x")) == "2")
            #expect(try await transport.text(server.request("/x", headers: ["If-None-Match": "\"same\""])) == "3")
            #expect(server.requests.map { $0.header("If-None-Match") } == [nil, nil, "\"same\""])
        }
    }
}
