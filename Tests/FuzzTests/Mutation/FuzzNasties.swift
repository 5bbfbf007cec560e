/// What nobody counts on.
enum FuzzNasties {
    /// Numbers that a server can send.
    static let numbers = [
        "0", "-0", "-0.0", "-1", "1", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "4294967296", "2147483648", "18446744073709551615", "1e308", "-1e308", "1e309",
        "1e400", "-1e400", "1e-400", "0.5", "NaN", "Infinity", "00", "007", String(repeating: "9", count: 400),
    ].map { Array($0.utf8) }

    /// The worst of them.
    static let fewNumbers = ["-1", "9223372036854775807", "-9223372036854775808", "1e308", "-1e308", "1e400", "\"7\""]
        .map { Array($0.utf8) }

    /// What may stand where a number is expected.
    static let values = [
        "null", "true", "false", "{}", "[]", "\"\"", "[[]]", "{\"\":null}", "\"data:image/png;base64,AAAA\"",
        String(repeating: "[", count: 600),
    ].map { Array($0.utf8) }

    static let texts =
        [
            "\u{0}", "\u{1B}[2J", "\u{7F}", "\u{85}", "\u{9B}31m", "\u{202E}", "\u{2028}", "\u{FEFF}", "\u{FFFD}",
            "\r\n",
            "\r", "\n\n", "e\u{301}", "👩‍👩‍👧", "%00", "%2e%2e%2f", "../", "\\", "\\u0000", "\\ud800", "\"", "<script>",
            "http://169.254.169.254/", "http://[::1]/", "file:///etc/passwd", "//", "@", ":99999", "?", "#",
        ].map { Array($0.utf8) } + [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x9F]]
}
