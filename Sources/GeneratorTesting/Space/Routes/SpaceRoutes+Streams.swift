import Foundation
import GeneratorTransport

extension SpaceRoutes {
    private static let streamType = [("content-type", "text/event-stream; charset=utf-8")]

    /// `GET queue/data?session_hash=…`
    func streamQueue(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        guard let session = request.queryItems.first(where: { $0.name == "session_hash" })?.value else {
            throw SpaceRefusal(
                "{\"type\":\"missing\",\"loc\":[\"query\",\"session_hash\"],\"msg\":\"Field required\",\"input\":null}")
        }
        let writer = Locked(SpaceQueueWriter(release: release))
        try await stream(
            session, heartbeat: SpaceQueueWriter.heartbeat, lost: writer.withLock { $0.lost },
            close: SpaceQueueWriter.close, every: release.queueInterval, responder
        ) { job, message in
            writer.withLock { $0.event(message, of: job) }
        }
    }

    /// `GET call/{name}/{event_id}`; the name does not matter.
    func streamCall(_ id: String, _ responder: LoopbackResponder) async throws {
        let writer = SpaceCallWriter(release: release)
        let session = release.findsCallsOfSessions ? engine.session(ofJob: id) ?? id : id
        try await stream(
            session, heartbeat: SpaceCallWriter.heartbeat, lost: writer.lost, close: nil, every: .zero, responder
        ) { _, message in
            writer.event(message)
        }
    }

    /// `GET heartbeat/{session_hash}`: the keep-alive of a session's state.
    func beat(_ responder: LoopbackResponder) async throws {
        try await responder.beginStream(headers: Self.streamType)
        try await responder.send("data: ALIVE\n\n")
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [heartbeat] in try await Self.repeated("data: ALIVE\n\n", every: heartbeat, responder) }
            group.addTask { await responder.waitForDisconnect() }
            _ = try? await group.next()
            group.cancelAll()
        }
    }

    /// Passes a session's messages on until none is left, or the reader leaves.
    private func stream(
        _ session: String, heartbeat text: String, lost: String, close: String?, every interval: Duration,
        _ responder: LoopbackResponder,
        event: @escaping @Sendable (_ job: String, SpaceMessage) -> String?
    ) async throws {
        try await responder.beginStream(headers: Self.streamType)
        guard let mailbox = engine.mailbox(of: session) else {
            try await responder.send(lost)
            // Real servers abort here: the chunked body never gets its end.
            return responder.close()
        }
        // A reader that hears the end may be gone before this end is known here: it has not left the session.
        let isOver = Locked(false)
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [heartbeat] in try await Self.repeated(text, every: heartbeat, responder) }
            group.addTask { await responder.waitForDisconnect() }
            // A session that has nothing more to say keeps its reader waiting for ever.
            group.addTask { [engine] in
                while let (job, message) = await mailbox.next(every: interval) {
                    if let event = event(job, message) { try await responder.send(event) }
                    if case .death = message {
                        isOver.withLock { $0 = true }
                        return responder.close()
                    }
                    guard message.isLast, engine.noteRead(job, in: session) else { continue }
                    if let close { try await responder.send(close) }
                    isOver.withLock { $0 = true }
                    return try await responder.end()
                }
            }
            // Whichever notices first that the reader is gone, a failed write or the connection, it means the same.
            _ = try? await group.next()
            group.cancelAll()
            if !isOver.withLock({ $0 }) { engine.leave(session) }
        }
    }

    private static func repeated(_ text: String, every interval: Duration, _ responder: LoopbackResponder) async throws
    {
        while true {
            try await Task.sleep(for: interval)
            try await responder.send(text)
        }
    }
}
