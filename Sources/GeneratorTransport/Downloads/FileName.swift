internal import Foundation

/// Makes file names out of text from servers and prompts.
package enum FileName {
    /// The longest name in bytes. Common file systems take 255, encrypting ones 143; an extension and a number follow.
    private static let limit = 120

    /// Names that mean a device to Windows, whatever extension follows.
    private static let devices: Set<String> = [
        "con", "prn", "aux", "nul", "conin$", "conout$",
        "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "com¹", "com²", "com³",
        "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "lpt¹", "lpt²", "lpt³",
    ]

    /// A name without an extension that is one plain, visible file name everywhere.
    ///
    /// Separators, characters that a file system or shell gives a meaning to, control characters, and all that is
    /// invisible or reorders text become `_`; it begins with neither a dot nor a dash, and the extension of a picture
    /// is taken off, because the bytes decide that.
    /// - Parameter text: Anything.
    /// - Returns: 1 to 121 bytes of UTF-8; `"image"` where nothing is left.
    package static func sanitised(_ text: String) -> String {
        var clean = String.UnicodeScalarView()
        var length = 0
        // Far more than fits, so that a huge text costs nothing.
        for scalar in text.unicodeScalars.prefix(limit * 8) {
            let plain = plain(scalar)
            if plain == "_" || plain == " ", clean.last == plain { continue }
            clean.append(plain)
        }
        var name = trimmed(clean)
        if let dot = name.lastIndex(of: "."), ImageFormat(promisedBy: String(name[dot...].dropFirst())) != nil {
            name = trimmed(name[..<dot])
        }
        let end = name.firstIndex { scalar in
            length += UTF8.width(scalar)
            return length > limit
        }
        name = trimmed(name[..<(end ?? name.endIndex)])
        let text = String(name)
        if text.allSatisfy({ $0 == "_" }) { return "image" }
        let stem = text.prefix { $0 != "." }.lowercased().trimmingWhitespace()
        return devices.contains(stem) ? "_" + text : text
    }

    /// The ending of a name from anywhere, as letters and digits; `nil` where it has none.
    package static func ending(of text: String) -> String? {
        guard let dot = text.lastIndex(of: "."), dot != text.startIndex else { return nil }
        let ending = text[dot...].dropFirst().lowercased()
        guard 1...10 ~= ending.utf8.count, ending.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
            return nil
        }
        return ending
    }

    private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if "/\\:*?\"<>|".unicodeScalars.contains(scalar) || scalar.properties.isDefaultIgnorableCodePoint { return "_" }
        return switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: "_"
        case .spaceSeparator: " "
        default: scalar
        }
    }

    /// Windows drops dots and spaces at the end; one at the beginning hides the file, a dash makes it an option.
    private static func trimmed(_ name: some BidirectionalCollection<Unicode.Scalar>) -> String.UnicodeScalarView {
        var rest = name[...]
        while let first = rest.first, first == "." || first == " " || first == "-" { rest.removeFirst() }
        while let last = rest.last, last == "." || last == " " { rest.removeLast() }
        return String.UnicodeScalarView(rest)
    }
}
