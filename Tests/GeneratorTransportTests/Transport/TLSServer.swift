import Foundation
import GeneratorTransport
import TestPace
import Testing

#if os(macOS) || os(Linux)
    /// A TLS server on 127.0.0.1 whose certificates nobody has signed but themselves, run by Python. It prints what it is
    /// sent, answers whether the handshake before was a `full` one or `resumed` an earlier session, and ends with the test:
    /// when its standard input does.
    final class TLSServer: Sendable {
        enum Certificate: String {
            case first, second
            /// For another host.
            case elsewhere

            fileprivate var name: String { self == .elsewhere ? "DNS:elsewhere.invalid" : "IP:127.0.0.1" }
        }

        /// Whether this machine has what it takes.
        static var isAvailable: Bool { find("python3") != nil && find("openssl") != nil }

        private static let script = """
            import os, socket, ssl, sys, threading
            def start(certificate, key, version):
                global context
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.maximum_version = ssl.TLSVersion[version]
                context.load_cert_chain(certificate, key)
            def obey():
                for line in sys.stdin:
                    start(*line.split())
                    print("restarted", flush=True)
                os._exit(0)
            def serve(connection):
                try:
                    with context.wrap_socket(connection, server_side=True) as stream:
                        while stream.recv(65536):
                            print("received something", flush=True)
                            text = b"resumed" if stream.session_reused else b"full"
                            stream.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%s" % (len(text), text))
                        # A session whose connection ends without this is forgotten.
                        stream.unwrap()
                except OSError:
                    connection.close()
            listener = socket.create_server(("127.0.0.1", 0))
            start(*sys.argv[1:])
            print(listener.getsockname()[1], flush=True)
            threading.Thread(target=obey, daemon=True).start()
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
            """

        let port: UInt16
        private let process = Process()
        private let input = Pipe.uninherited()
        private let output = Pipe.uninherited()
        private let directory: Playground

        /// Starts a server with a certificate; `version` is the newest of TLS that it speaks, as Python calls it.
        init(_ certificate: Certificate = .first, version: String = "TLSv1_3") async throws {
            directory = try Playground()
            process.executableURL = try Self.existing("python3")
            process.arguments = try ["-c", Self.script] + Self.files(certificate, directory.directory) + [version]
            process.standardInput = input
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            port = try #require(UInt16(Self.line(output)))
        }

        /// Forgets all sessions and the keys behind them, as a server does that starts anew.
        func restart(_ certificate: Certificate = .first, version: String = "TLSv1_3") throws {
            let words = try Self.files(certificate, directory.directory) + [version]
            try input.fileHandleForWriting.write(contentsOf: Data((words.joined(separator: " ") + "\n").utf8))
            while try Self.line(output) != "restarted" {}
        }

        /// A file with certificates to trust.
        func authorities(_ certificates: [Certificate]) throws -> String {
            let file = directory.directory.appendingPathComponent("authorities-\(UUID().uuidString).pem")
            let all = try certificates.map { certificate in
                let files = try Self.files(certificate, directory.directory)
                return try Data(contentsOf: URL(fileURLWithPath: files[0]))
            }
            try Data(all.joined()).write(to: file)
            return file.path
        }

        /// A request to this server.
        func request(_ path: String = "/", intent: HTTPRequest.Intent = .create(nil)) throws -> HTTPRequest {
            let url = try #require(URL(string: "https://127.0.0.1:\(port)\(path)"))
            var request = HTTPRequest(url: url, method: "POST", body: Data("{}".utf8), intent: intent)
            if case .create = intent {} else { (request.method, request.body) = ("GET", nil) }
            request.idleTimeout = .seconds(120)
            return request
        }

        /// Stops the server and returns what it printed about requests.
        func stop() -> String {
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
            return String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).trimmingWhitespace()
        }

        /// The files with a certificate and its key, made where they are not there yet.
        private static func files(_ certificate: Certificate, _ directory: URL) throws -> [String] {
            let files = ["certificate", "key"].map {
                directory.appendingPathComponent("\(certificate.rawValue)-\($0).pem").path
            }
            guard !FileManager.default.fileExists(atPath: files[0]) else { return files }
            let openssl = Process()
            openssl.executableURL = try existing("openssl")
            openssl.arguments = [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=\(certificate.rawValue)", "-addext", "subjectAltName=\(certificate.name)", "-keyout",
                files[1], "-out", files[0],
            ]
            openssl.standardError = FileHandle.nullDevice
            openssl.standardOutput = FileHandle.nullDevice
            try openssl.run()
            openssl.waitUntilExit()
            return files
        }

        private static func line(_ output: Pipe) throws -> String {
            var line = Data()
            while line.last != UInt8(ascii: "\n") {
                let byte = output.fileHandleForReading.readData(ofLength: 1)
                try #require(!byte.isEmpty, "The server has ended.")
                line += byte
            }
            return String(decoding: line, as: UTF8.self).trimmingWhitespace()
        }

        private static func existing(_ name: String) throws -> URL {
            let found: URL? = find(name)
            return try #require(found)
        }

        private static func find(_ name: String) -> URL? {
            (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
                .map { URL(fileURLWithPath: String($0)).appendingPathComponent(name) }
                .first { FileManager.default.isExecutableFile(atPath: $0.path) }
        }
    }
#endif
