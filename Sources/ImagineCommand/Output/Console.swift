internal import Foundation
internal import ImageGenerators

/// Receives everything that the command prints. Control characters are removed first, so that no text of a server can steer
/// the terminal. Pass one of your own to receive the text in place of the process's output.
public struct Console: Sendable {
    /// Whether standard error is a terminal. Only then is there a line that shows the progress.
    public let isTerminal: Bool
    /// How many columns the terminal has; 1 or more.
    public let columns: Int
    /// Whether standard output is one: a person reads what a program would take.
    package var isOutputTerminal = false
    private let writeOutput: @Sendable (String) -> Void
    private let writeError: @Sendable (String) -> Void
    /// Why standard output took no more, where it did not.
    private var outputFailure = Locked<Int32?>(nil)

    /// Makes a console.
    /// - Parameters:
    ///   - isTerminal: Whether a person watches standard error.
    ///   - columns: How many columns that terminal has; less than 1 counts as 1.
    ///   - output: Writes to standard output.
    ///   - error: Writes to standard error.
    public init(
        isTerminal: Bool = false, columns: Int = 80, output: @escaping @Sendable (String) -> Void,
        error: @escaping @Sendable (String) -> Void
    ) {
        self.isTerminal = isTerminal
        self.columns = max(1, columns)
        writeOutput = output
        writeError = error
    }

    /// Why something that was to be read is not there, in the system's words; `nil` where all is, and where the reader went away.
    var loss: String? {
        guard let reason = outputFailure.withLock({ $0 }), reason != EPIPE else { return nil }
        return String(cString: strerror(reason))
    }

    /// Writes text to standard output. Its lines stay lines; what cannot be seen becomes a space.
    func output(_ text: String) { writeOutput(text.visible) }

    /// Writes text to standard error, as ``output(_:)`` does.
    func error(_ text: String) { writeError(text.visible) }

    /// Writes JSON text as a line of standard output. What cannot be seen is escaped, so that the values stay.
    func line(json: String) { writeOutput(json.escapingHidden + "\n") }

    /// Draws the line that changes, in place of the one that is there, as far as the terminal has columns.
    func draw(_ line: String) { writeError(Self.wipe + line.visible.onOneLine(columns: columns - 1)) }

    /// Wipes the line that changes.
    func erase() { writeError(Self.wipe) }

    private static let wipe = "\r\u{1B}[K"

    /// The process's own standard output and error.
    public static var standard: Console {
        let failure = Locked<Int32?>(nil)
        var console = Console(
            isTerminal: isatty(STDERR_FILENO) == 1, columns: terminalColumns,
            output: { text in
                guard let reason = put(text, into: STDOUT_FILENO) else { return }
                failure.withLock { $0 = $0 ?? reason }
            },
            error: { _ = put($0, into: STDERR_FILENO) })
        console.outputFailure = failure
        console.isOutputTerminal = isatty(STDOUT_FILENO) == 1
        return console
    }

    /// - Returns: Why not all was written.
    private static func put(_ text: String, into file: Int32) -> Int32? {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EAGAIN {
                // Another program may have left it so; whoever reads may be slow.
                var descriptor = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                _ = poll(&descriptor, 1, -1)
            } else if count < 0, errno != EINTR {
                return errno
            }
            rest = rest.dropFirst(max(0, count))
        }
        return nil
    }

    private static var terminalColumns: Int {
        var size = winsize()
        let answered = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0
        return answered && size.ws_col > 20 ? Int(size.ws_col) : 80
    }
}

extension String {
    private var isPlain: Bool { utf8.allSatisfy { 0x20...0x7E ~= $0 || $0 == 0x0A } }

    /// The text with spaces in place of what cannot be seen, but for the ends of lines.
    fileprivate var visible: String {
        if isPlain { return self }
        var clean = UnicodeScalarView()
        var isBehindReturn = false
        for scalar in unicodeScalars {
            // A return and a newline are one end of a line; a return alone would write over what stands there.
            if isBehindReturn, scalar != "\n" { clean.append(" ") }
            isBehindReturn = scalar == "\r"
            guard !isBehindReturn else { continue }
            clean.append(scalar.isHidden && scalar != "\n" ? " " : scalar)
        }
        if isBehindReturn { clean.append(" ") }
        return String(clean)
    }

    /// JSON text on one line with `\uXXXX` in place of what cannot be seen: it stands within strings only.
    fileprivate var escapingHidden: String {
        if utf8.allSatisfy({ 0x20...0x7E ~= $0 }) { return self }
        var escaped = ""
        for scalar in unicodeScalars {
            guard scalar.isHidden else {
                escaped.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return escaped
    }

    /// As much of the text as fits, whatever it is made of: ideographs and emojis are two columns wide, and one letter may
    /// carry a few accents, not a million.
    fileprivate func onOneLine(columns: Int) -> String {
        var line = ""
        var room = columns
        for character in self {
            let scalars = character == "\n" ? " ".unicodeScalars : character.unicodeScalars
            let isWide =
                scalars.first.map { $0.value >= 0x1100 && ($0.isIdeographic || $0.properties.isEmoji) } ?? false
            room -= isWide ? 2 : 1
            guard room >= 0 else { break }
            line.unicodeScalars.append(contentsOf: scalars.prefix(8))
        }
        return line
    }
}

extension Unicode.Scalar {
    /// Whether it belongs to the scripts of East Asia, whose characters take two columns.
    fileprivate var isIdeographic: Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
