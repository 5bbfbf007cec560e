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

    /// That a fresh connection costs a short handshake where an earlier request has been to the same server, and that this
    /// weakens nothing. Alone, because others would take the place that sessions are kept in.
    @Suite(
        "TLS sessions of CurlTransport", .paced, .alone,
        .enabled(if: TLSServer.isAvailable, "python3 or openssl is not on this machine"))
    struct CurlTLSTests {
        static let versions = ["TLSv1_2", "TLSv1_3"]

        private func transport(_ server: TLSServer, _ certificates: [TLSServer.Certificate]) throws -> CurlTransport {
            CurlTransport(clock: GeneratorClock(), authorities: try server.authorities(certificates))
        }

        @Test("each create has a connection of its own, and resumes the session of the one before", arguments: versions)
        func resumed(version: String) async throws {
            let server = try await TLSServer(version: version)
            let transport = try transport(server, [.first])
            #expect(try await transport.text(server.request()) == "full")
            for _ in 1...3 {
                #expect(try await transport.text(server.request()) == "resumed")
                let lease = HTTPConnectionLease()
                #expect(try await transport.text(server.request(intent: .create(lease))) == "resumed")
                #expect(try await transport.text(server.request(intent: .follow(lease))) == "resumed")
            }
        }

        @Test("what goes to other servers in between costs no session", arguments: versions)
        func severalServers(version: String) async throws {
            let servers = [try await TLSServer(version: version), try await TLSServer(version: version)]
            let plain = try LoopbackServer.echoingPaths()
            let transports = try servers.map { try transport($0, [.first]) }
            for round in 0..<3 {
                for (server, transport) in zip(servers, transports) {
                    let text = try await transport.text(server.request())
                    #expect(text == (round == 0 ? "full" : "resumed"))
                    #expect(try await transport.text(plain.request("/plain")) == "/plain")
                }
            }
        }

        @Test("creates side by side, and then again", arguments: versions)
        func sideBySide(version: String) async throws {
            let server = try await TLSServer(version: version)
            let transport = try transport(server, [.first])
            for _ in 0..<2 {
                let texts = try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<8 { group.addTask { try await transport.text(server.request()) } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(texts.count == 8)
            }
            #expect(try await transport.text(server.request()) == "resumed")
        }

        @Test("a server that has started anew gets a full handshake, also with another key", arguments: versions)
        func restarted(version: String) async throws {
            let server = try await TLSServer(version: version)
            let transport = try transport(server, [.first, .second])
            for certificate in [TLSServer.Certificate.first, .second, .first] {
                try server.restart(certificate, version: version)
                #expect(try await transport.text(server.request()) == "full")
                #expect(try await transport.text(server.request()) == "resumed")
            }
        }

        @Test("a server that nobody vouches for is refused, whatever was there before", arguments: versions)
        func impostor(version: String) async throws {
            let server = try await TLSServer(version: version)
            let transport = try transport(server, [.first])
            for certificate in [TLSServer.Certificate.second, .elsewhere] {
                #expect(try await transport.text(server.request()) != "")
                try server.restart(certificate, version: version)
                for _ in 1...2 { try await expectRefusal(of: server, by: transport) }
                try server.restart(version: version)
                #expect(try await transport.text(server.request()) == "full")
                #expect(try await transport.text(server.request()) == "resumed")
            }
        }

        @Test("a certificate for another host is refused each time, although it is trusted", arguments: versions)
        func otherHost(version: String) async throws {
            let server = try await TLSServer(.elsewhere, version: version)
            let transport = try transport(server, [.first, .elsewhere])
            for _ in 1...3 { try await expectRefusal(of: server, by: transport) }
            #expect(server.stop() == "")
        }

        @Test("a session is of no use to who does not trust the server", arguments: versions)
        func otherTrust(version: String) async throws {
            let server = try await TLSServer(version: version)
            let trusting = try transport(server, [.first])
            #expect(try await trusting.text(server.request()) == "full")
            for stranger in [CurlTransport(), try transport(server, [.second])] {
                for intent in [HTTPRequest.Intent.create(nil), .create(HTTPConnectionLease()), .read] {
                    try await expectRefusal(of: server, by: stranger, intent)
                    #expect(try await trusting.text(server.request()) != "")
                }
            }
        }

        @Test("a certificate that was added to those that are trusted counts at once", arguments: versions)
        func added(version: String) async throws {
            let server = try await TLSServer(version: version)
            let file = try server.authorities([.first])
            let transport = CurlTransport(clock: GeneratorClock(), authorities: file)
            #expect(try await transport.text(server.request()) == "full")
            try Data(contentsOf: URL(fileURLWithPath: server.authorities([.first, .second])))
                .write(to: URL(fileURLWithPath: file))
            try server.restart(.second, version: version)
            for _ in 1...2 { #expect(try await transport.text(server.request()) != "") }
        }

        @Test("the certificates that are trusted are not read again for each connection", arguments: versions)
        func readOnce(version: String) async throws {
            // Older ones read them each time.
            guard try Self.libcurl >= (7, 87) else { return }
            let server = try await TLSServer(version: version)
            let file = try server.authorities([.first])
            let transport = CurlTransport(clock: GeneratorClock(), authorities: file)
            #expect(try await transport.text(server.request()) == "full")
            try FileManager.default.removeItem(atPath: file)
            try server.restart(version: version)
            #expect(try await transport.text(server.request()) == "full")
        }

        @Test("who names himself to a proxy shares no session", arguments: versions)
        func proxy(version: String) async throws {
            let server = try await TLSServer(version: version)
            let tunnel = try TunnelServer(to: server.port, credentials: "user:secret")
            let transport = try transport(server, [.first])
            var request = try server.request()
            for _ in 1...2 {
                request.proxy = nil
                _ = try await transport.text(request)
                request.proxy = try HTTPProxy(
                    try #require(URL(string: "http://user:secret@127.0.0.1:\(tunnel.port)")))
                let text = try await transport.text(request)
                // Newer ones keep the sessions beside their handles.
                if try Self.libcurl < (8, 12) { #expect(text == "full") }
            }
            #expect(tunnel.requests.count == 2)
        }

        /// The version of libcurl.
        private static var libcurl: (Int, Int) {
            get throws {
                let function = try #require(dlsym(dlopen("libcurl.so.4", RTLD_NOW), "curl_version"))
                let version = unsafeBitCast(function, to: (@convention(c) () -> UnsafePointer<CChar>).self)
                // Such as `libcurl/7.88.1 OpenSSL/3.0.11`.
                let numbers = String(cString: version()).split(whereSeparator: { "/. ".contains($0) })
                return (try #require(Int(numbers[1])), try #require(Int(numbers[2])))
            }
        }

        private func expectRefusal(
            of server: TLSServer, by transport: CurlTransport, _ intent: HTTPRequest.Intent = .create(nil)
        ) async throws {
            let error = try await transport.failure(server.request(intent: intent))
            #expect(error.code == .tlsFailed)
            #expect(error.reachedServer == false)
        }
    }
#endif
