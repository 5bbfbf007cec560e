internal import Foundation
internal import GeneratorCore
internal import GeneratorTesting

extension Fault {
    /// Servers that bend HTTP.
    static let http: [Fault] = [
        odd("100 before the answer", []) { "HTTP/1.1 100 Continue\r\n\r\n" + $0 },
        odd("103 before the answer", []) { "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" + $0 },
        odd("199 before the answer", [.connectionLost, .invalidResponse]) { "HTTP/1.1 199 Odd\r\n\r\n" + $0 },
        odd("1,000 times 100 before the answer", [.connectionLost, .invalidResponse, .responseTooLarge]) {
            String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 1000) + $0
        },
        odd("101 to another protocol", broken) { "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n" + $0 },
        odd("HTTP/1.0", []) { $0.replacing("HTTP/1.1", with: "HTTP/1.0") },
        odd("HTTP/0.9", broken) { _ in "" },
        odd("HTTP/9.9", broken) { $0.replacing("HTTP/1.1", with: "HTTP/9.9") },
        odd("a status of four digits", broken) { $0.replacing(" 200 ", with: " 2000 ") },
        odd("folded header fields", broken) {
            $0.replacing("connection:", with: "x-folded: a\r\n b\r\n\tc\r\nconnection:")
        },
        odd("10,000 header fields", broken) { head in
            let fields = (0..<10_000).map { "x-\($0): y\r\n" }.joined()
            return head.replacing("connection:", with: fields + "connection:")
        },
        odd("NUL in a header field", broken) { $0.replacing("connection:", with: "x-nul: a\0b\r\nconnection:") },
        odd("an unknown transfer coding", broken.union([.timedOut])) {
            $0.replacing("content-length:", with: "transfer-encoding: wonder\r\nx-length:")
        },
        Fault(.http, "a header section without end", broken) { exchange in
            _ = await exchange.genuine()
            try await exchange.raw("HTTP/1.1 200 OK\r\nx: ")
            try await exchange.repeatForEver(Data(repeating: UInt8(ascii: "y"), count: 1 << 16))
        }.heavy,
        Fault(.http, "header fields without end", broken) { exchange in
            _ = await exchange.genuine()
            try await exchange.raw("HTTP/1.1 200 OK\r\n")
            try await exchange.repeatForEver(Data(String(repeating: "x: y\r\n", count: 10_000).utf8))
        }.heavy,
        coded("gzip that is none") { $0 },
        coded("gzip that is cut") { body in gzip(storing: body).dropLast(8 + body.count / 2) },
        coded("gzip without its end") { body in gzip(storing: body).dropLast(8) },
        coded("gzip that unpacks 150-fold") { _ in bomb }.heavy,
        changed("no content type") { $0.headers = [] },
        changed("a wrong content type") { $0.headers = [("content-type", "application/x-tar")] },
        changed("a content type of 100 KB") { $0.headers = [("content-type", String(repeating: "a/", count: 50_000))] },
        changed("a byte order mark") { $0.body = Data([0xEF, 0xBB, 0xBF]) + $0.body },
    ]

    static let broken: Set<GenerationError.Code> = [.connectionLost, .invalidResponse, .responseTooLarge]

    private static func odd(
        _ name: String, _ errors: Set<GenerationError.Code>, _ change: @escaping @Sendable (String) -> String
    ) -> Fault {
        Fault(.http, name, errors.union(errors.isEmpty ? [] : [.spaceUnavailable, .serviceError]), recovers: true) {
            exchange in
            let answer = await exchange.genuine()
            try await exchange.raw(change(exchange.head(answer)), answer.body)
            exchange.close()
        }
    }

    private static func coded(_ name: String, _ coding: @escaping @Sendable (Data) -> Data) -> Fault {
        changed(name) { answer in
            answer.headers.append(("content-encoding", "gzip"))
            answer.body = coding(answer.body)
        }.with { $0.phases.remove(.stream) }
    }

    /// An answer that is whole, and another than it should be.
    static func changed(
        _ name: String, _ kind: Kind = .http, in phases: Set<FaultPhase> = FaultPhase.all,
        _ errors: Set<GenerationError.Code> = broken.union([.spaceUnavailable]),
        _ change: @escaping @Sendable (inout LoopbackRecording) -> Void
    ) -> Fault {
        Fault(kind, name, in: phases, errors, recovers: true) { exchange in
            var answer = await exchange.genuine()
            change(&answer)
            try await exchange.send(answer)
        }
    }

    private static let gzipHead = Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3])

    /// Packed without being smaller; the sum at the end is none.
    private static func gzip(storing body: Data) -> Data {
        let body = body.prefix(60_000), low = UInt8(body.count & 0xFF), high = UInt8(body.count >> 8)
        return gzipHead + [1, low, high, ~low, ~high] + body + Data(count: 8)
    }

    /// A zero, then as often as there is room: 258 more of the same in 13 bits.
    private static let bomb: Data = {
        var bits: [Bool] = [false, true, false] + [false, false, true, true, false, false, false, false]
        let again = [true, true, false, false, false, true, false, true] + Array(repeating: false, count: 5)
        for _ in 0..<(8 * 50_000) { bits += again }
        var bytes = gzipHead
        for start in stride(from: 0, to: bits.count - 7, by: 8) {
            bytes.append((0..<8).reduce(0) { $0 | (bits[start + $1] ? UInt8(1 << $1) : 0) })
        }
        return bytes
    }()
}
