import GeneratorTransport

/// What the sessions said (`gr.State`).
final class SpaceMemory: Sendable {
    /// So many sessions are remembered, and so many turns of each.
    private static let sessionLimit = 2000
    private static let turnLimit = 1000

    private let turns = Locked<(of: [String: [String]], order: [String])>(([:], []))

    /// - Returns: All turns of the session.
    func append(_ text: String, to session: String) -> [String] {
        turns.withLock { turns in
            if turns.of[session] == nil {
                turns.order.append(session)
                if turns.order.count > Self.sessionLimit { turns.of[turns.order.removeFirst()] = nil }
            }
            let all = Array((turns.of[session, default: []] + [text]).suffix(Self.turnLimit))
            turns.of[session] = all
            return all
        }
    }
}
