internal import GeneratorCore
internal import GeneratorTransport

/// A conversation with JanusPro that can go on: the same session and the same GPU token for every turn.
///
/// Pass the same conversation with each request; from the second turn on only the last user message is sent, because the
/// Space remembers the rest. One turn at a time.
public final class JanusProConversation: Sendable {
    struct Turn: Sendable {
        var session: String?
        var token: ZeroGPUToken?
        var time = ContinuousClock.now
    }

    /// The Hub's tokens end after ten minutes.
    private static let tokenLife: Duration = .seconds(540)

    private let state = Locked(Turn())

    /// Begins a conversation.
    public init() {}

    /// The session's name on the server, once a turn was answered.
    public var sessionID: String? { turn.session }

    /// What the turns before have left.
    var turn: Turn {
        var turn = state.withLock { $0 }
        if turn.time.duration(to: .now) > Self.tokenLife { turn.token = nil }
        return turn
    }

    /// Keeps what the next turn needs. A turn that failed leaves nothing: its words are sent again with the next.
    func keep(session: String?, token: ZeroGPUToken) {
        state.withLock { kept in
            // A token that went along again is as old as it was.
            let time = kept.token?.token == token.token ? kept.time : .now
            kept = Turn(session: session, token: token, time: time)
        }
    }
}
