import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite(.paced)
struct FileNameTests {
    @Test(arguments: [
        ("A quiet harbour", "A quiet harbour"), ("image.webp", "image"), ("photo.JPEG", "photo"),
        ("a.tar.png", "a.tar"),
        ("page.html", "page.html"), ("v1.5", "v1.5"), ("Grüße, 世界 🏞", "Grüße, 世界 🏞"),
        ("", "image"), (" ", "image"), (".", "image"), ("..", "image"), ("...", "image"), ("/", "image"),
        ("//", "image"),
        ("___", "image"), (".png", "png"), ("..png", "png"), ("/.png", "image"), ("\0", "image"),
        ("../../etc/passwd", "_.._etc_passwd"), ("/etc/passwd", "_etc_passwd"), ("..\\..\\boot.ini", "_.._boot.ini"),
        ("C:\\Windows", "C_Windows"), ("a/b", "a_b"), (".bashrc", "bashrc"), (" .hidden", "hidden"), ("-rf", "rf"),
        (". - .x", "x"), ("a.", "a"), ("a. . ", "a"), ("a\u{0}b", "a_b"), ("a\r\nb\tc", "a_b_c"),
        ("a\u{1B}[31mb", "a_[31mb"),
        ("a\u{7F}\u{9B}b", "a_b"), ("gpj\u{202E}exe", "gpj_exe"), ("a\u{200B}\u{2066}\u{FEFF}b", "a_b"),
        ("a\u{2028}b", "a_b"), ("a\u{E0041}b", "a_b"), ("a\u{AD}b", "a_b"), ("a\u{E000}b", "a_b"),
        ("a\u{3164}b", "a_b"),
        ("what? \"a\" <b> | *c*", "what_ _a_ _b_ _ _c_"), ("a\u{A0}\u{3000}b", "a b"), ("a:stream", "a_stream"),
        ("CON", "_CON"), ("nul.txt", "_nul.txt"), ("Com1.png", "_Com1"), ("lpt9 .x", "_lpt9 .x"), ("aux.", "_aux"),
        ("com¹", "_com¹"), ("console", "console"), ("COM10", "COM10"), ("%2e%2e%2fx", "%2e%2e%2fx"), ("~root", "~root"),
        ("a.png.jpg", "a.png"), ("a .png", "a"), ("\u{202E}", "image"), ("\u{FF0F}", "\u{FF0F}"),
    ])
    func hostileNames(_ text: String, _ name: String) {
        #expect(FileName.sanitised(text) == name)
    }

    @Test(arguments: ["a", "é", "世", "🏞", "e\u{301}", "👩‍👩‍👧‍👦", " a", "a.", "_", "a/"])
    func lengthIsLimitedInBytes(_ piece: String) {
        for count in [1, 59, 60, 61, 119, 120, 121, 5000] {
            let name = FileName.sanitised(String(repeating: piece, count: count))
            #expect(!name.isEmpty && name.utf8.count <= 121)
            #expect(!name.contains("\u{FFFD}"))
            #expect(!name.hasSuffix(".") && !name.hasSuffix(" "))
        }
    }

    @Test func longNamesKeepTheirBeginning() {
        #expect(FileName.sanitised(String(repeating: "a", count: 5000)) == String(repeating: "a", count: 120))
        #expect(FileName.sanitised(String(repeating: "世", count: 5000)) == String(repeating: "世", count: 40))
        #expect(FileName.sanitised("a" + String(repeating: "世", count: 50)) == "a" + String(repeating: "世", count: 39))
        #expect(FileName.sanitised("a" + String(repeating: "\u{301}", count: 5000)).utf8.count == 119)
    }

    @Test func everyScalarIsSafe() {
        let forbidden = Set("/\\:\0\u{7F}\u{202E}\u{2028}\u{200F}".unicodeScalars)
        // The basic plane, and the invisible tags.
        for value in [UInt32(0)...0xFFFF, 0xE0000...0xE0FFF].joined() {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let name = FileName.sanitised(String(Character(scalar)))
            if name.isEmpty || name.hasPrefix(".") || name.unicodeScalars.contains(where: forbidden.contains) {
                Issue.record("\(value)")
            }
        }
    }
}
