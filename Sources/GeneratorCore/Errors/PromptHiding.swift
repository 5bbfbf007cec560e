extension GenerationRequest {
    /// The words that no error message may repeat, whoever says them: people paste such messages into bug reports.
    var words: [String] {
        ([prompt, negativePrompt].compactMap { $0 } + messages.map(\.text)).sorted { $0.count > $1.count }
    }
}

extension String {
    /// This text with `<prompt>` in place of a prompt, also where a service folded its lines or cut it short.
    func hiding(_ prompt: String) -> String {
        let prompt = Array(prompt.printable(limit: prompt.count))
        // Shorter ones say nothing and would riddle any sentence.
        guard prompt.count >= 3 else { return self }
        let text = Array(self), head = prompt.prefix(16)
        var hidden = ""
        var position = 0
        while position < text.count {
            let rest = text[position...]
            let length = rest.starts(with: head) ? zip(rest, prompt).prefix { $0 == $1 }.count : 0
            // A short prompt counts as a word of its own only: "art" is not in "start".
            let isPart =
                prompt.count < 8
                && (position > 0 && text[position - 1].isWordCharacter
                    || rest.dropFirst(length).first?.isWordCharacter ?? false)
            if length > 0, !isPart {
                hidden += "<prompt>"
                position += length
            } else {
                hidden.append(text[position])
                position += 1
            }
        }
        return hidden
    }
}

extension Character {
    fileprivate var isWordCharacter: Bool { isLetter || isNumber }
}
