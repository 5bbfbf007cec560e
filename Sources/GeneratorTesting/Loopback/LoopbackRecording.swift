package import Foundation
internal import GeneratorTransport

/// A whole answer that a handler gave, kept in memory in place of being sent: to be sent as it is, or with a lie in it.
package struct LoopbackRecording: Sendable {
    /// The status.
    package var status: Int
    /// The header fields as written, those about the framing left out.
    package var headers: [(String, String)]
    /// The body, without its framing.
    package var body: Data

    package init(status: Int = 200, headers: [(String, String)] = [], body: Data) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Lets a handler answer into memory.
    /// - Parameters:
    ///   - request: What is answered.
    ///   - responder: The real connection: a handler that waits for its client to leave waits for that one's.
    ///   - handler: Answers; what it throws is an answer of 500.
    package init(
        of request: LoopbackRequest, before responder: LoopbackResponder,
        by handler: @Sendable (LoopbackRequest, LoopbackResponder) async throws -> Void
    ) async {
        let memory = Memory(client: responder)
        let recorder = LoopbackResponder(request: request, channel: memory)
        do {
            try await handler(request, recorder)
        } catch {
            _ = await recorder.concludeFailed()
        }
        self.init(bytes: memory.bytes)
    }

    private init(bytes: Data) {
        let end = bytes.range(of: Data("\r\n\r\n".utf8))
        let head = String(decoding: bytes[..<(end?.lowerBound ?? bytes.endIndex)], as: UTF8.self)
        let lines = head.components(separatedBy: "\r\n")
        status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 500
        var fields = lines.dropFirst().compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (String(line[..<colon]), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
        }
        let isChunked = fields.contains { $0.0 == "transfer-encoding" }
        fields.removeAll { ["transfer-encoding", "content-length", "connection", "server"].contains($0.0) }
        headers = fields
        let content = end.map { Data(bytes[$0.upperBound...]) } ?? Data()
        body = isChunked ? Self.withoutChunks(content) : content
    }

    private static func withoutChunks(_ content: Data) -> Data {
        var rest = content, body = Data()
        while let line = rest.range(of: Data("\r\n".utf8)),
            let count = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16), count > 0,
            rest.endIndex - line.upperBound >= count
        {
            body += rest[line.upperBound..<(line.upperBound + count)]
            rest = Data(rest[(line.upperBound + count)...].dropFirst(2))
        }
        return body
    }

    private final class Memory: LoopbackWire {
        private let client: LoopbackResponder
        private let state = Locked((bytes: Data(), isClosed: false))

        init(client: LoopbackResponder) { self.client = client }

        var bytes: Data { state.withLock { $0.bytes } }
        var bytesSent: Int { bytes.count }

        func write(_ bytes: Data) async throws {
            try state.withLock { state in
                guard !state.isClosed else {
                    throw LoopbackServerError(.disconnected, "The recording is over.")
                }
                state.bytes += bytes
            }
        }

        func close(reset: Bool) { state.withLock { $0.isClosed = true } }
        func waitForDisconnect() async { await client.waitForDisconnect() }
    }
}
