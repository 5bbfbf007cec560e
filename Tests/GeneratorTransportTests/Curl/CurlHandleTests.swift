#if os(Linux)
    import Foundation
    import GeneratorTesting
    import GeneratorTransport
    import TestPace
    import Testing

    /// libcurl's handles are used again, and each keeps its options and its state until it is told otherwise.
    @Suite("libcurl's handles", .paced)
    struct CurlHandleTests {
        @Test(
            "nothing of a request shows in those that come later on the same handle",
            arguments: 1...4 as ClosedRange<UInt64>)
        func series(seed: UInt64) async throws {
            var random = SplitMix64(seed: seed)
            let shared = try HandleUse()
            var alone: [HandleUse.Kind: [String]] = [:]
            for kind in (HandleUse.Kind.allCases + HandleUse.Kind.allCases).shuffled(using: &random) {
                if alone[kind] == nil {
                    // Handles are used again for the same origin only, so that a new server has a new one.
                    let single = try HandleUse()
                    alone[kind] = try await single.perform(kind)
                }
                #expect(try await shared.perform(kind) == alone[kind], "\(kind)")
            }
        }

        @Test("each kind of request does what it is for")
        func kinds() async throws {
            let use = try HandleUse()
            for kind in HandleUse.Kind.allCases {
                let lines = try await use.perform(kind)
                #expect(lines.contains { $0.hasPrefix(kind.outcome) }, "\(kind): \(lines)")
            }
        }
    }

    /// A server, two proxies before it, and requests that differ in all that a handle can keep.
    struct HandleUse {
        enum Kind: CaseIterable {
            case read, head, emptyHeader, post, createAndFollow, patchNothing, upload, longBody, delete
            case relay, relayWithPassword, socksWithPassword, badProxy
            case cancelled, held, lost, malformed, deadConnection, lostFollow, oldServer

            /// What the outcome begins with.
            var outcome: String {
                switch self {
                case .head: "200 "
                case .relay, .relayWithPassword: "200 relayed"
                case .badProxy: "connectionFailed"
                case .cancelled, .held: "left"
                case .lost, .lostFollow: "connectionLost"
                case .malformed: "invalidResponse"
                default: "200 /"
                }
            }
        }

        private let server: LoopbackServer
        private let relay: LoopbackServer
        private let tunnel: TunnelServer
        private let gone: LoopbackServer
        private let file: URL
        private let folder: Playground
        private let transport = CurlTransport()

        init() throws {
            server = try LoopbackServer { request, responder in
                switch request.path {
                case "/endless":
                    try await responder.beginStream()
                    while true { try await responder.raw("1000\r\n\(String(repeating: "x", count: 4096))\r\n") }
                case "/lost": responder.close()
                case "/malformed": try await responder.raw("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n")
                case "/old": try await responder.raw("HTTP/1.0 200 OK\r\n\r\n/old")
                case "/last":
                    try await responder.respond(body: "/last")
                    responder.dropNextRequest()
                default: try await responder.respond(headers: [("Kept", request.path)], body: request.path)
                }
            }
            relay = try LoopbackServer { _, responder in try await responder.respond(body: "relayed") }
            tunnel = try TunnelServer(to: server.port, credentials: "user:secret")
            gone = try LoopbackServer.stopped()
            folder = try Playground()
            file = folder.directory.appendingPathComponent("body")
            try Data(repeating: 7, count: 300_000).write(to: file)
        }

        /// What servers and proxies saw of it, and how it ended, without what differs from server to server.
        func perform(_ kind: Kind) async throws -> [String] {
            let before = (server.requests.count, relay.requests.count, tunnel.requests.count)
            let outcome = try await outcome(of: kind)
            let seen =
                server.requests[before.0...].map { "server: \(text($0))" }
                + relay.requests[before.1...].map { "relay: \(text($0))" }
                + tunnel.requests[before.2...].map { "tunnel: \($0)" }
            return [outcome] + seen.map { $0.replacingOccurrences(of: ":\(server.port)", with: "") }
        }

        private func text(_ request: LoopbackRequest) -> String {
            let headers = request.headers.map { "\($0.name)=\($0.value)" }.sorted()
            return "\(request.method) \(request.target) \(headers) \(request.bodyLength ?? -1) "
                + String(decoding: request.body.prefix(20), as: UTF8.self)
        }

        private func outcome(of kind: Kind) async throws -> String {
            let lease = HTTPConnectionLease()
            var request: HTTPRequest
            switch kind {
            case .read: request = try server.request("/read?a=b", headers: ["X-Read": "1"])
            case .head: request = try server.request("/head", method: "HEAD")
            case .emptyHeader: request = try server.request("/empty", headers: ["X-Empty": "", "Accept": "text/plain"])
            case .post:
                request = try server.request(
                    "/post", method: "POST", headers: ["Content-Type": "text/plain"], body: "posted",
                    intent: .create(nil))
            case .createAndFollow:
                request = try server.request("/create", method: "POST", body: "{}", intent: .create(lease))
                _ = try await transport.text(request)
                request = try server.request("/follow", intent: .follow(lease))
            case .patchNothing: request = try server.request("/patch", method: "PATCH")
            case .upload:
                request = try server.request("/upload", method: "PUT", intent: .create(nil))
                request.bodyFile = file
            case .longBody:
                request = try server.request("/long", method: "POST", intent: .create(nil))
                request.body = Data(repeating: 8, count: 200_000)
            case .delete: request = try server.request("/delete", method: "DELETE", body: "deleted")
            case .relay:
                request = try server.request("/relay")
                request.proxy = try HTTPProxy(relay.url)
            case .relayWithPassword:
                request = try server.request("/relay", headers: ["Authorization": "Bearer x"])
                request.proxy = try HTTPProxy(url("http://ann:word@127.0.0.1:\(relay.port)"))
            case .socksWithPassword:
                request = try server.request("/socks")
                request.proxy = try HTTPProxy(url("socks5://user:secret@127.0.0.1:\(tunnel.port)"))
            case .badProxy:
                request = try server.request("/nowhere")
                request.proxy = try HTTPProxy(gone.url)
            case .cancelled, .held: return try await leave(waiting: kind == .held)
            case .lost: request = try server.request("/lost", intent: .create(nil))
            case .malformed: request = try server.request("/malformed", intent: .create(nil))
            case .deadConnection:
                // The next request dies on its connection, and is sent again on another.
                _ = try await transport.text(server.request("/last"))
                request = try server.request("/again")
            case .lostFollow:
                // This one is not.
                _ = try await transport.text(
                    server.request("/last", method: "POST", body: "{}", intent: .create(lease)))
                request = try server.request("/follow", intent: .follow(lease))
            case .oldServer: request = try server.request("/old")
            }
            do {
                let response = try await transport.send(request)
                return "\(response.status) \(try await response.text()) \(response.headers["Kept"] ?? "")"
            } catch let error as TransportError {
                // Ports and milliseconds are in libcurl's words.
                let message = error.message.filter { !$0.isNumber }
                return "\(error.code.rawValue) \(String(describing: error.reachedServer)) \(message)"
            }
        }

        /// Leaves a body that has no end, at once or when the transfer stands still.
        private func leave(waiting: Bool) async throws -> String {
            var request = try server.request("/endless")
            request.bufferLimit = 32 << 10
            do {
                let response = try await transport.send(request)
                let transfer = try #require(response.body.source as? HTTPTransfer)
                if waiting { try await eventually { transfer.isHeld } }
            }
            try await server.waitUntil { snapshot in snapshot.openConnections <= 1 }
            return "left"
        }

        private func url(_ text: String) throws -> URL { try #require(URL(string: text)) }
    }
#endif
