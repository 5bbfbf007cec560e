import Foundation
import GeneratorTransport

/// The login of an app that wants one: a name, a password, and a cookie for who knows both.
final class SpaceLogin: Sendable {
    private let username: String
    private let password: String
    private let id = UUID().uuidString.replacing("-", with: "")
    private let tokens = Locked<Set<String>>([])

    init(username: String, password: String) {
        self.username = username
        self.password = password
    }

    /// The name of who asks; `nil` for a stranger.
    func user(of request: LoopbackRequest) -> String? {
        let isKnown = tokens.withLock { tokens in
            Self.cookies(of: request).contains { tokens.contains($0.value) && $0.name.hasSuffix(id) }
        }
        return isKnown ? username : nil
    }

    /// `POST /login`
    func answer(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        let fields = Self.fields(of: request)
        let missing = ["username", "password"].filter { fields[$0] == nil }
        guard missing.isEmpty else {
            let problems = missing.map {
                "{\"type\":\"missing\",\"loc\":[\"body\",\"\($0)\"],\"msg\":\"Field required\",\"input\":null}"
            }
            throw SpaceRefusal(problems.joined(separator: ","))
        }
        guard fields["username"] == username, fields["password"] == password else {
            throw SpaceRefusal(status: 400, detail: "Incorrect credentials.")
        }
        let token = UUID().uuidString.replacing("-", with: "")
        tokens.withLock { _ = $0.insert(token) }
        try await responder.respond(
            headers: [
                ("set-cookie", "access-token-\(id)=\(token); HttpOnly; Path=/; SameSite=none; Secure"),
                ("set-cookie", "access-token-unsecure-\(id)=\(token); HttpOnly; Path=/; SameSite=lax"),
            ], json: "{\"success\":true}")
    }

    /// `GET /logout`
    func leave(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        let cookies = Self.cookies(of: request)
        tokens.withLock { tokens in
            for cookie in cookies { tokens.remove(cookie.value) }
        }
        try await responder.respond(status: 302, headers: [("location", "/")])
    }

    private static func cookies(of request: LoopbackRequest) -> [(name: String, value: String)] {
        request.headers.filter { $0.name.lowercased() == "cookie" }.flatMap { $0.value.split(separator: ";") }
            .map { field in
                let parts = field.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
                return (parts.first ?? "", parts.count > 1 ? parts[1] : "")
            }
    }

    private static func fields(of request: LoopbackRequest) -> [String: String] {
        let type = request.header("Content-Type")
        if let form = UploadedForm(request.body, contentType: type) {
            return form.parts.reduce(into: [:]) { $0[$1.name] = String(decoding: $1.content, as: UTF8.self) }
        }
        guard type?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true else { return [:] }
        var fields: [String: String] = [:]
        for field in String(decoding: request.body, as: UTF8.self).split(separator: "&") {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { part in
                let text = String(part).replacing("+", with: " ")
                return text.removingPercentEncoding ?? text
            }
            fields[parts[0]] = parts.count > 1 ? parts[1] : ""
        }
        return fields
    }
}
