internal import Foundation
internal import ImageGenerators

/// The words of a command line, sorted: verb, operands, options.
struct Arguments: Sendable {
    let verb: Verb
    let operands: [String]
    private let values: [String: [String]]

    /// - Parameter words: The words behind the program's name.
    /// - Throws: ``UsageError`` that says which word is wrong.
    init(_ words: [String]) throws {
        var words = words[...]
        var verb = Verb.generate
        if let first = words.first, let named = Verb(rawValue: first) {
            verb = named
            words.removeFirst()
        }
        var operands: [String] = []
        var values: [String: [String]] = [:]
        while let word = words.popFirst() {
            if word == "--" {
                operands += words
                break
            }
            // A single hyphen is the operand for standard input.
            guard word.hasPrefix("-"), word != "-" else {
                operands.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let name = ["-h": "--help"][parts[0]] ?? parts[0]
            guard let option = verb.options.first(where: { $0.name == name }) else {
                throw UsageError(unknownOption: name, for: verb)
            }
            guard option.placeholder != nil else {
                guard parts.count == 1 else { throw UsageError("\(name) takes no value.") }
                values[name, default: []].append("")
                continue
            }
            guard let value = parts.count == 2 ? parts[1] : words.popFirst() else {
                throw UsageError("\(name) needs a value: \(name) \(option.placeholder ?? "").")
            }
            values[name, default: []].append(value)
        }
        self.verb = verb
        self.operands = operands
        self.values = values
        if has("--help") || has("--version") { return }
        let repeatable = ["--image", "--option", "--base-url", "--verbose", "--quiet", "--json"]
        if let twice = values.first(where: { $0.value.count > 1 && !repeatable.contains($0.key) })?.key {
            throw UsageError("\(twice) is given more than once.")
        }
        guard verb.operands.contains(operands.count) else {
            if operands.isEmpty { throw UsageError("Say what the picture should show: imagine \"a quiet harbour\".") }
            throw UsageError(
                verb.operands.upperBound == 0
                    ? "`imagine \(verb.rawValue)` takes no \"\(operands[0].printable(limit: 40))\"."
                    : "There is more than one word: put the prompt in quotes.")
        }
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
            throw UsageError(
                "\(name) takes a number from \(range.lowerBound.formatted()) to \(range.upperBound.formatted()).")
        }
        return value
    }

    /// A URL with a scheme and a host.
    func url(_ name: String) throws -> URL? {
        guard let text = text(name) else { return nil }
        guard let url = URL(string: text), HTTPOrigin(url) != nil else {
            throw UsageError("\(name) takes a URL such as http://127.0.0.1:7860.")
        }
        return url
    }

    /// `16:9`, `16x9` or `1.5`.
    func aspectRatio() throws -> Double? {
        guard let text = text("--aspect-ratio") else { return nil }
        let sides = text.split { ":x/".contains($0) }.compactMap { Double($0) }
        let ratio = sides.count == 2 ? sides[0] / sides[1] : Double(text) ?? .nan
        guard ratio.isFinite, ratio > 0 else { throw UsageError("--aspect-ratio takes a shape such as 16:9.") }
        return ratio
    }
}

/// A command line that makes no sense; exit status 64.
struct UsageError: Error, Sendable {
    let message: String

    init(_ message: String) { self.message = message }

    init(unknownOption name: String, for verb: Verb) {
        let near = verb.options.map(\.name).min { $0.editDistance(to: name) < $1.editDistance(to: name) }
        let hint = near.flatMap { $0.editDistance(to: name) <= 3 ? " Did you mean \($0)?" : nil } ?? ""
        let elsewhere = Verb.allCases.filter { $0.options.contains { $0.name == name } }.map(\.rawValue)
        message =
            elsewhere.isEmpty
            ? "There is no option \(name.printable(limit: 60)).\(hint)"
            : "\(name) belongs to `imagine \(elsewhere[0])`, not to `imagine \(verb.rawValue)`."
    }
}
