internal import Foundation

/// Where the command writes. Tests pass one that remembers.
public struct Console: Sendable {
    /// Writes to standard output.
    public var output: @Sendable (String) -> Void
    /// Writes to standard error.
    public var error: @Sendable (String) -> Void
    /// Whether a person watches standard error: then there is a progress line.
    public var isTerminal: Bool
    /// How many columns that terminal has.
    public var columns: Int

    /// Makes a console.
    /// - Parameters:
    ///   - isTerminal: Whether a person watches standard error.
    ///   - columns: How many columns that terminal has.
    ///   - output: Writes to standard output.
    ///   - error: Writes to standard error.
    public init(
        isTerminal: Bool = false, columns: Int = 80, output: @escaping @Sendable (String) -> Void,
        error: @escaping @Sendable (String) -> Void
    ) {
        self.isTerminal = isTerminal
        self.columns = columns
        self.output = output
        self.error = error
    }

    /// The process's own standard output and error.
    public static var standard: Console {
        Console(
            isTerminal: isatty(STDERR_FILENO) == 1, columns: terminalColumns,
            output: { try? FileHandle.standardOutput.write(contentsOf: Data($0.utf8)) },
            error: { try? FileHandle.standardError.write(contentsOf: Data($0.utf8)) })
    }

    private static var terminalColumns: Int {
        var size = winsize()
        let answered = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0
        return answered && size.ws_col > 20 ? Int(size.ws_col) : 80
    }
}
