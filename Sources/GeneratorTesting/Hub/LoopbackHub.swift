public import Foundation
import GeneratorTransport

/// The part of the Hugging Face Hub that clients of Spaces ask, in a box: a real server on 127.0.0.1 that says where a
/// Space runs, in which state it is, and gives the tokens of ZeroGPU.
///
/// ```swift
/// let space = try LoopbackSpace()
/// let hub = try LoopbackHub(space: space.url)
/// hub["owner/asleep"] = .sleeping
/// ```
///
/// | request | answer |
/// |---|---|
/// | `GET /spaces/{owner}/{name}` | a page that holds a token and a session's UUID |
/// | `GET /api/spaces/{owner}/{name}/jwt` | `{"token": …}` for those who send cookies or a token; else 401 |
/// | `GET /api/spaces/{owner}/{name}/host` | `{"host": …}`, the URL of the embedded Space |
/// | `GET /api/spaces/{owner}/{name}`, `…/runtime` | the state of the Space |
///
/// A state is all that the Hub knows. It does not stand between a client and the Space: a ``LoopbackSpace`` goes on making pictures
/// while the Hub says that it sleeps, and a client that has its pictures does not ask for the state. Where a state is to be noticed,
/// let a ``LoopbackServer`` that answers with a web page be the `space`, as <doc:TestingYourApp> shows.
///
/// What it was sent, for example in `Authorization` and `Cookie`, stands in the ``server``'s log of requests.
public final class LoopbackHub: Sendable {
    /// The state of a Space. More may be added; compare with `==` and keep a default branch.
    public struct SpaceState: RawRepresentable, Sendable, Hashable {
        /// The stage as the Hub names it, for example `RUNNING`; three more for those that not everybody sees.
        public let rawValue: String

        /// Makes a state.
        /// - Parameter rawValue: The stage as the Hub names it.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// It runs.
        public static let running = SpaceState(rawValue: "RUNNING")
        /// It sleeps, and wakes when it is visited.
        public static let sleeping = SpaceState(rawValue: "SLEEPING")
        /// It is being built.
        public static let building = SpaceState(rawValue: "BUILDING")
        /// Its owner stopped it.
        public static let paused = SpaceState(rawValue: "PAUSED")
        /// It is private and runs: without cookies or a token the answer is 401.
        public static let hidden = SpaceState(rawValue: "private")
        /// It is gated: the answer is 403.
        public static let gated = SpaceState(rawValue: "gated")
        /// There is no such Space: the answer is 404.
        public static let unknown = SpaceState(rawValue: "unknown")
    }

    /// The HTTP server itself, with every request that it has received.
    public let server: LoopbackServer
    /// The token on every Space's page.
    public let pageToken = "page-token-1"
    /// The UUID of the session on every Space's page.
    public let sessionUUID = "00000000-0000-4000-8000-000000000001"
    /// The token that a signed-in user gets.
    public let userToken = "user-token-1"
    private let states = Locked<[String: SpaceState]>([:])
    private let answers: HubAnswers

    /// Starts a Hub.
    /// - Parameters:
    ///   - port: The port; 0 for any free one.
    ///   - space: Where all its Spaces run, in whatever state.
    /// - Throws: ``LoopbackServerError`` where the port is taken.
    public init(port: UInt16 = 0, space: URL) throws {
        let states = states
        let answers = HubAnswers(
            space: space, pageToken: pageToken, sessionUUID: sessionUUID, userToken: userToken)
        self.answers = answers
        server = try LoopbackServer(port: port) { request, responder in
            try await answers.answer(request, responder) { name in states.withLock { $0[name] } ?? .running }
        }
    }

    /// Answers a request that another server received.
    package func answer(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        try await answers.answer(request, responder) { self[$0] }
    }

    /// Where the Hub runs.
    public var url: URL { server.url }

    /// The state of a Space: ``SpaceState/running`` until a test sets another one.
    /// - Parameter space: The Space's name, `owner/name`.
    public subscript(space: String) -> SpaceState {
        get { states.withLock { $0[space] } ?? .running }
        set { states.withLock { $0[space] = newValue } }
    }

    /// Closes every connection.
    public func stop() { server.stop() }

    deinit { stop() }
}
