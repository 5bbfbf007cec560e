/// A credential that never prints itself.
///
/// `print`, string interpolation, `dump` and debuggers show `<secret>`; only ``reveal()`` gives the text. White space
/// around it is removed, because a token read from a file ends in a newline that no header may carry.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    /// Wraps a credential.
    /// - Parameter text: The credential; white space and newlines around it are removed.
    public init(_ text: String) {
        self.text = text.trimmingWhitespace()
    }

    /// The credential itself, to be put into a header and nowhere else.
    /// - Returns: The text without surrounding white space.
    public func reveal() -> String { text }

    /// Whether nothing but white space was given.
    public var isEmpty: Bool { text.isEmpty }

    /// Always `<secret>`.
    public var description: String { "<secret>" }

    /// Always `<secret>`.
    public var debugDescription: String { "<secret>" }

    /// Shows no children, so that `dump` prints nothing of the credential.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension String {
    /// The text without white space and newlines at its ends.
    package func trimmingWhitespace() -> String {
        // What has an ASCII character at both ends that is none has none: characters are slow to tell apart.
        if let first = utf8.first, let last = utf8.last, 0x21...0x7E ~= first, 0x21...0x7E ~= last { return self }
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
