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
        // Characters are slow to tell apart. Where ASCII stands at both ends of what is left without ASCII's own spaces,
        // there is nothing else to take away.
        let isTrimmed = withBytes { bytes in
            guard let first = bytes.first, let last = bytes.last else { return true }
            return 0x21...0x7E ~= first && 0x21...0x7E ~= last
        }
        if isTrimmed { return self }
        var bytes = utf8[...]
        while let first = bytes.first, first == 0x20 || 0x09...0x0D ~= first { bytes.removeFirst() }
        while let last = bytes.last, last == 0x20 || 0x09...0x0D ~= last { bytes.removeLast() }
        if let first = bytes.first, let last = bytes.last, 0x21...0x7E ~= first, 0x21...0x7E ~= last {
            return bytes.count == utf8.count ? self : String(Substring(bytes))
        }
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
