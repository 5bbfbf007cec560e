import Foundation
import GeneratorTesting

/// A picture of any size, and the state of a job that is never done.
struct Pictures: Sendable {
    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private let block = Data(repeating: 0x2A, count: 1 << 20)

    /// - Returns: Whether it was for this.
    func answer(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws -> Bool {
        switch (request.method, request.path) {
        case ("GET", "/picture"):
            let size = request.queryItems.first { $0.name == "bytes" }?.value.flatMap { Int($0) } ?? 0
            try await send(max(size, Self.signature.count), responder)
        case ("GET", "/status"): try await responder.respond(json: #"{"state":{"current":"processing"}}"#)
        default: return false
        }
        return true
    }

    /// Piece by piece: it need not be in memory at once.
    private func send(_ size: Int, _ responder: LoopbackResponder) async throws {
        try await responder.raw("HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: \(size)\r\n\r\n")
        try await responder.raw(Data(Self.signature))
        var left = size - Self.signature.count
        while left > 0 {
            try await responder.raw(left < block.count ? block.prefix(left) : block)
            left -= min(left, block.count)
        }
        try await responder.end()
    }
}
