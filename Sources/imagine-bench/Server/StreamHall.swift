import Foundation
import GeneratorTesting
import GeneratorTransport

/// Event streams that stay open in silence, until events with the time of their departure are asked for.
final class StreamHall: Sendable {
    private struct State {
        var number = 0
        var open: [Int: LoopbackResponder] = [:]
    }

    private let state = Locked(State())

    /// - Returns: Whether it was for the hall.
    func answer(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws -> Bool {
        switch (request.method, request.path) {
        case ("POST", "/streams"):
            // The create that a client may want before its stream.
            try await responder.respond(json: "{}")
        case ("GET", "/streams"):
            try await responder.beginStream(headers: [("content-type", "text/event-stream")])
            let number = state.withLock { state in
                state.number += 1
                state.open[state.number] = responder
                return state.number
            }
            await responder.waitForDisconnect()
            state.withLock { $0.open[number] = nil }
        case ("GET", "/streams/events"):
            let count = request.queryItems.first { $0.name == "count" }?.value.flatMap { Int($0) } ?? 1
            try await responder.respond(json: "{}")
            // What the asking itself costs is over by then.
            try await Task.sleep(for: .milliseconds(100))
            try await send(count)
        default: return false
        }
        return true
    }

    /// One event each two milliseconds, to one stream after the other.
    private func send(_ count: Int) async throws {
        let streams = state.withLock { state in state.open.sorted { $0.key < $1.key }.map(\.value) }
        guard !streams.isEmpty else { return }
        for event in 0..<count {
            try await Task.sleep(for: .milliseconds(2))
            // Spread over all of them, where there are more streams than events.
            let stream = streams[count >= streams.count ? event % streams.count : event * streams.count / count]
            try await stream.send("data: \(Usage.nanoseconds)\n\n")
        }
    }
}
