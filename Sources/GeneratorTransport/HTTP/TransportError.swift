public import Foundation

/// What went wrong between this machine and a server, below the level of any one service's protocol.
///
/// Compare by ``code``; the ``message`` is for people and says what to do where there is something to do. It never
/// holds a header, a body or a credential.
public struct TransportError: Error, Sendable, LocalizedError, CustomStringConvertible {
    /// The kinds of failure. More may be added; compare with `==` and keep a default branch.
    public struct Code: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
        /// The stable name of the kind, for example `"connectionLost"`.
        public let rawValue: String

        /// Makes a code from its stable name.
        /// - Parameter rawValue: The name; names that this version does not know are kept.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The stable name.
        public var description: String { rawValue }

        /// The request cannot be sent as it is: a bad URL, method or header. Nothing was sent.
        public static let invalidRequest = Code(rawValue: "invalidRequest")
        /// The transport cannot route this request through the proxy that it names. Nothing was sent.
        public static let proxyUnsupported = Code(rawValue: "proxyUnsupported")
        /// What the transport itself needs is not on this machine. Nothing was sent.
        public static let transportUnavailable = Code(rawValue: "transportUnavailable")
        /// No connection came about: name not found, refused, unreachable. Nothing was sent.
        public static let connectionFailed = Code(rawValue: "connectionFailed")
        /// The connection broke after the request may have been sent, or the answer was cut short.
        public static let connectionLost = Code(rawValue: "connectionLost")
        /// The server's certificate or the TLS handshake failed. Nothing was sent.
        public static let tlsFailed = Code(rawValue: "tlsFailed")
        /// Nothing happened for longer than the request allows, or a deadline passed.
        public static let timedOut = Code(rawValue: "timedOut")
        /// The answer does not follow HTTP, or not the format that was asked for.
        public static let invalidResponse = Code(rawValue: "invalidResponse")
        /// A body, line, event or buffer grew past its limit.
        public static let responseTooLarge = Code(rawValue: "responseTooLarge")
        /// A redirect or download points somewhere that the policy forbids.
        public static let unsafeURL = Code(rawValue: "unsafeURL")
        /// A local file that should be sent cannot be read.
        public static let fileUnreadable = Code(rawValue: "fileUnreadable")
        /// A local file cannot be written.
        public static let fileUnwritable = Code(rawValue: "fileUnwritable")
    }

    /// The kind of failure.
    public let code: Code
    /// A sentence for people, without secrets.
    public let message: String
    /// Whether the server received the request: `true` where it answered or took a part of it, `false` when provably not,
    /// `nil` when unknown.
    public let reachedServer: Bool?
    /// The error of the layer below, if there was one.
    public let underlying: (any Error)?

    /// Describes a failure.
    /// - Parameters:
    ///   - code: The kind of failure.
    ///   - message: A sentence for people, without secrets.
    ///   - reachedServer: Whether the server received the request; `nil` when unknown. By default `false` for
    ///     the kinds that can only happen before anything is sent, else unknown.
    ///   - underlying: The error of the layer below.
    public init(_ code: Code, _ message: String, reachedServer: Bool? = nil, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
        let neverSent: Set<Code> = [
            .invalidRequest, .proxyUnsupported, .transportUnavailable, .connectionFailed, .tlsFailed, .fileUnreadable,
        ]
        self.reachedServer = reachedServer ?? (neverSent.contains(code) ? false : nil)
    }

    /// The message.
    public var errorDescription: String? { message }

    /// The code and the message.
    public var description: String { "\(code): \(message)" }
}
