internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport
internal import Gradio

/// A conversation with JanusPro that can go on: the same session and the same GPU token of the Hub for every turn.
///
/// Pass the same conversation with each request; from the second turn on only the last user message is sent, because the
/// Space remembers the rest. One turn at a time.
///
/// What it holds belongs to the Space that answered. Another Space gets none of it: there the conversation begins anew with
/// all messages of the request, and a warning says so. A caller's own key is never kept.
public final class JanusProConversation: Sendable {
    /// What a turn has left for the next.
    struct Turn: Sendable {
        /// The Space that answered it.
        let place: URL
        /// The session's name there.
        let session: String?
        /// The token that the Hub gave for it; `nil` where there is none, or where the caller's own was sent.
        var token: ZeroGPUToken?
        /// Which of the Hub's users the token is for, as a number that tells nothing.
        let owner: Int
        let time: ContinuousClock.Instant
    }

    /// The Hub's tokens end after ten minutes.
    private static let tokenLife: Duration = .seconds(540)

    private let state = Locked<Turn?>(nil)

    /// Begins a conversation.
    public init() {}

    /// The session's name on the server, once a turn was answered.
    public var sessionID: String? { state.withLock { $0 }?.session }

    /// What the turns before have left for a Space.
    func turn(at place: URL) -> Turn? { state.withLock { $0?.place == place ? $0 : nil } }

    /// Whether a turn was answered by another Space than this.
    func isElsewhere(than place: URL) -> Bool { state.withLock { $0 != nil && $0?.place != place } }

    /// The token of the turns before, where it is for this Space and this user, and still good.
    func token(at place: URL, for credentials: GenerationCredentials) -> ZeroGPUToken? {
        guard let turn = turn(at: place), turn.owner == credentials.hubOwner,
            turn.time.duration(to: .now) <= Self.tokenLife
        else { return nil }
        return turn.token
    }

    /// Keeps what the next turn needs. A turn that failed leaves nothing: its words are sent again with the next.
    func keep(session: String?, token: ZeroGPUToken, at place: URL, for credentials: GenerationCredentials) {
        let token = token.isOfHub ? token : nil
        state.withLock { kept in
            // A token that went along again is as old as it was.
            let isSame = kept?.token != nil && kept?.token?.token == token?.token
            kept = Turn(
                place: place, session: session, token: token, owner: credentials.hubOwner,
                time: isSame ? kept?.time ?? .now : .now)
        }
    }
}

extension JanusProConversation: Equatable {
    /// Whether both are one and the same conversation.
    /// - Parameters:
    ///   - left: A conversation.
    ///   - right: Another one.
    /// - Returns: `true` for the same object.
    public static func == (left: JanusProConversation, right: JanusProConversation) -> Bool { left === right }
}

extension GenerationCredentials {
    /// Tells the Hub's users apart, within one process.
    fileprivate var hubOwner: Int { [hubToken, hubCookies].hashValue }
}
