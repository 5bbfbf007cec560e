import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

extension TransportContract {
    @Suite("Proxies", .paced)
    struct Proxies {
        private func proxy(_ text: String) throws -> HTTPProxy { try HTTPProxy(try #require(URL(string: text))) }

        @Test("a name and a password reach the proxy, and nobody else", arguments: TransportUnderTest.all)
        func credentials(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let relay = try LoopbackServer { _, responder in try await responder.respond(body: "relayed") }
            let transport = subject.make()
            var request = try server.request("/x", method: "POST", body: "y", intent: .create(nil))
            request.proxy = try proxy("http://user%40home:p%3Ass@127.0.0.1:\(relay.port)")
            #expect(try await transport.text(request) == "relayed")
            let seen = try #require(relay.requests.first)
            #expect(seen.method == "POST")
            #expect(seen.target == request.url.absoluteString)
            #expect(seen.body == Data("y".utf8))
            let token = Data("user@home:p:ss".utf8).base64EncodedString()
            #expect(seen.header("Proxy-Authorization") == "Basic \(token)")
            #expect(server.acceptedConnections == 0)
            request.proxy = nil
            #expect(try await transport.text(request) == "/x")
            #expect(server.requests.first?.header("Proxy-Authorization") == nil)
            #expect(relay.requests.count == 1)
        }

        @Test("who names himself to a proxy has a connection to himself", arguments: TransportUnderTest.all)
        func ownConnections(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let relay = try LoopbackServer { _, responder in try await responder.respond(body: "relayed") }
            let transport = subject.make()
            for name in ["ann", "bob", "ann"] {
                var request = try server.request()
                request.proxy = try proxy("http://\(name):secret@127.0.0.1:\(relay.port)")
                #expect(try await transport.text(request) == "relayed")
            }
            #expect(relay.acceptedConnections == 3)
        }

        @Test("each request takes its own", arguments: TransportUnderTest.all)
        func sideBySide(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let relays = try (0..<3).map { number in
                try LoopbackServer { _, responder in try await responder.respond(body: "\(number)") }
            }
            let transport = subject.make()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    var request = try server.request("/direct")
                    if number % 4 < 3 { request.proxy = try HTTPProxy(relays[number % 4].url) }
                    let expected = number % 4 < 3 ? "\(number % 4)" : "/direct"
                    group.addTask { [request] in
                        let answer = try await transport.text(request)
                        #expect(answer == expected)
                    }
                }
                try await group.waitForAll()
            }
            #expect(server.requests.count == 10)
        }

        @Test("SOCKS5, with and without a password", arguments: TransportUnderTest.all, [nil, "user:secret"])
        func socks(_ subject: TransportUnderTest, credentials: String?) async throws {
            let server = try LoopbackServer.echoingPaths()
            let tunnel = try TunnelServer(to: server.port, credentials: credentials)
            let login = credentials.map { "\($0)@" } ?? ""
            // Resolved here, where the one scheme is for, and there, where only the proxy can know the name.
            var request = try server.request("/here")
            request.proxy = try proxy("socks5://\(login)127.0.0.1:\(tunnel.port)")
            #expect(try await subject.make().text(request) == "/here")
            request.url = try #require(URL(string: "http://known-to-the-proxy.invalid:81/there"))
            request.proxy = try proxy("socks5h://\(login)127.0.0.1:\(tunnel.port)")
            #expect(try await subject.make().text(request) == "/there")
            #expect(
                tunnel.requests == ["SOCKS 127.0.0.1:\(server.port)", "SOCKS known-to-the-proxy.invalid:81"])
        }

        @Test(
            "a wrong password ends before anything reaches the server", arguments: TransportUnderTest.all,
            ["http", "socks5"])
        func refused(_ subject: TransportUnderTest, scheme: String) async throws {
            let server = try LoopbackServer.echoingPaths()
            let tunnel = try TunnelServer(to: server.port, credentials: "user:secret")
            let url = try #require(URL(string: scheme == "http" ? "https://a.invalid/" : server.url.absoluteString))
            var request = HTTPRequest(url: url, method: "POST", intent: .create(nil))
            request.proxy = try proxy("\(scheme)://user:wrong-word@127.0.0.1:\(tunnel.port)")
            let error = try await subject.make().failure(request)
            #expect(error.code == .connectionFailed)
            #expect(error.reachedServer == false)
            #expect(!error.message.contains("wrong-word"))
            if scheme == "http" { #expect(error.message.contains("407")) }
            #expect(server.acceptedConnections == 0)
        }

        @Test("a proxy that is not there", arguments: TransportUnderTest.all, ["http", "https", "socks5", "socks5h"])
        func dead(_ subject: TransportUnderTest, scheme: String) async throws {
            let server = try LoopbackServer.echoingPaths(), gone = try LoopbackServer.stopped()
            var request = try server.request()
            request.proxy = try proxy("\(scheme)://127.0.0.1:\(gone.port)")
            let error = try await subject.make().failure(request)
            #expect(error.code == (subject.proxySchemes.contains(scheme) ? .connectionFailed : .proxyUnsupported))
            #if os(Linux)
                #expect(error.message.contains("proxy"))
            #endif
            #expect(error.reachedServer == false)
            #expect(server.acceptedConnections == 0 && gone.acceptedConnections == 0)
        }

        @Test("what follows a create goes through the same tunnel", arguments: TransportUnderTest.all)
        func follow(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let tunnel = try TunnelServer(to: server.port)
            let transport = subject.make()
            let lease = HTTPConnectionLease()
            for (path, intent) in [("/create", HTTPRequest.Intent.create(lease)), ("/follow", .follow(lease))] {
                var request = try server.request(path, intent: intent)
                request.proxy = try proxy("socks5h://127.0.0.1:\(tunnel.port)")
                #expect(try await transport.text(request) == path)
            }
            #expect(tunnel.requests.count == 1)
            try await server.waitForHangUp()
        }

        #if os(macOS) || os(Linux)
            @Test(
                "an https proxy has to prove who it is before it hears anything",
                .enabled(if: TLSServer.isAvailable, "python3 or openssl is not on this machine"),
                arguments: TransportUnderTest.all.filter { $0.proxySchemes.contains("https") })
            func untrustedProxy(_ subject: TransportUnderTest) async throws {
                let server = try LoopbackServer.echoingPaths()
                let stranger = try await TLSServer()
                var request = try server.request(method: "POST", body: "y", intent: .create(nil))
                request.proxy = try proxy("https://user:secret@127.0.0.1:\(stranger.port)")
                let error = try await subject.make().failure(request)
                #expect(error.code == .tlsFailed)
                #expect(error.reachedServer == false)
                #expect(stranger.stop() == "")
                #expect(server.acceptedConnections == 0)
            }

            @Test(
                "a tunnel does not loosen TLS, and its proxy sees no header",
                .enabled(if: TLSServer.isAvailable, "python3 or openssl is not on this machine"),
                arguments: TransportUnderTest.all)
            func tls(_ subject: TransportUnderTest) async throws {
                let server = try await TLSServer()
                let tunnel = try TunnelServer(to: server.port, credentials: "user:secret")
                let url = try #require(URL(string: "https://127.0.0.1:\(server.port)/"))
                var request = HTTPRequest(url: url, headers: ["Authorization": "Bearer x"], intent: .create(nil))
                request.proxy = try proxy("http://user:secret@127.0.0.1:\(tunnel.port)")
                let error = try await subject.make().failure(request)
                #expect(error.code == .tlsFailed)
                #expect(error.reachedServer == false)
                #expect(server.stop() == "")
                let head = try #require(tunnel.requests.first)
                #expect(head.hasPrefix("CONNECT 127.0.0.1:\(server.port) HTTP/1.1\r\n"))
                #expect(!head.contains("Bearer"))
            }
        #endif
    }
}
