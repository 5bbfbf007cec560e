/// A text of which parts are found whatever the case of their letters and whatever stands for a space, and hidden.
struct FoldedText: Sendable {
    /// One number for each scalar; large letters as small ones, because `%2F` may come as `%2f`, and a space for what names of
    /// files have in its place.
    let letters: [UInt32]
    private let text: String
    private var isHidden: [Bool] = []

    init(_ text: String) {
        self.text = text
        letters = text.unicodeScalars.map { scalar in
            switch scalar {
            case "A"..."Z": return scalar.value + 0x20
            case "-", "_", "+": return 0x20
            case _ where scalar.isASCII: return scalar.value
            default: break
            }
            let small = scalar.properties.lowercaseMapping.unicodeScalars
            return small.count == 1 ? small.first?.value ?? scalar.value : scalar.value
        }
    }

    /// Hides some letters.
    mutating func hide(_ range: Range<Int>) {
        if isHidden.isEmpty { isHidden = Array(repeating: false, count: letters.count) }
        for index in range { isHidden[index] = true }
    }

    /// Hides every run of so many letters that the other text has as well; all of it, where it is shorter.
    /// - Parameters:
    ///   - other: The letters to look for.
    ///   - run: How many in a row count.
    ///   - limit: What has fewer letters counts as a word of its own only.
    mutating func hide(_ other: [UInt32], run: Int, wordsBelow limit: Int) {
        let length = min(run, other.count)
        guard length > 0, letters.count >= length else { return }
        var places: [UInt64: [Int]] = [:]
        Self.forEachRun(of: length, in: letters) { start, hash in
            if length >= limit || isWord(start..<start + length) { places[hash, default: []].append(start) }
        }
        guard !places.isEmpty else { return }
        var found: [Int] = []
        Self.forEachRun(of: length, in: other) { _, hash in
            // Once for each: a text of one letter matches everywhere.
            if let starts = places.removeValue(forKey: hash) { found += starts }
        }
        for start in found { hide(start..<start + length) }
    }

    /// Whether no letter or digit stands before or behind a part.
    func isWord(_ range: Range<Int>) -> Bool {
        func isLetter(_ index: Int) -> Bool {
            guard letters.indices.contains(index) else { return false }
            let value = letters[index]
            return 0x30...0x39 ~= value || 0x61...0x7A ~= value || value > 0x7F
        }
        return !isLetter(range.lowerBound - 1) && !isLetter(range.upperBound)
    }

    /// - Returns: The text with a mark in place of each part that is hidden; `nil` where nothing is.
    func hidden(as mark: String) -> String? {
        guard isHidden.contains(true) else { return nil }
        var shown = String.UnicodeScalarView()
        for (index, scalar) in text.unicodeScalars.enumerated() {
            if !isHidden[index] {
                shown.append(scalar)
            } else if index == 0 || !isHidden[index - 1] {
                shown.append(contentsOf: mark.unicodeScalars)
            }
        }
        return String(shown)
    }

    /// Goes over all runs of a length, each with a number that equal ones share.
    static func forEachRun(of length: Int, in letters: [UInt32], _ body: (Int, UInt64) -> Void) {
        guard letters.count >= length else { return }
        let base: UInt64 = 0x9E37_79B9_7F4A_7C15
        let power = (1..<length).reduce(UInt64(1)) { product, _ in product &* base }
        var hash: UInt64 = 0
        for (index, letter) in letters.enumerated() {
            if index >= length { hash &-= UInt64(letters[index - length]) &* power }
            hash = hash &* base &+ UInt64(letter)
            if index >= length - 1 { body(index - length + 1, hash) }
        }
    }
}
