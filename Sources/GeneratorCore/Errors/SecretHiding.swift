/// Keeps credentials out of what a service says: a server that was sent one may repeat it, whole, cut or encoded.
package struct SecretHiding: Sendable {
    /// So much of a credential in a row is no coincidence.
    private static let run = 8
    /// Shorter ones would riddle any sentence.
    private static let shortest = 4

    /// What counts as a part of a credential, by its length: no letters, only the numbers that such parts have.
    private let runs: [Int: Set<UInt64>]

    init(_ credentials: GenerationCredentials, _ proxy: HTTPProxy? = nil) {
        var secrets = [credentials.apiKey].compactMap { $0?.reveal() }
        secrets += credentials.bearerTokens.values.map { $0.reveal() }
        for login in credentials.logins.values {
            secrets += [login.password.reveal(), "\(login.username):\(login.password.reveal())"]
        }
        for (name, secret) in credentials.secrets {
            guard name.hasSuffix("cookies") else {
                secrets.append(secret.reveal())
                continue
            }
            // Each by its value: a name such as `session_id` is no secret.
            secrets += secret.reveal().split(separator: ";").map { cookie in
                String(cookie[(cookie.firstIndex(of: "=").map(cookie.index(after:)) ?? cookie.startIndex)...])
            }
        }
        if let password = proxy?.password?.reveal(), !password.isEmpty {
            secrets += [password, "\(proxy?.username ?? ""):\(password)"]
        } else if let token = proxy?.username {
            // A name without a password is a token.
            secrets.append(token)
        }
        self.init(secrets)
    }

    /// - Parameter secrets: What no text may repeat.
    package init(_ secrets: [String]) {
        let long = secrets.map { $0.trimmingWhitespace() }.filter { $0.utf8.count >= Self.shortest }
        var runs: [Int: Set<UInt64>] = [:]
        for form in long.flatMap(\.encodedForms).map({ FoldedText($0).letters }) where form.count >= Self.shortest {
            let length = min(Self.run, form.count)
            FoldedText.forEachRun(of: length, in: form) { _, part in runs[length, default: []].insert(part) }
        }
        self.runs = runs
    }

    /// The text with `<secret>` in place of every part of a credential.
    package func hidden(in text: String) -> String {
        guard !runs.isEmpty, !text.isEmpty else { return text }
        var folded = FoldedText(text)
        for (length, parts) in runs {
            var found: [Range<Int>] = []
            FoldedText.forEachRun(of: length, in: folded.letters) { start, part in
                if parts.contains(part) { found.append(start..<start + length) }
            }
            // A short one counts as a word of its own only: "pass" is not in "passage".
            for part in found where length == Self.run || folded.isWord(part) { folded.hide(part) }
        }
        return folded.hidden(as: "<secret>") ?? text
    }
}

extension String {
    /// The text with `<secret>` in place of every part of these secrets.
    package func hidingSecrets(_ secrets: [String]) -> String { SecretHiding(secrets).hidden(in: self) }
}

extension GenerationError {
    /// The error with words that repeat none of these secrets.
    package func hiding(_ secrets: [String]) -> GenerationError {
        var error = self
        error.message = message.hidingSecrets(secrets)
        return error
    }
}
