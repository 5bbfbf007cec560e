/// What went wrong in a ``LoopbackServer`` or in the code that uses it.
public struct LoopbackServerError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure. More may be added; compare with `==` and keep a default branch.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The stable name of the kind, for example `"disconnected"`.
        public let rawValue: String

        /// Makes a code from its stable name.
        /// - Parameter rawValue: The name; names that this version does not know are kept.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The port cannot be listened on: taken, forbidden, or no descriptor is left.
        public static let cannotListen = Code(rawValue: "cannotListen")
        /// The peer is gone, the connection was closed on this side, or the server was stopped.
        public static let disconnected = Code(rawValue: "disconnected")
        /// The condition of ``LoopbackServer/waitUntil(timeout:_:)`` did not come true in time.
        public static let timedOut = Code(rawValue: "timedOut")
        /// The response is not in the state that the call needs: a second `respond`, a `send` without `beginStream`,
        /// or any write after the request handler returned.
        public static let wrongOrder = Code(rawValue: "wrongOrder")
        /// The value that should be sent cannot be written as JSON.
        public static let notJSON = Code(rawValue: "notJSON")
    }

    /// The kind of failure.
    public let code: Code
    /// A sentence for people.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The code and the message.
    public var description: String { "\(code.rawValue): \(message)" }
}
