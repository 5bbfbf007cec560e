internal import Foundation
internal import ImageGenerators

extension Arguments {
    /// Keys, tokens, cookies and logins: from the environment and from files, never from the command line itself.
    /// - Parameters:
    ///   - variables: The environment variables.
    ///   - urls: The services that the caller named.
    ///   - defaults: The services that are asked where none is named.
    ///   - hub: The Hub that the caller named.
    /// - Returns: The credentials, each for its place.
    /// - Throws: `UsageError`; `missingCredentials`, `fileUnreadable`, `invalidRequest`.
    func credentials(
        _ variables: [String: String], for urls: [URL], defaults: [URL] = [], hub: URL?
    ) throws -> GenerationCredentials {
        var credentials = GenerationCredentials(apiKey: try secret("--api-key-env", variables))
        let hub = hub ?? URL(string: GenerationCredentials.defaultHubURL)
        if let token = try secret("--hub-token-env", variables) {
            credentials.hubToken = token
            // Named together with a URL of one's own, the token is meant for it. Where the Hub's rules already say how
            // it travels, they stay: they keep it from the app behind the Hub's proxy.
            for url in urls {
                guard let origin = HTTPOrigin(url), let hub, credentials.headers(for: url, hub: hub) == HTTPHeaders()
                else { continue }
                credentials.bearerTokens[origin] = token
            }
        } else {
            credentials.hubToken = GenerationCredentials.hubToken(in: variables)
        }
        if let login = try login(variables) {
            for origin in (urls.isEmpty ? defaults : urls).compactMap(HTTPOrigin.init) {
                credentials.logins[origin] = login
            }
        }
        if let cookies, let hub { credentials.hubCookies = try cookies.header(for: hub) }
        return credentials
    }

    /// The same with the content of the cookie file, which may be a pipe: then somebody has to write into it in time.
    func readingCookies() async throws -> Arguments {
        guard let path = text("--cookie-file") else { return self }
        let file = try Self.readable(path, "cookie file"), name = path.printable(limit: 300)
        let patience = Duration.seconds(try number("--timeout", in: 0.001...1e6) ?? 300)
        let content: Data
        do {
            content = try await Deadline(in: patience).run { try await InputFile(file).readAll(upTo: 1 << 20) }
        } catch let error as TransportError where error.code == .timedOut {
            throw GenerationError(.fileUnreadable, "The cookie file \(name) had no end within \(patience.inSeconds).")
        }
        guard let text = String(data: content, encoding: .utf8) else {
            throw GenerationError(.fileUnreadable, "The cookie file \(name) is not text.")
        }
        var arguments = self
        arguments.cookies = CookieFile(text)
        return arguments
    }

    /// A name and a password for an app that wants them.
    func login(_ variables: [String: String]) throws -> GenerationLogin? {
        guard let name = text("--username") else {
            if has("--password-env") { throw UsageError("--password-env needs --username NAME beside it.") }
            return nil
        }
        guard let password = try secret("--password-env", variables) else {
            throw UsageError("--username needs --password-env NAME beside it.")
        }
        return GenerationLogin(username: name, password: password)
    }

    private func secret(_ option: String, _ variables: [String: String]) throws -> Secret? {
        guard let name = text(option) else { return nil }
        guard let value = variables[name].map({ Secret($0) }), !value.isEmpty else {
            // Whoever mistakes this for the place of the key itself must not read it in a log.
            let isName = name.utf8.allSatisfy { byte in
                ("A"..."Z").contains(Unicode.Scalar(byte)) || ("0"..."9").contains(Unicode.Scalar(byte))
                    || byte == UInt8(ascii: "_")
            }
            throw GenerationError(
                .missingCredentials,
                isName && !name.isEmpty
                    ? "The environment variable \(name.printable(limit: 60)) is not set."
                    : "\(option) takes the name of an environment variable, and the one that it names is not set. "
                        + "The key itself never stands on the command line.")
        }
        return value
    }
}
