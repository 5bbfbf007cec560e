internal import Foundation

extension HTTPRequest {
    /// The request that a redirect asks for, or `nil` where the answer is none.
    ///
    /// - 301, 302 and 303 turn every method but `HEAD` into a `GET` without a body, as browsers do; 307 and 308 send
    ///   the same again, body included, on the same origin only.
    /// - Only `http` and `https`, never from `https` to `http`.
    /// - To another origin goes nothing but what describes the request itself: credentials can hide in any header.
    /// - Throws: ``TransportError`` (`unsafeURL`, `invalidResponse`).
    package func redirected(by response: HTTPResponse) throws -> HTTPRequest? {
        guard [301, 302, 303, 307, 308].contains(response.status) else { return nil }
        guard let location = response.headers["Location"], !location.isEmpty,
            let target = URL(string: location.trimmingWhitespace(), relativeTo: url)?.absoluteURL
        else {
            throw TransportError(
                .invalidResponse, "The server redirected without saying where to.", reachedServer: true)
        }
        guard let from = HTTPOrigin(url), let to = HTTPOrigin(target) else {
            throw TransportError(
                .unsafeURL, "The server redirected to something that is not http or https.", reachedServer: true)
        }
        guard !(from.scheme == "https" && to.scheme == "http") else {
            throw TransportError(.unsafeURL, "The server redirected from https to http.", reachedServer: true)
        }
        var next = self
        next.url = target
        if response.status < 304, method != "HEAD" {
            next.method = "GET"
            next.body = nil
            next.bodyFile = nil
            next.headers["Content-Type"] = nil
            // What creates with a GET may do so at the other place: it is not repeated there when its answer is lost.
            if case .create = intent { next.intent = method == "GET" ? .follow(HTTPConnectionLease()) : .read }
        }
        if from != to {
            // A body can hold a password or a prompt, and the other origin was chosen by the server.
            guard !next.hasBody else {
                throw TransportError(
                    .unsafeURL, "The server redirected a request with content to another origin.", reachedServer: true)
            }
            let harmless = ["accept", "accept-encoding", "accept-language", "content-type", "range", "user-agent"]
            for field in headers where !harmless.contains(field.name.lowercased()) { next.headers[field.name] = nil }
        }
        return next
    }
}
