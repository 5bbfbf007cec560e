#if os(Linux)
    import BenchmarkLimits
    import Foundation
    import GeneratorTransport

    /// Sends small requests to a TLS server of OpenSSL's, which Python runs, and which says of each how it came.
    final class TLSWork: Workload {
        /// How a request comes to its connection.
        enum Connection: String, CaseIterable {
            /// On a fresh one, to a server that has forgotten the last.
            case full
            /// On a fresh one, with the session of the last.
            case resumed
            /// On the one of the last.
            case kept
        }

        private let connection: Connection
        private let isLimit: Bool
        private let authorities: String
        private let url: URL
        private let server: Locked<Child>

        /// - Parameter way: Version of TLS, kind of key, connection and client, such as `1.3/p256/resumed/curl`.
        /// - Throws: ``BenchError`` where Python or the program of OpenSSL is missing.
        init(way: String) throws {
            let words = way.split(separator: "/").map(String.init)
            guard words.count == 4, let connection = Connection(rawValue: words[2]) else {
                throw BenchError("unknown work tls \(way).")
            }
            self.connection = connection
            isLimit = words[3] == "limit"
            let folder = FileManager.default.temporaryDirectory
            let names = ["certificate", "key"].map { folder.appendingPathComponent("\($0)-\(UUID().uuidString)").path }
            try Self.makeCertificate(names, isRSA: words[1] == "rsa2048")
            authorities = try Self.authorities(with: names[0])
            let version = words[0] == "1.2" ? "TLSv1_2" : "TLSv1_3"
            let child = try Child(
                "/usr/bin/env", ["python3", "-c", Self.script] + names + [version, connection.rawValue], folder: folder)
            guard let port = Int(try child.line(within: 30)), let url = URL(string: "https://127.0.0.1:\(port)/") else {
                throw BenchError("the TLS server does not start.")
            }
            self.url = url
            server = Locked(child)
        }

        func run(_ round: Round) async throws -> Figures {
            isLimit ? try sendBare(round) : try await send(round)
        }

        private func send(_ round: Round) async throws -> Figures {
            let transport = CurlTransport(clock: GeneratorClock(), authorities: authorities)
            let request = HTTPRequest(
                url: url, method: "POST", body: Data("{}".utf8), intent: connection == .kept ? .read : .create(nil))
            _ = try await transport.send(request).body.collect(upTo: 100)
            let expected = Data(connection.rawValue.utf8)
            let processor = Usage.processor, clock = Usage.clock
            for _ in 0..<round.count {
                guard try await transport.send(request).body.collect(upTo: 100) == expected else {
                    throw BenchError("a request did not come by a connection that is \(connection.rawValue).")
                }
            }
            return Self.figures(round, processor, clock)
        }

        private func sendBare(_ round: Round) throws -> Figures {
            guard limits_curl_load() == 0,
                let easy = limits_requests_open(url.absoluteString, authorities, connection == .kept ? 0 : 1)
            else { throw BenchError("there is no libcurl.") }
            defer { limits_requests_close(easy) }
            let expected = CChar(bitPattern: connection.rawValue.utf8.first ?? 0)
            _ = limits_requests_send(easy, expected, 1)
            let processor = Usage.processor, clock = Usage.clock
            let count = limits_requests_send(easy, expected, Int32(round.count))
            guard count == round.count else {
                throw BenchError("\(count) of \(round.count) came by a connection that is \(connection.rawValue).")
            }
            return Self.figures(round, processor, clock)
        }

        private static func figures(_ round: Round, _ processor: Double, _ clock: Double) -> Figures {
            let count = Double(round.count)
            return ["cpu": (Usage.processor - processor) / count, "wall": (Usage.clock - clock) / count]
        }

        /// A file as a system has one: with all the authorities of the Web, which are dear to read.
        private static func authorities(with file: String) throws -> String {
            let own = try Data(contentsOf: URL(fileURLWithPath: file))
            let system = try? Data(contentsOf: URL(fileURLWithPath: "/etc/ssl/certs/ca-certificates.crt"))
            try ((system ?? Data()) + own).write(to: URL(fileURLWithPath: file + "-authorities"))
            return file + "-authorities"
        }

        private static func makeCertificate(_ files: [String], isRSA: Bool) throws {
            let kind = isRSA ? ["rsa:2048"] : ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
            let openssl = Process()
            openssl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            openssl.arguments =
                ["openssl", "req", "-x509", "-newkey"] + kind + [
                    "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
                    "-keyout", files[1], "-out", files[0],
                ]
            openssl.standardOutput = FileHandle.nullDevice
            openssl.standardError = FileHandle.nullDevice
            try openssl.run()
            openssl.waitUntilExit()
            guard openssl.terminationStatus == 0 else {
                throw BenchError("the program openssl is missing, or makes no certificate.")
            }
        }

        /// Two servers in turn, each of which knows nothing of the other's sessions, make every handshake a full one.
        private static let script = """
            import os, socket, ssl, sys, threading
            certificate, key, version, connections = sys.argv[1:]
            threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
            def context():
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.maximum_version = ssl.TLSVersion[version]
                context.load_cert_chain(certificate, key)
                return context
            contexts = [context() for _ in range(2 if connections == "full" else 1)]
            listener = socket.create_server(("127.0.0.1", 0))
            print(listener.getsockname()[1], flush=True)
            while True:
                contexts.reverse()
                connection, _ = listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                try:
                    with contexts[0].wrap_socket(connection, server_side=True) as stream:
                        text = b"resumed" if stream.session_reused else b"full"
                        while stream.recv(65536):
                            stream.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%s" % (len(text), text))
                            text = b"kept"
                        # A session whose connection ends without this is forgotten.
                        stream.unwrap()
                except OSError:
                    connection.close()
            """
    }
#endif
