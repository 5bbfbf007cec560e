import Foundation
import GeneratorTesting
import Gradio
import Testing

/// Asks an embedded Space byte by byte, without a client that might hide something.
struct QueuePeer {
    let space: LoopbackSpace
    let prefix: String

    init(_ release: GradioRelease = .v6, workers: Int = 16, queueLimit: Int? = nil) throws {
        try self.init(
            LoopbackSpace(
                release: release, heartbeat: .seconds(3600), workers: workers, queueLimit: queueLimit, pace: .zero),
            release)
    }

    init(_ space: LoopbackSpace, _ release: GradioRelease) {
        self.space = space
        prefix = release.version < GradioVersion("5.0") ? "" : "/gradio_api"
    }

    func post(
        _ path: String, _ body: String, type: String = "application/json", cookie: String? = nil
    ) async throws
        -> RawAnswer
    {
        let peer = try RawPeer(port: space.server.port)
        await peer.request(
            "POST \(path)", "Content-Type: \(type)", "Content-Length: \(body.utf8.count)",
            "Cookie: \(cookie ?? "")", body: body)
        return try await answer(peer)
    }

    func get(_ path: String, cookie: String = "") async throws -> RawAnswer {
        let peer = try RawPeer(port: space.server.port)
        await peer.request("GET \(path)", "Cookie: \(cookie)")
        return try await answer(peer)
    }

    private func answer(_ peer: RawPeer) async throws -> RawAnswer {
        let (text, _) = await peer.receive { RawAnswer($0)?.isComplete ?? false }
        return try #require(RawAnswer(Array(text.utf8), isOver: true))
    }

    /// Joins the queue with a small picture to be painted.
    func join(_ prompt: String, session: String, endpoint: Int = 2, seed: Int = 7) async throws -> RawAnswer {
        let settings = endpoint == 4 ? "256, 256, 3.5, 4" : "256, 256, 2"
        let arguments = endpoint == 7 ? "null, \"\(prompt)\"" : "\"\(prompt)\", \(seed), false, \(settings)"
        return try await post(
            "\(prefix)/queue/join",
            "{\"data\": [\(arguments)], \"fn_index\": \(endpoint), \"session_hash\": \"\(session)\"}")
    }

    /// Joins the queue.
    /// - Returns: The job's name.
    func job(_ prompt: String, session: String, endpoint: Int = 2) async throws -> String {
        let answer = try await join(prompt, session: session, endpoint: endpoint)
        return try #require(JSONValue(parsing: Data(answer.chunks.joined().utf8))["event_id"]?.string)
    }

    func cancel(_ id: String, session: String, endpoint: Int = 2) async throws {
        let answer = try await post(
            "\(prefix)/cancel",
            "{\"session_hash\": \"\(session)\", \"fn_index\": \(endpoint), \"event_id\": \"\(id)\"}")
        #expect(answer.chunks == ["{\"success\":true}"])
    }

    func stream(_ session: String) async throws -> QueueStream {
        let peer = try RawPeer(port: space.server.port)
        await peer.request("GET \(prefix)/queue/data?session_hash=\(session)")
        return QueueStream(peer: peer)
    }
}

/// The messages of a session.
struct QueueStream {
    let peer: RawPeer
    private var text = ""

    init(peer: RawPeer) { self.peer = peer }

    /// Waits until so many messages are there.
    mutating func messages(_ count: Int) async throws -> [JSONValue] {
        try await receive { $0.chunks.count >= count }
    }

    /// Waits for the end of the stream.
    mutating func messages() async throws -> [JSONValue] {
        try await receive { $0.isComplete }
    }

    private mutating func receive(until isEnough: @escaping @Sendable (RawAnswer) -> Bool) async throws -> [JSONValue] {
        let before = text
        let (more, _) = await peer.receive { bytes in
            RawAnswer(Array(before.utf8) + bytes).map(isEnough) ?? false
        }
        text += more
        let answer = try #require(RawAnswer(Array(text.utf8)))
        return try answer.chunks.map { chunk in
            try #require(chunk.hasPrefix("data: ") && chunk.hasSuffix("\n\n"))
            return try JSONValue(parsing: Data(chunk.dropFirst(6).utf8))
        }
    }
}

extension [JSONValue] {
    /// The kinds of the messages; of places in the queue also the place and the length.
    var kinds: [String] {
        map { message in
            let kind = message["msg"]?.string ?? ""
            guard kind == "estimation" else { return kind }
            return "\(message["rank"]?.integer ?? -1)/\(message["queue_size"]?.integer ?? -1)"
        }
        .filter { $0 != "progress" }
    }
}
