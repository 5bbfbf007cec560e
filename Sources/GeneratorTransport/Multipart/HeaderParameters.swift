/// A header's value with parameters behind it: `form-data; name="output"; filename="a.png"`.
struct HeaderParameters {
    /// What stands before the first semicolon, in lower case.
    let value: String
    private var parameters: [String: String] = [:]

    init(_ text: String) {
        var rest = text[...]
        value = String(rest.prefix { $0 != ";" }).trimmingWhitespace().lowercased()
        rest = rest.drop { $0 != ";" }
        while rest.popFirst() == ";" {
            let name = String(rest.prefix { $0 != "=" && $0 != ";" })
            rest = rest.dropFirst(name.count)
            guard rest.first == "=" else { continue }
            rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
            var found = ""
            if rest.first == "\"" {
                rest = rest.dropFirst()
                while let next = rest.popFirst(), next != "\"" {
                    if next == "\\", let escaped = rest.popFirst() { found.append(escaped) } else { found.append(next) }
                }
                rest = rest.drop { $0 != ";" }
            } else {
                let bare = rest.prefix { $0 != ";" }
                rest = rest.dropFirst(bare.count)
                found = String(bare).trimmingWhitespace()
            }
            let key = name.trimmingWhitespace().lowercased()
            // Of two equal names the first counts, as browsers have it.
            if parameters[key] == nil { parameters[key] = found }
        }
    }

    subscript(name: String) -> String? { parameters[name] }
}
