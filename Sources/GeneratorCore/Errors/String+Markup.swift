extension String {
    /// The words of a text that may hold markup: tags go, what stands between them stays, and entities become what they
    /// mean. What only looks like a tag (`<class 'int'>`, `a < b`) stays.
    var withoutMarkup: String {
        guard utf8.contains(UInt8(ascii: "<")) || utf8.contains(UInt8(ascii: "&")) else { return self }
        var words = UnicodeScalarView()
        var rest = Substring(self).unicodeScalars
        while let scalar = rest.popFirst() {
            if scalar == "<", let (tag, length) = Self.tag(rest) {
                rest = rest.dropFirst(length)
                if Self.breaks.contains(tag) { words.append(" ") }
            } else if scalar == "&", let (meaning, length) = Self.entity(rest) {
                rest = rest.dropFirst(length)
                words.append(meaning)
            } else {
                words.append(scalar)
            }
        }
        return String(words)
    }

    /// The tag that begins behind a `<`, and how long it is with its `>`.
    private static func tag(_ rest: Substring.UnicodeScalarView) -> (name: String, length: Int)? {
        let isEnd = rest.first == "/"
        let name = String(
            String.UnicodeScalarView(
                rest.dropFirst(isEnd ? 1 : 0).prefix(12).prefix {
                    $0.properties.isAlphabetic || ("1"..."6").contains($0)
                })
        ).lowercased()
        guard breaks.contains(name) || inline.contains(name) else { return nil }
        // No attribute is so long.
        guard let length = rest.prefix(1000).enumerated().first(where: { $0.element == ">" })?.offset else {
            return nil
        }
        let behind = rest.dropFirst(name.unicodeScalars.count + (isEnd ? 1 : 0)).first
        return behind.map { " \t\n\r/>".unicodeScalars.contains($0) } ?? false ? (name, length + 1) : nil
    }

    /// What the entity means that begins behind a `&`, and how long it is with its `;`.
    private static func entity(_ rest: Substring.UnicodeScalarView) -> (meaning: Unicode.Scalar, length: Int)? {
        guard let length = rest.prefix(10).enumerated().first(where: { $0.element == ";" })?.offset else { return nil }
        let name = String(String.UnicodeScalarView(rest.prefix(length)))
        let code: UInt32? =
            if name.lowercased().hasPrefix("#x") {
                UInt32(name.dropFirst(2), radix: 16)
            } else {
                name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
            }
        return (entities[name] ?? code.flatMap(Unicode.Scalar.init)).map { ($0, length + 1) }
    }

    private static let entities: [String: Unicode.Scalar] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "hellip": "…", "ndash": "–",
        "mdash": "—",
    ]
    private static let breaks: Set<String> = [
        "br", "p", "div", "li", "ul", "ol", "tr", "td", "th", "table", "hr", "pre", "h1", "h2", "h3", "h4", "h5", "h6",
    ]
    private static let inline: Set<String> = [
        "a", "b", "i", "u", "s", "em", "strong", "span", "code", "small", "sub", "sup", "font", "img", "mark", "center",
        "button", "svg", "path", "kbd", "del", "ins", "q",
    ]
}
