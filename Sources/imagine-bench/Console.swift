import Foundation

/// Where words go.
enum Console {
    static func output(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    /// Beside the results.
    static func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
