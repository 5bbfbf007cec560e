internal import Foundation

extension String {
    /// The ways in which a service may repeat this text: as it is, escaped for JSON, a URL (what has to be, or every byte) or
    /// a page, and in base64 wherever it stands in what was encoded.
    var encodedForms: [String] {
        let unreserved = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        let percent = addingPercentEncoding(withAllowedCharacters: unreserved) ?? self
        let page = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")]
            .reduce(self) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
        let forms = [
            printable(limit: count), percent, percent.replacingOccurrences(of: "%20", with: "+"),
            addingPercentEncoding(withAllowedCharacters: CharacterSet()) ?? self, page,
            page.replacingOccurrences(of: "&#39;", with: "&#x27;"),
            escaped(asciiOnly: false), escaped(asciiOnly: true),
            escaped(asciiOnly: true).replacingOccurrences(of: "/", with: "\\/"),
        ]
        return Set(forms + base64Forms).filter { !$0.isEmpty }.sorted { $0.count > $1.count }
    }

    /// Three bytes make four letters, so there are three ways to stand in a longer text. The letters at the ends depend on
    /// the neighbours, and are left out.
    private var base64Forms: [String] {
        (0...2).flatMap { offset -> [String] in
            let data = Data(repeating: 0, count: offset) + Data(utf8)
            let own = data.base64EncodedString().prefix { $0 != "=" }.dropFirst([0, 2, 3][offset])
            let form = String(data.count % 3 == 0 ? own : own.dropLast())
            return [form, form.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")]
        }
    }

    private func escaped(asciiOnly: Bool) -> String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": text += "\\" + String(scalar)
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || asciiOnly && scalar.value > 0x7E:
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
