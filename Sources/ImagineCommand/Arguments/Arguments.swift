internal import Foundation
internal import ImageGenerators

/// The words of a command line, sorted: verb, operands, options.
struct Arguments: Sendable {
    let verb: Verb
    let operands: [String]
    private let values: [String: [String]]
    /// What the cookie file holds, once it was read.
    var cookies: CookieFile?

    /// - Parameter words: The words behind the program's name.
    /// - Throws: ``UsageError`` that says which word is wrong.
    init(_ words: [String]) throws {
        let isAlone = words.count == 1
        var words = words[...]
        var named: Verb?
        var operands: [String] = []
        var values: [String: [String]] = [:]
        var unknown: String?
        while let word = words.popFirst() {
            if word == "--" {
                operands += words
                break
            }
            // A single hyphen is the operand for standard input.
            guard word.hasPrefix("-"), word != "-" else {
                // Also behind options: `imagine --json models` must not become a picture of models.
                if named == nil, operands.isEmpty, let verb = Verb(rawValue: word) {
                    named = verb
                } else {
                    operands.append(word)
                }
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let name = ["-h": "--help"][parts[0]] ?? parts[0]
            guard let option = CommandOption.all.first(where: { $0.name == name }) else {
                unknown = unknown ?? name
                continue
            }
            guard option.placeholder != nil else {
                guard parts.count == 1 else { throw UsageError("\(name) takes no value.") }
                values[name, default: []].append("")
                continue
            }
            // The next option is no value: `--model --json` has forgotten one.
            let isGiven = words.first.map { !$0.hasPrefix("--") } ?? false
            guard let value = parts.count == 2 ? parts[1] : isGiven ? words.popFirst() : nil else {
                throw UsageError("\(name) needs a value: \(name) \(option.placeholder ?? "").")
            }
            values[name, default: []].append(value)
        }
        if let word = operands.first, operands.count == 1, isAlone, named == nil, let verb = Verb(nearly: word) {
            throw UsageError(
                "Did you mean `imagine \(verb.rawValue)`? For a picture of \(word.printable(limit: 40)) write `imagine generate "
                    + "\(word.printable(limit: 40))`.")
        }
        if isAlone, operands == ["version"] {
            throw UsageError(
                "Did you mean `imagine --version`? For a picture of version write `imagine generate version`.")
        }
        let verb = named ?? .generate
        let foreign = values.keys.sorted().first { name in !verb.options.contains { $0.name == name } }
        if let name = unknown ?? foreign { throw UsageError(unknownOption: name, for: verb) }
        self.verb = verb
        self.operands = operands
        self.values = values
        if has("--help") || has("--version") { return }
        let twice = verb.options.first { all($0.name).count > 1 && $0.placeholder != nil && !$0.isRepeatable }
        if let twice { throw UsageError("\(twice.name) is given more than once.") }
        guard verb.operands.contains(operands.count) else {
            if operands.isEmpty { throw UsageError(missingOperandOf: verb) }
            let near = named == nil ? Verb(nearly: operands[0]) : nil
            throw UsageError(superfluous: operands, for: verb, near: near)
        }
    }

    /// The command that help is asked for.
    func subject() throws -> Verb {
        guard let word = operands.first else { return .generate }
        guard let verb = Verb(rawValue: word) else {
            let words = Verb.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("There is no command \(word.printable(limit: 40)). The commands are: \(words).")
        }
        return verb
    }

    func has(_ name: String) -> Bool { values[name] != nil }

    func all(_ name: String) -> [String] { values[name] ?? [] }

    func text(_ name: String) -> String? { values[name]?.last }

    /// A whole number.
    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = text(name) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            let bounds =
                range.upperBound == .max ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
            throw UsageError("\(name) takes a whole number, \(bounds).")
        }
        return value
    }

    /// A number, fractions allowed.
    func number(_ name: String, in range: ClosedRange<Double>) throws -> Double? {
        guard let text = text(name) else { return nil }
        guard let value = Double(text), range.contains(value) else {
            throw UsageError("\(name) takes a number from \(range.lowerBound.plain) to \(range.upperBound.plain).")
        }
        return value
    }

    /// A URL with a scheme and a host.
    func url(_ name: String) throws -> URL? { try text(name).map { try url($0, of: name) } }

    func url(_ text: String, of name: String) throws -> URL {
        guard let url = URL(string: text), HTTPOrigin(url) != nil else {
            throw UsageError("\(name) takes a URL such as http://127.0.0.1:7860.")
        }
        return url
    }

    /// `16:9`, `16x9` or `1.5`.
    func aspectRatio() throws -> Double? {
        guard let text = text("--aspect-ratio") else { return nil }
        let sides = text.split(omittingEmptySubsequences: false) { ":x/".contains($0) }.map { Double($0) ?? .nan }
        let ratio = sides.count == 2 ? sides[0] / sides[1] : Double(text) ?? .nan
        guard ratio.isFinite, ratio > 0 else { throw UsageError("--aspect-ratio takes a shape such as 16:9.") }
        return ratio
    }
}

/// A command line that makes no sense; exit status 64.
struct UsageError: Error, Sendable {
    let message: String

    init(_ message: String) { self.message = message }

    fileprivate init(missingOperandOf verb: Verb) {
        message =
            switch verb {
            case .space: "Name a Space, or the URL of one: imagine space owner/name."
            case .resume: "Give the ticket that was printed when the run was interrupted: imagine resume TICKET."
            default: "Say what the picture should show: imagine \"a quiet harbour\"."
            }
    }

    fileprivate init(superfluous operands: [String], for verb: Verb, near: Verb?) {
        if let option = operands.dropFirst().first(where: { word in CommandOption.all.contains { $0.name == word } }) {
            message = "Behind -- everything is the prompt: \(option) and all other options stand before it."
            return
        }
        let word = (operands.last ?? "").printable(limit: 40)
        let isQuoted = operands.contains { $0.contains(" ") }
        let hint = near.map { " Or did you mean `imagine \($0.rawValue)`?" } ?? ""
        message =
            switch verb {
            case .generate, .demo:
                isQuoted
                    ? "There is more than one prompt, and one run takes one."
                    : "There is more than one word: put the prompt in quotes.\(hint)"
            case .providers: "`imagine providers` takes no \"\(word)\"; `imagine models \(word)` tells of one provider."
            default: "`imagine \(verb.rawValue)` takes no \"\(word)\"."
            }
    }

    /// What other programs call it.
    private static let habits = [
        "-o": "--output", "-n": "--count", "-s": "--seed", "-m": "--model", "-p": "--provider", "-q": "--quiet",
        "-v": "--verbose", "--size": "--width and --height",
    ]

    init(unknownOption name: String, for verb: Verb) {
        if let owner = Verb.allCases.first(where: { $0.options.contains { $0.name == name } }) {
            message = "\(name) belongs to `imagine \(owner.rawValue)`, not to `imagine \(verb.rawValue)`."
            return
        }
        // A beginning counts for as much as a slip of the finger: --out for --output.
        func distance(_ known: String) -> Int {
            name.count > 3 && known.hasPrefix(name) ? 1 : known.editDistance(to: name)
        }
        let near = verb.options.map(\.name).min { distance($0) < distance($1) }
        let guess = Self.habits[name] ?? near.flatMap { distance($0) <= 2 ? $0 : nil }
        let hint =
            name.contains(" ")
            ? " A prompt that begins with a hyphen goes behind --."
            : name == "--prompt"
                ? " The prompt stands by itself, in quotes." : guess.map { " Did you mean \($0)?" } ?? ""
        message = "There is no option \(name.printable(limit: 60)).\(hint)"
    }
}
