import BenchmarkLimits
import Foundation
import GeneratorTransport

/// Reads a multipart body in pieces of 16 KiB.
struct MultipartWork: Workload {
    /// Whether the body is only searched for line ends, by bare C.
    let isLimit: Bool

    func run(_ round: Round) async throws -> Figures {
        let body = Self.body(round.bytes, isText: round.prompt == "lines")
        let pieces = stride(from: 0, to: body.count, by: 16 << 10).map { start in
            Array(body[start..<min(start + (16 << 10), body.count)])
        }
        let clock = Usage.clock
        let found = isLimit ? pieces.reduce(0) { $0 + Int(limits_lines($1, $1.count)) } : try Self.read(pieces)
        let seconds = Usage.clock - clock
        guard isLimit || found == round.bytes + 2 else { throw BenchError("\(found) bytes were read.") }
        return ["rate": Double(body.count) / seconds, "seconds": seconds]
    }

    private static func read(_ pieces: [[UInt8]]) throws -> Int {
        var reader = try MultipartReader(contentType: "multipart/form-data; boundary=boundary")
        var size = 0
        for piece in pieces {
            try reader.append(piece) { event in
                if case .bytes(let bytes) = event { size += bytes.count }
            }
        }
        try reader.finish { _ in }
        return size
    }

    /// A document of two bytes, and a file.
    private static func body(_ size: Int, isText: Bool) -> [UInt8] {
        var chance = EventStreams.Chance()
        var body = Array("--boundary\r\nContent-Type: application/json\r\n\r\n{}\r\n--boundary\r\n\r\n".utf8)
        let end = body.count + size
        while body.count < end {
            if isText {
                body += "A line of a text that is neither long nor short.\r\n".utf8
            } else {
                withUnsafeBytes(of: chance.next()) { body += $0 }
            }
        }
        body.removeLast(body.count - end)
        body += "\r\n--boundary--\r\n".utf8
        return body
    }
}
