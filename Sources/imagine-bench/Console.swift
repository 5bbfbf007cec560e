import Foundation

/// Where words go.
enum Console {
    /// Ends the program where nobody takes the results: `head` has what it wanted, or a disk is full.
    static func output(_ text: String) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
        } catch {
            exit(1)
        }
    }

    /// Beside the results.
    static func note(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8)) }
}
