internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

extension GenerationLogin {
    /// Logs in to a Gradio app. (`POST /login`, never behind the prefix)
    /// - Returns: Whether the app knows the login; `false` where the server wants it in every request (HTTP Basic).
    /// - Throws: `unauthorized` where name or password is wrong.
    func open(
        _ base: URL, using http: HTTPPipeline, headers: HTTPHeaders, keeping cookies: GradioCookies
    ) async throws -> Bool {
        // A form is stricter than a query: a plus sign would become a space.
        func escaped(_ text: String) -> String {
            text.addingPercentEncoding(withAllowedCharacters: .gradioName) ?? ""
        }
        var request = HTTPRequest(url: base.appending(path: "login"), method: "POST", headers: headers)
        request.headers["Content-Type"] = "application/x-www-form-urlencoded"
        request.body = Data("username=\(escaped(username))&password=\(escaped(password.reveal()))".utf8)
        let (response, body) = try await http.data(for: request)
        switch response.status {
        case 200 where !response.isWebPage(body): break
        case 401 where response.wantsBasicAuthorization: return false
        case 400, 401, 403:
            throw GenerationError(
                .unauthorized, "The app does not accept this name and password.", status: response.status)
        // Apps of Gradio send whom they need not know back to their page.
        case 404, 405,
            200 where response.url.withoutTrailingSlash == base:
            throw GenerationError(
                .invalidRequest, "The app knows no login. Leave name and password out.",
                status: response.status == 200 ? nil : response.status)
        default:
            throw GenerationError(notAnApp: response, body, at: base)
                .hiding([password.reveal()] + headers.credentials)
        }
        // On plain http the server means the second of its two cookies, and is content with both.
        cookies.keep(from: response)
        guard !cookies.values(named: { $0.hasPrefix("access-token") }).isEmpty else {
            throw GenerationError(.invalidResponse, "The app took the login and gave no cookie for it.")
        }
        return true
    }

    /// The value of the `Authorization` field. (RFC 7617)
    var basicAuthorization: String {
        "Basic " + Data("\(username):\(password.reveal())".utf8).base64EncodedString()
    }
}
