import Foundation
import GeneratorTransport
import Testing

#if os(macOS) || os(Linux)
    /// A TLS server on 127.0.0.1 whose certificate nobody has signed but itself, run by Python. It prints what it is
    /// sent, and ends with the test: when its standard input does.
    final class TLSServer: Sendable {
        /// Whether this machine has what it takes.
        static var isAvailable: Bool { find("python3") != nil && find("openssl") != nil }

        private static let script = """
            import os, socket, ssl, sys, threading
            threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(sys.argv[1], sys.argv[2])
            listener = socket.create_server(("127.0.0.1", 0))
            print(listener.getsockname()[1], flush=True)
            while True:
                connection, _ = listener.accept()
                try:
                    with context.wrap_socket(connection, server_side=True) as stream:
                        if stream.recv(65536): print("received something", flush=True)
                        stream.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n")
                except OSError:
                    connection.close()
            """

        let port: UInt16
        private let process: Process
        private let input = Pipe()
        private let output = Pipe()
        private let directory: Playground

        init() async throws {
            directory = try Playground()
            let key = directory.directory.appendingPathComponent("key.pem").path
            let certificate = directory.directory.appendingPathComponent("certificate.pem").path
            let openssl = Process()
            openssl.executableURL = try Self.existing("openssl")
            openssl.arguments = [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-keyout", key, "-out", certificate,
            ]
            openssl.standardError = FileHandle.nullDevice
            openssl.standardOutput = FileHandle.nullDevice
            try openssl.run()
            openssl.waitUntilExit()
            process = Process()
            process.executableURL = try Self.existing("python3")
            process.arguments = ["-c", Self.script, certificate, key]
            process.standardInput = input
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            var line = Data()
            while line.last != UInt8(ascii: "\n") {
                let piece = output.fileHandleForReading.availableData
                if piece.isEmpty { break }
                line += piece
            }
            port = try #require(UInt16(String(decoding: line, as: UTF8.self).trimmingWhitespace()))
        }

        /// Stops the server and returns what it printed about requests.
        func stop() -> String {
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
            return String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).trimmingWhitespace()
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
