import GeneratorTransport
import TestPace
import Testing

@Suite("Text made fit for a terminal", .paced)
struct PrintableTests {
    @Test(
        "control characters become spaces",
        arguments: [
            ("plain", "plain"), ("a\nb", "a b"), ("a\r\nb", "a  b"), ("a\tb", "a b"), ("a\0b", "a b"),
            ("\u{1B}[31mred\u{1B}[0m", "[31mred [0m"), ("a\u{7F}b", "a b"), ("a\u{9B}31mb", "a 31mb"),
            ("a\u{202E}b\u{202C}c", "a b c"), ("a\u{2066}b\u{2069}c", "a b c"), ("a\u{200F}b", "a b"),
            ("a\u{061C}b", "a b"), ("a\u{2028}b\u{2029}c", "a b c"), ("  a  ", "a"), ("\n\n", ""), ("", ""),
            ("Zürich 東京 🎨", "Zürich 東京 🎨"),
        ])
    func controls(text: String, expected: String) { #expect(text.printable == expected) }

    @Test("long text is cut, by characters")
    func cut() {
        #expect(String(repeating: "a", count: 500).printable.count == 500)
        #expect(String(repeating: "a", count: 501).printable == String(repeating: "a", count: 500) + "…")
        #expect("東京都".printable(limit: 2) == "東京…")
        #expect("👩‍👩‍👧‍👦ab".printable(limit: 1).hasSuffix("…"))
        // One letter under a million accents is one character, and still does not fill a terminal.
        let pile = "a" + String(repeating: "\u{301}", count: 1_000_000)
        #expect(pile.printable(limit: 10).unicodeScalars.count <= 50)
    }
}
