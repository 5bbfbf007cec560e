internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

#if canImport(FoundationNetworking)
    internal import FoundationNetworking
#endif

/// The cookies of one app's origin, for as long as the app's value and its copies live: of its login, and of whatever stands
/// before it. (Behind several replicas a balancer marks with a cookie which one knows the job.)
final class GradioCookies: Sendable {
    private struct Cookie {
        let value: Secret
        let expiry: Date?
    }

    /// As browsers have it, about.
    private static let countLimit = 50, sizeLimit = 4096

    private let origin: HTTPOrigin?
    private let cookies = Locked<[String: Cookie]>([:])

    init(of url: URL) { origin = HTTPOrigin(url) }

    /// The values of those with such names.
    func values(named isMeant: (String) -> Bool) -> [Secret] {
        let all = cookies.withLock { $0 }
        return all.filter { isMeant($0.key) }.values.map(\.value)
    }

    /// Keeps what an answer of the origin sets.
    func keep(from response: HTTPResponse) {
        guard let text = response.headers["Set-Cookie"], let origin, HTTPOrigin(response.url) == origin else { return }
        let set = HTTPCookie.cookies(withResponseHeaderFields: ["Set-Cookie": text], for: response.url)
        cookies.withLock { cookies in
            for cookie in set where cookie.name.utf8.count + cookie.value.utf8.count <= Self.sizeLimit {
                // Foundation reads `Max-Age` of cookies of version 1 only, which nobody sends.
                let age = (cookie.properties?[.maximumAge] as? String).flatMap { Double($0) }
                let isOver = age.map { $0 <= 0 } ?? cookie.expiresDate.map { $0 <= Date() } ?? false
                guard !isOver, cookies.count < Self.countLimit || cookies[cookie.name] != nil else {
                    if isOver { cookies[cookie.name] = nil }
                    continue
                }
                cookies[cookie.name] = Cookie(value: Secret(cookie.value), expiry: cookie.expiresDate)
            }
        }
    }

    /// Gives them to another app's value at the same origin.
    func add(to others: GradioCookies) {
        let all = cookies.withLock { $0 }
        others.cookies.withLock { $0.merge(all) { $1 } }
    }

    /// Adds those that are still good to the fields of a request to the origin.
    func add(to headers: inout HTTPHeaders, at now: Date = Date()) {
        let pairs: [String] = cookies.withLock { cookies in
            guard !cookies.isEmpty else { return [] }
            return cookies.filter { $0.value.expiry.map { $0 > now } ?? true }.sorted { $0.key < $1.key }
                .map { "\($0.key)=\($0.value.value.reveal())" }
        }
        guard !pairs.isEmpty else { return }
        headers["Cookie"] = ([headers["Cookie"]].compactMap { $0 } + pairs).joined(separator: "; ")
    }
}

extension GradioApp {
    /// What goes out with a request: no error may repeat the credentials in it.
    func sent(with request: HTTPRequest) -> HTTPHeaders {
        var headers = request.headers
        cookies.add(to: &headers)
        return headers
    }

    /// Sends a request to the app with its cookies, and keeps those that come.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        do {
            let response = try await http.send(withCookies(request))
            cookies.keep(from: response)
            return response
        } catch {
            throw GenerationError.describing(error, at: request.url)
        }
    }

    /// The same, with the whole answer.
    func data(for request: HTTPRequest) async throws -> (HTTPResponse, Data) {
        do {
            let (response, body) = try await http.data(for: withCookies(request))
            cookies.keep(from: response)
            return (response, body)
        } catch {
            throw GenerationError.describing(error, at: request.url)
        }
    }

    @inline(never)
    private func withCookies(_ request: HTTPRequest) -> HTTPRequest {
        var request = request
        cookies.add(to: &request.headers)
        return request
    }
}
