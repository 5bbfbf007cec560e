/// A setting that was not honoured as it was given, or something else worth knowing that did not stop the work.
public struct GenerationWarning: Sendable, Hashable, Codable {
    /// The kinds of warnings. More may be added.
    public struct Kind: RawRepresentable, Sendable, Hashable, Codable {
        /// The stable name.
        public let rawValue: String

        /// Makes a kind.
        /// - Parameter rawValue: The stable name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The model does not know the setting; it was left out.
        public static let unsupported = Kind(rawValue: "unsupported")
        /// The setting was changed to a value that the model takes.
        public static let adjusted = Kind(rawValue: "adjusted")
        /// Another model than the one named was taken.
        public static let modelReplaced = Kind(rawValue: "modelReplaced")
        /// Another provider than the one before was asked: ``requested`` and ``used`` name them.
        public static let providerReplaced = Kind(rawValue: "providerReplaced")
        /// The service said something that it meant as a warning.
        public static let service = Kind(rawValue: "service")
    }

    /// What kind of warning it is.
    public var kind: Kind
    /// The setting's name as ``GenerationRequest`` or ``ImageSize`` spells it, or a provider's own option, if it is about one.
    public var setting: String?
    /// What was asked for.
    public var requested: JSONValue?
    /// What was used instead.
    public var used: JSONValue?
    /// A sentence for people.
    public var message: String

    /// Makes a warning.
    /// - Parameters:
    ///   - kind: What kind of warning it is.
    ///   - setting: The setting's name.
    ///   - requested: What was asked for.
    ///   - used: What was used instead.
    ///   - message: A sentence for people; made fit for a terminal.
    public init(
        _ kind: Kind, setting: String? = nil, requested: JSONValue? = nil, used: JSONValue? = nil, _ message: String
    ) {
        self.kind = kind
        self.setting = setting
        self.requested = requested
        self.used = used
        self.message = message.printable
    }
}
