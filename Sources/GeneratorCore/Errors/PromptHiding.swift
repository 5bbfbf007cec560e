extension GenerationRequest {
    /// The words that no error message may repeat, whoever says them: people paste such messages into bug reports.
    var words: [String] { [prompt, negativePrompt].compactMap { $0 } + messages.map(\.text) }
}

/// Keeps what a person said out of what a service says, whole, cut, folded or encoded. The work for a text grows with the
/// length of both, and with nothing else.
package struct PromptHiding: Sendable {
    /// Shorter prompts say nothing, and would riddle any sentence.
    private static let shortestPrompt = 3
    /// What is shorter looks like anything once it is encoded.
    private static let shortestForm = 6
    /// So many letters in a row are no coincidence; where a letter is a word, fewer.
    private static let run = 16, denseRun = 6

    private struct Form: Sendable {
        let letters: [UInt32]
        /// How many letters in a row count.
        let run: Int
        /// What has fewer letters counts as a word of its own only.
        let wordLimit: Int
    }

    private let prompts: [String]
    /// What is shorter holds no part of any: most words of a service are, and are not looked at.
    private let shortestText: Int
    /// Made when they are first needed: most generations end without a word of the service's own.
    private let known = Locked<[Form]?>(nil)

    /// - Parameter prompts: What no text may repeat.
    package init(_ prompts: [String]) {
        self.prompts = prompts
        shortestText = prompts.map(Self.shortestPart).min() ?? .max
    }

    /// The fewest letters that count as a part of a prompt, or less. No form of a prompt has fewer than its plain letters.
    private static func shortestPart(of prompt: String) -> Int {
        var letters = 0, isMaybeDense = false
        for scalar in prompt.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9": letters += 1
            case _ where scalar.isASCII: break
            default:
                if scalar.properties.isAlphabetic { letters += 1 }
                isMaybeDense = isMaybeDense || scalar.value >= 0x2E80
            }
        }
        return min(letters, isMaybeDense ? denseRun : run)
    }

    private var forms: [Form] {
        known.withLock { known in
            let forms = known ?? Self.forms(of: prompts)
            known = forms
            return forms
        }
    }

    private static func forms(of prompts: [String]) -> [Form] {
        prompts.flatMap { prompt -> [Form] in
            let plain = FoldedText(prompt.printable(limit: prompt.count)).letters
            guard plain.count >= shortestPrompt else { return [] }
            return prompt.encodedForms.map { FoldedText($0).letters }
                .filter { $0.count >= shortestForm || $0 == plain }
                .map { letters in
                    // A service may cut a prompt anywhere, and quote its beginning, its middle or its end. Few letters
                    // (" of a picture of") stand in sentences of its own, and tell nobody what was asked. Where a letter
                    // is a word, as in Chinese, few say as much.
                    let isDense = letters.count { $0 >= 0x2E80 } * 2 > letters.count
                    return Form(letters: letters, run: isDense ? denseRun : run, wordLimit: isDense ? 4 : 12)
                }
        }
    }

    /// The text with `<prompt>` in place of every part of a prompt.
    package func hidden(in text: String) -> String {
        guard text.utf8.count >= shortestText, !text.isEmpty else { return text }
        let forms = forms
        var folded = FoldedText(text)
        for form in forms { folded.hide(form.letters, run: form.run, wordsBelow: form.wordLimit) }
        return folded.hidden(as: "<prompt>") ?? text
    }
}

extension GenerationError {
    /// The error with words that repeat no part of these prompts.
    package func hiding(_ prompts: PromptHiding) -> GenerationError {
        var error = self
        error.message = prompts.hidden(in: message)
        return error
    }
}

extension String {
    /// This text with `<prompt>` in place of every part of a prompt.
    func hiding(_ prompt: String) -> String { PromptHiding([prompt]).hidden(in: self) }
}
