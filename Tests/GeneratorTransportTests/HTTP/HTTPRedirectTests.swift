import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite("Redirects", .paced)
struct HTTPRedirectTests {
    private static let from = "https://a.example/dir/page?q=1"

    private func redirect(
        _ status: Int, to location: String?, method: String = "GET", body: String? = nil, headers: HTTPHeaders = [:],
        from: String = from, intent: HTTPRequest.Intent = .read
    ) throws -> HTTPRequest? {
        let request = HTTPRequest(
            url: try #require(URL(string: from)), method: method, headers: headers, body: body.map { Data($0.utf8) },
            intent: intent)
        var answer = HTTPHeaders()
        answer["Location"] = location
        let response = HTTPResponse(status: status, headers: answer, url: request.url, body: HTTPBody(Data()))
        return try request.redirected(by: response)
    }

    @Test(
        "method and body",
        arguments: [
            (301, "GET", "GET"), (302, "POST", "GET"), (301, "POST", "GET"), (303, "POST", "GET"), (303, "PUT", "GET"),
            (303, "DELETE", "GET"), (301, "HEAD", "HEAD"), (303, "HEAD", "HEAD"), (307, "POST", "POST"),
            (308, "PUT", "PUT"), (307, "GET", "GET"), (308, "HEAD", "HEAD"), (307, "DELETE", "DELETE"),
        ])
    func methods(status: Int, method: String, expected: String) throws {
        let hasBody = method == "POST" || method == "PUT"
        let next = try #require(
            try redirect(
                status, to: "/next", method: method, body: hasBody ? "body" : nil,
                headers: hasBody ? ["Content-Type": "text/plain"] : [:]))
        #expect(next.method == expected)
        #expect(next.url.absoluteString == "https://a.example/next")
        #expect(next.body == (hasBody && status >= 307 ? Data("body".utf8) : nil))
        #expect(next.headers["Content-Type"] == (hasBody && status >= 307 ? "text/plain" : nil))
    }

    @Test("other statuses are no redirects", arguments: [200, 201, 204, 300, 304, 305, 306, 399, 400, 500])
    func others(status: Int) throws {
        #expect(try redirect(status, to: "/next") == nil)
    }

    @Test(
        "places relative to the page",
        arguments: [
            ("next", "https://a.example/dir/next"), ("./next", "https://a.example/dir/next"),
            ("../next", "https://a.example/next"), ("/next", "https://a.example/next"),
            ("?q=2", "https://a.example/dir/page?q=2"), ("//b.example/next", "https://b.example/next"),
            ("https://b.example:8443/x", "https://b.example:8443/x"), (" /next ", "https://a.example/next"),
            ("/a%2Fb?x=%26", "https://a.example/a%2Fb?x=%26"),
        ])
    func places(location: String, expected: String) throws {
        #expect(try redirect(302, to: location)?.url.absoluteString == expected)
    }

    @Test("no place to go", arguments: [nil, "", " "])
    func nowhere(location: String?) throws {
        let error = #expect(throws: TransportError.self) { _ = try redirect(302, to: location) }
        #expect(error?.code == .invalidResponse)
        #expect(error?.reachedServer == true)
    }

    @Test(
        "places that are not followed",
        arguments: [
            "http://a.example/", "file:///etc/passwd", "ftp://a.example/", "data:,x", "javascript:alert(1)",
            "http://[zz]/",
        ])
    func unsafe(location: String) throws {
        let error = #expect(throws: TransportError.self) { _ = try redirect(302, to: location) }
        #expect(error?.code == .unsafeURL)
        #expect(error?.reachedServer == true)
        #expect(error?.message.contains("passwd") == false)
    }

    private static let credentials: HTTPHeaders = [
        "Authorization": "Bearer x", "Cookie": "a=1", "X-Zerogpu-Token": "t", "X-HF-Authorization": "Bearer y",
        "X-Prodia-Key": "k", "Referer": "https://a.example/secret", "Accept": "image/*", "user-agent": "me",
        "Accept-Language": "de",
    ]

    @Test("credentials stay within the origin")
    func sameOrigin() throws {
        let next = try redirect(302, to: "https://A.EXAMPLE:443/next", headers: Self.credentials)
        #expect(next?.headers == Self.credentials)
    }

    @Test(
        "another origin gets none, whatever their names",
        arguments: ["https://b.example/", "https://a.example:444/", "https://sub.a.example/", "//b.example/"])
    func otherOrigin(location: String) throws {
        let next = try #require(try redirect(302, to: location, headers: Self.credentials))
        #expect(next.headers.map(\.name) == ["Accept", "user-agent", "Accept-Language"])
    }

    @Test("from http to https is another origin, and allowed")
    func upgrade() throws {
        let next = try redirect(
            301, to: "https://a.example/", headers: ["Authorization": "x"], from: "http://a.example/")
        #expect(next?.url.scheme == "https")
        #expect(next?.headers["Authorization"] == nil)
    }

    @Test("a body does not go to another origin", arguments: [307, 308])
    func bodyElsewhere(status: Int) throws {
        let error = #expect(throws: TransportError.self) {
            _ = try redirect(status, to: "https://b.example/", method: "POST", body: "prompt")
        }
        #expect(error?.code == .unsafeURL)
        #expect(try redirect(status, to: "https://b.example/")?.url.host == "b.example")
        #expect(try redirect(303, to: "https://b.example/", method: "POST", body: "prompt")?.body == nil)
    }

    @Test("what created only reads from a 303 on, and still creates behind a 307")
    func intents() throws {
        let lease = HTTPConnectionLease()
        for status in [301, 302, 303] {
            let next = try redirect(status, to: "/n", method: "POST", body: "x", intent: .create(lease))
            guard case .read = next?.intent else { Issue.record("\(status) still creates"); continue }
        }
        for status in [307, 308] {
            let next = try redirect(status, to: "/n", method: "POST", body: "x", intent: .create(lease))
            guard case .create(let kept) = next?.intent else { Issue.record("\(status) only reads"); continue }
            #expect(kept === lease)
        }
        let followed = try redirect(303, to: "/n", intent: .follow(lease))
        if case .follow = followed?.intent {} else { Issue.record("a follow became something else") }
    }
}
