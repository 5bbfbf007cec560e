import Foundation

/// Where words go.
enum Console {
    /// Who has stopped reading, as `head` does, wants no more of it.
    static func output(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8)) }

    /// Beside the results.
    static func note(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8)) }
}
