/// Keeps credentials out of what a service says: a server that was sent one may repeat it, whole, cut or encoded.
struct SecretHiding: Sendable {
    /// So much of a credential in a row is no coincidence.
    private static let run = 8
    /// Shorter ones would riddle any sentence.
    private static let shortest = 4

    /// What counts as a part of a credential, by its length.
    private let runs: [Int: Set<[UInt32]>]

    init(_ credentials: GenerationCredentials, _ proxy: HTTPProxy? = nil) {
        var secrets = [credentials.apiKey, credentials.hubToken].compactMap { $0?.reveal() }
        secrets += credentials.bearerTokens.values.map { $0.reveal() }
        for login in credentials.logins.values {
            secrets += [login.password.reveal(), "\(login.username):\(login.password.reveal())"]
        }
        if let cookies = credentials.hubCookies?.reveal() {
            // Each by its value as well: a name such as `session_id` is no secret.
            secrets += cookies.split(separator: ";").map { cookie in
                String(cookie[(cookie.firstIndex(of: "=").map(cookie.index(after:)) ?? cookie.startIndex)...])
            }
        }
        if let password = proxy?.password?.reveal() {
            secrets += [password, "\(proxy?.username ?? ""):\(password)"]
        }
        let long = secrets.map { $0.trimmingWhitespace() }.filter { $0.utf8.count >= Self.shortest }
        var runs: [Int: Set<[UInt32]>] = [:]
        for form in long.flatMap(\.encodedForms).map(Self.folded) where form.count >= Self.shortest {
            let length = min(Self.run, form.count)
            for start in 0...form.count - length {
                runs[length, default: []].insert(Array(form[start..<start + length]))
            }
        }
        self.runs = runs
    }

    /// The text with `<secret>` in place of every part of a credential.
    func hidden(in text: String) -> String {
        guard !runs.isEmpty, !text.isEmpty else { return text }
        let scalars = Array(text.unicodeScalars), letters = Self.folded(text)
        var isSecret = [Bool](repeating: false, count: letters.count)
        for (length, parts) in runs { mark(parts, of: length, in: letters, &isSecret) }
        guard isSecret.contains(true) else { return text }
        var hidden = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            guard isSecret[index] else {
                hidden.append(scalar)
                continue
            }
            if index == 0 || !isSecret[index - 1] { hidden.append(contentsOf: "<secret>".unicodeScalars) }
        }
        return String(hidden)
    }

    /// Marks every run of letters that is one of the parts.
    private func mark(_ parts: Set<[UInt32]>, of length: Int, in letters: [UInt32], _ isSecret: inout [Bool]) {
        guard letters.count >= length else { return }
        for start in 0...letters.count - length {
            let end = start + length
            // A short one counts as a word of its own only: "pass" is not in "passage".
            let isWithinWord =
                length < Self.run
                && (start > 0 && Self.isLetter(letters[start - 1])
                    || end < letters.count && Self.isLetter(letters[end]))
            guard !isWithinWord, parts.contains(Array(letters[start..<end])) else { continue }
            for index in start..<end { isSecret[index] = true }
        }
    }

    /// One number for each scalar; large letters as small ones, because `%2F` may come as `%2f`.
    private static func folded(_ text: String) -> [UInt32] {
        text.unicodeScalars.map { scalar in
            if scalar.isASCII { return 0x41...0x5A ~= scalar.value ? scalar.value + 0x20 : scalar.value }
            let small = scalar.properties.lowercaseMapping.unicodeScalars
            return small.count == 1 ? small.first?.value ?? scalar.value : scalar.value
        }
    }

    private static func isLetter(_ value: UInt32) -> Bool {
        0x30...0x39 ~= value || 0x61...0x7A ~= value || value > 0x7F
    }
}
