import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

extension TransportContract {
    @Suite("What is refused before anything is sent", .paced)
    struct Refusals {
        /// A request that must not leave, made from one that may.
        struct Flaw: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let spoil: @Sendable (inout HTTPRequest) -> Void

            init(_ name: String, _ spoil: @escaping @Sendable (inout HTTPRequest) -> Void) {
                testDescription = name
                self.spoil = spoil
            }

            private static func header(_ what: String, _ name: String, _ value: String) -> Flaw {
                Flaw(what) { $0.headers.add(name, value) }
            }

            static let all =
                [
                    header("a line break in a value", "X-A", "one\r\nX-B: two"),
                    header("a bare line feed in a value", "X-A", "one\ntwo"),
                    header("a bare carriage return in a value", "X-A", "one\rtwo"),
                    header("NUL in a value", "X-A", "one\0two"),
                    header("NUL at the end of a value", "X-A", "one\0"),
                    header("DEL in a value", "X-A", "one\u{7F}two"),
                    header("a line break in a name", "X-A: 1\r\nX-B", "2"),
                    header("a colon in a name", "X:A", "1"), header("a blank in a name", "X A", "1"),
                    header("NUL in a name", "X\0", "1"), header("an empty name", "", "1"),
                    header("a name outside ASCII", "Ü", "1"),
                    Flaw("a line break in the method") { $0.method = "GET / HTTP/1.1\r\nX: 1\r\n\r\nGET" },
                    Flaw("a blank in the method") { $0.method = "GET /" }, Flaw("no method") { $0.method = "" },
                    Flaw("GET with a body") { $0.body = Data("x".utf8) },
                    Flaw("HEAD with a body") {
                        $0.method = "HEAD"
                        $0.body = Data("x".utf8)
                    },
                    Flaw("user and password") {
                        $0.url = $0.url.changed {
                            $0.user = "a"; $0.password = "b"
                        }
                    },
                    Flaw("a user") { $0.url = $0.url.changed { $0.user = "a" } },
                    Flaw("ftp") { $0.url = $0.url.changed { $0.scheme = "ftp" } },
                    Flaw("file") { $0.url = URL(fileURLWithPath: "/etc/hostname") },
                    Flaw("data") { $0.url = URL(string: "data:,x") ?? $0.url },
                    Flaw("no scheme") { $0.url = URL(string: "//127.0.0.1/") ?? $0.url },
                    Flaw("no host") { $0.url = URL(string: "http:///x") ?? $0.url },
                    Flaw("port 0") { $0.url = $0.url.changed { $0.port = 0 } },
                    Flaw("port 70000") { $0.url = $0.url.changed { $0.port = 70_000 } },
                ]
                + [
                    "Host", "content-length", "Transfer-Encoding", "Connection", "Keep-Alive", "Expect", "Upgrade",
                    "TE", "Trailer", "Proxy-Authorization", "Proxy-Connection",
                ].map { header("the reserved name \($0)", $0, "1") }
        }

        @Test("a request that cannot be sent as it is", arguments: TransportUnderTest.all, Flaw.all)
        func invalid(_ subject: TransportUnderTest, flaw: Flaw) async throws {
            let server = try LoopbackServer.echoingPaths()
            var request = try server.request(headers: ["X-Secret": "hush"])
            flaw.spoil(&request)
            let error = try await subject.make().failure(request)
            #expect(error.code == .invalidRequest)
            #expect(error.reachedServer == false)
            #expect(!error.description.contains("hush"))
            #expect(!error.description.contains("two"))
            #expect(server.acceptedConnections == 0)
        }

        @Test("a scheme in upper case works", arguments: TransportUnderTest.all)
        func upperCaseScheme(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let url = try #require(URL(string: "HTTP://127.0.0.1:\(server.port)/x#y"))
            let response = try await subject.make().send(HTTPRequest(url: url))
            #expect(response.url.absoluteString == "\(server.url)/x")
            #expect(try await String(decoding: response.body.collect(upTo: 100), as: UTF8.self) == "/x")
        }

        @Test("a URL without a path works", arguments: TransportUnderTest.all)
        func noPath(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            #expect(try await subject.make().text(server.request("")) == "/")
            #expect(try await subject.make().text(server.request("?a=1")) == "/")
        }

        @Test("a proxy is used", arguments: TransportUnderTest.all)
        func proxy(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let relay = try LoopbackServer { _, responder in try await responder.respond(body: "through the proxy") }
            var request = try server.request("/x")
            request.proxy = try HTTPProxy(relay.url)
            #expect(try await subject.make().text(request) == "through the proxy")
            #expect(relay.requests.map(\.target) == [request.url.absoluteString])
            #expect(server.acceptedConnections == 0)
        }

        @Test("an IPv6 literal is connected to", arguments: TransportUnderTest.all)
        func ipv6(_ subject: TransportUnderTest) async throws {
            let gone = try LoopbackServer.stopped()
            let url = try #require(URL(string: "http://[::1]:\(gone.port)/"))
            let error = try await subject.make().failure(HTTPRequest(url: url))
            #expect(error.code == .connectionFailed)
            #expect(error.reachedServer == false)
            #expect(gone.acceptedConnections == 0)
        }
    }
}

extension URL {
    fileprivate func changed(_ change: (inout URLComponents) -> Void) -> URL {
        guard var parts = URLComponents(url: self, resolvingAgainstBaseURL: true) else { return self }
        change(&parts)
        return parts.url ?? self
    }
}
