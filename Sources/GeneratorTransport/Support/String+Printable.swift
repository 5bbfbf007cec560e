extension String {
    /// Text from elsewhere made fit for a terminal and for an error message: control characters (also the C1 set),
    /// marks that reorder text and whatever else cannot be seen become spaces, and what is longer than 500 characters is cut.
    package var printable: String { printable(limit: 500) }

    /// ``printable`` with another limit, in characters.
    package func printable(limit: Int) -> String {
        // Nearly every text is this one, and characters are slow to tell apart.
        let isPlain = withBytes { bytes in
            bytes.count <= limit && bytes.first != 0x20 && bytes.last != 0x20 && bytes.allSatisfy { 0x20...0x7E ~= $0 }
        }
        if isPlain { return self }
        var clean = UnicodeScalarView()
        for scalar in unicodeScalars.prefix(limit * 4) { clean.append(scalar.isHidden ? " " : scalar) }
        let text = String(clean).trimmingWhitespace()
        let isCut = text.count > limit || !unicodeScalars.dropFirst(limit * 4).isEmpty
        return isCut ? String(text.prefix(limit)) + "…" : text
    }
}
