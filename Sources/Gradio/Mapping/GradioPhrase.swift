/// A name or a label as words that can be compared: `num_imgs`, `Number of Images (1-4)` and `Number of images:` are the
/// same phrase.
struct GradioPhrase: Hashable, Sendable, CustomStringConvertible {
    /// The words, joined by spaces.
    let description: String

    /// - Parameter text: A name or a label. What stands in brackets, or behind a colon or a comma, explains it and is left out.
    init(_ text: String) {
        var words: [String] = []
        var word = ""
        var depth = 0
        func end() {
            if !word.isEmpty { words.append(word.lowercased()) }
            word = ""
        }
        // No label that means a setting is longer.
        scan: for character in text.prefix(200) {
            switch character {
            case "(", "[", "（", "【":
                depth += 1
                end()
            case ")", "]", "）", "】": depth = max(0, depth - 1)
            case _ where depth > 0: break
            case ":", ",", "：", "，":
                end()
                if !words.isEmpty { break scan }
            case _ where character.isLetter:
                // `guidanceScale`, and `image1`.
                if let last = word.last, (last.isLowercase && character.isUppercase) || last.isNumber { end() }
                word.append(character)
            case _ where character.isNumber:
                if word.last?.isLetter == true { end() }
                word.append(character)
            default: end()
            }
        }
        end()
        // In front an article is a name's own: `a_prompt` is another one than `prompt`.
        description = words.enumerated().filter { !Self.fillers.contains($1) || ($1 == "a" && $0 == 0) }.map(\.element)
            .map { Self.synonyms[$0] ?? $0 }
            .joined(separator: " ")
    }

    /// The phrase without a number or an ordinal, and the place that this gives it among its like: `image 2`, `second image`.
    var numbered: (phrase: String, number: Int)? {
        var words = description.split(separator: " ").map(String.init)
        if let last = words.last, let number = Int(last), words.count > 1, (0...99).contains(number) {
            words.removeLast()
            return (words.joined(separator: " "), number)
        }
        if let first = words.first, let number = Self.ordinals[first], words.count > 1 {
            words.removeFirst()
            return (words.joined(separator: " "), number)
        }
        return nil
    }

    /// Whether one of its words is this.
    func contains(_ word: String) -> Bool { description.split(separator: " ").contains { $0 == word } }

    private static let fillers: Set<String> = [
        "enter", "your", "the", "please", "here", "select", "choose", "of", "a", "an", "optional",
    ]
    private static let synonyms = [
        "num": "number", "img": "image", "imgs": "images", "neg": "negative", "randomise": "randomize",
        "colour": "color",
    ]
    private static let ordinals = [
        "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6,
    ]
}
