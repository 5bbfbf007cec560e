internal import Foundation

/// One turn of a conversation: text, pictures, or both.
public struct ChatMessage: Sendable, Hashable, Codable {
    /// Who speaks.
    public struct Role: RawRepresentable, Sendable, Hashable, Codable {
        /// The role's name in lower case.
        public let rawValue: String

        /// Makes a role.
        /// - Parameter rawValue: The name; compared in lower case.
        public init(rawValue: String) { self.rawValue = rawValue.lowercased() }

        /// The person.
        public static let user = Role(rawValue: "user")
        /// The model.
        public static let assistant = Role(rawValue: "assistant")
        /// Instructions for the model.
        public static let system = Role(rawValue: "system")
    }

    /// A part of a turn.
    public enum Part: Sendable, Hashable, Codable {
        /// Text.
        case text(String)
        /// A picture.
        case image(ImageInput)
    }

    /// Who speaks.
    public var role: Role
    /// What is said and shown, in order.
    public var parts: [Part]

    /// Makes a turn of several parts.
    /// - Parameters:
    ///   - role: Who speaks.
    ///   - parts: What is said and shown.
    public init(role: Role, parts: [Part]) {
        self.role = role
        self.parts = parts
    }

    /// Makes a turn of text.
    /// - Parameters:
    ///   - role: Who speaks.
    ///   - text: What is said.
    public init(role: Role, _ text: String) { self.init(role: role, parts: [.text(text)]) }

    /// A turn of the person.
    /// - Parameter text: What is said.
    /// - Returns: The turn.
    public static func user(_ text: String) -> ChatMessage { ChatMessage(role: .user, text) }

    /// A turn of the model.
    /// - Parameter text: What is said.
    /// - Returns: The turn.
    public static func assistant(_ text: String) -> ChatMessage { ChatMessage(role: .assistant, text) }

    /// Instructions for the model.
    /// - Parameter text: What is said.
    /// - Returns: The turn.
    public static func system(_ text: String) -> ChatMessage { ChatMessage(role: .system, text) }

    /// The text parts, joined by newlines.
    public var text: String {
        parts.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(separator: "\n")
    }

    /// The pictures.
    public var images: [ImageInput] {
        parts.compactMap { if case .image(let image) = $0 { image } else { nil } }
    }
}

extension [ChatMessage] {
    /// The prompt for a picture: the user messages at the end, each trimmed, joined by newlines. It stops at the first
    /// message from the end that is not the user's.
    public var picturePrompt: String {
        reversed().prefix { $0.role == .user }.reversed()
            .map { $0.text.trimmingWhitespace() }.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// The prompt for a text: a single message as it is; of several a transcript with a line for each and a last
    /// `Assistant:` for the model to go on from.
    public var transcript: String {
        guard count > 1 else { return first?.text ?? "" }
        return map { "\($0.role.rawValue.capitalized): \($0.text)" }.joined(separator: "\n") + "\nAssistant:"
    }
}
