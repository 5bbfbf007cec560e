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

    private struct Form: Sendable {
        let letters: [UInt32]
        /// So many letters in a row are no coincidence.
        let run: Int
        /// What has fewer letters counts as a word of its own only.
        let wordLimit: Int
    }

    private let prompts: [String]
    /// Made when they are first needed: most generations end without a word of the service's own.
    private let known = Locked<[Form]?>(nil)

    /// - Parameter prompts: What no text may repeat.
    package init(_ prompts: [String]) { self.prompts = prompts }

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
                    return Form(letters: letters, run: isDense ? 6 : 16, wordLimit: isDense ? 4 : 12)
                }
        }
    }

    /// The text with `<prompt>` in place of every part of a prompt.
    package func hidden(in text: String) -> String {
        guard !text.isEmpty, !prompts.isEmpty else { return text }
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
