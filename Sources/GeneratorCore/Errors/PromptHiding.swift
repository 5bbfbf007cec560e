extension GenerationRequest {
    /// The words that no error message may repeat, whoever says them: people paste such messages into bug reports.
    var words: [String] {
        ([prompt, negativePrompt].compactMap { $0 } + messages.map(\.text)).sorted { $0.count > $1.count }
    }
}

extension String {
    /// Shorter prompts say nothing, and would riddle any sentence.
    private static let shortestPrompt = 3
    /// What is shorter looks like anything once it is encoded.
    private static let shortestForm = 6

    /// This text with `<prompt>` in place of every part of a prompt, whole, cut, folded or encoded. The work grows with the
    /// length of both, and with nothing else.
    func hiding(_ prompt: String) -> String {
        let plain = FoldedText(prompt.printable(limit: prompt.count)).letters
        guard !isEmpty, plain.count >= Self.shortestPrompt else { return self }
        var text = FoldedText(self)
        for form in prompt.encodedForms.map({ FoldedText($0).letters })
        where form.count >= Self.shortestForm || form == plain {
            // A service may cut a prompt anywhere, and quote its beginning, its middle or its end. So many letters in a row
            // are no coincidence; fewer (" of a picture of") stand in sentences of its own, and tell nobody what was asked.
            // Where a letter is a word, as in Chinese, few say as much.
            let isDense = form.count { $0 >= 0x2E80 } * 2 > form.count
            text.hide(form, run: isDense ? 6 : 16, wordsBelow: isDense ? 4 : 12)
        }
        return text.hidden(as: "<prompt>") ?? self
    }
}
