import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@testable import Gradio

@Suite("Where an app is, and what stands before it", .paced)
struct GradioPlaceTests {
    private let http = HTTPPipeline(retry: RetryPolicy(retries: 1, initialDelay: .milliseconds(1)))

    /// An app that answers one call, and what it does before that.
    private func app(
        before: @escaping @Sendable (LoopbackRequest) -> (status: Int, headers: [(String, String)])? = { _ in nil },
        cookies: [String] = []
    ) throws -> LoopbackServer {
        try LoopbackServer { request, responder in
            if let (status, headers) = before(request) {
                return try await responder.respond(status: status, headers: headers)
            }
            let set = cookies.map { ("set-cookie", $0) }
            switch request.path.replacingOccurrences(of: "/moved", with: "") {
            case "/config":
                try await responder.respond(
                    headers: set + [("content-type", "application/json")],
                    body: Data(
                        """
                        {"version":"5.50.0","api_prefix":"/gradio_api","protocol":"sse_v3","components":[],
                        "dependencies":[{"id":1,"api_name":"go","inputs":[]}]}
                        """.utf8))
            case "/gradio_api/queue/join": try await responder.respond(json: "{\"event_id\":\"e1\"}")
            case "/gradio_api/queue/data":
                try await responder.respond(
                    headers: QueueServer.eventStream, body: Data(QueueServer.completed("e1", "[1]").utf8))
            default: try await responder.respond(status: 404, json: "{}")
            }
        }
    }

    @Test("cookies that an app sets go with every request to it, and to nobody else")
    func cookies() async throws {
        let server = try app(cookies: [
            "route=r1; Path=/; HttpOnly", "AWSALB=x/y+z=; Expires=Fri, 20 Mar 2099 16:36:00 GMT; Path=/",
            "gone=1; Max-Age=0", "old=1; Expires=Thu, 20 Mar 2025 16:36:00 GMT",
        ])
        let one = try await GradioApp.connect(to: server.url, using: http)
        #expect(try await one.submit("go", []).output() == [1])
        let sent = server.requests.map { $0.header("Cookie") }
        #expect(sent == [nil, "AWSALB=x/y+z=; route=r1", "AWSALB=x/y+z=; route=r1"])
        #expect(one.headers(for: server.url.appending(path: "file"))["Cookie"] == "AWSALB=x/y+z=; route=r1")
        #expect(one.headers(for: try #require(URL(string: "http://127.0.0.1:1/x"))) == [:])
        // Another value of the app begins anew.
        _ = try await GradioApp.connect(to: server.url, using: http)
        #expect(server.requests.last?.header("Cookie") == nil)
        var text = "\(one)"
        dump(one, to: &text)
        #expect(!text.contains("r1") && !text.contains("x/y+z"))
    }

    @Test("a cookie goes until it is over, and none is kept that another origin sets")
    func cookieLife() throws {
        let url = try #require(URL(string: "https://h/app")), other = try #require(URL(string: "https://h:8443/config"))
        let cookies = GradioCookies(of: url)
        for (place, text) in [
            (url.appending(path: "config"), "a=1; Expires=Fri, 20 Mar 2099 16:36:00 GMT"), (url, "b=2"), (other, "c=3"),
        ] {
            cookies.keep(
                from: HTTPResponse(status: 200, headers: ["Set-Cookie": text], url: place, body: HTTPBody(Data())))
        }
        var now: HTTPHeaders = [:], later: HTTPHeaders = [:]
        cookies.add(to: &now)
        // A second later.
        cookies.add(to: &later, at: Date(timeIntervalSince1970: 4_077_707_761))
        #expect(now["Cookie"] == "a=1; b=2" && later["Cookie"] == "b=2")
    }

    @Test("an app that has moved on its own origin keeps its credentials")
    func moved() async throws {
        let server = try app(before: { request in
            request.path == "/config" ? (307, [("location", "/moved/config")]) : nil
        })
        let app = try await GradioApp.connect(to: server.url, using: http, headers: ["Authorization": "Bearer t"])
        #expect(app.url == server.url.appending(path: "moved"))
        #expect(try await app.submit("go", []).output() == [1])
        #expect(server.requests.dropFirst().allSatisfy { $0.path.hasPrefix("/moved/") })
        #expect(server.requests.allSatisfy { $0.header("Authorization") == "Bearer t" })
    }

    @Test("HTTP Basic takes the login of the origin, or the one in the URL, which never shows again")
    func basic() async throws {
        let expected = "Basic " + Data("alice:w:nder land".utf8).base64EncodedString()
        let server = try app(before: { request in
            request.header("Authorization") == expected ? nil : (401, [("www-authenticate", "Basic realm=\"x\"")])
        })
        let login = GenerationLogin(username: "alice", password: Secret("w:nder land"))
        let app = try await GradioApp.connect(to: server.url, using: http, login: login)
        #expect(try await app.submit("go", []).output() == [1])
        let port = try #require(server.url.port)
        let url = try #require(URL(string: "http://alice:w%3Ander%20land@127.0.0.1:\(port)/"))
        let other = try await GradioApp.connect(to: url, using: http)
        #expect(other.url == server.url)
        #expect(try await other.submit("go", []).output() == [1])
        for (url, login) in [
            (server.url, nil), (server.url, GenerationLogin(username: "alice", password: Secret("wrong-one"))),
            (try #require(URL(string: "http://alice:wrong-one@127.0.0.1:\(port)")), nil),
        ] {
            let error = try await #require(throws: GenerationError.self) {
                try await GradioApp.connect(to: url, using: http, login: login)
            }
            #expect(error.code == .unauthorized)
            #expect(error.wasAccepted == false)
            #expect(error.message.contains("HTTP Basic"))
            #expect(!error.description.contains("wrong-one"))
        }
    }

    @Test(
        "a Space's page names the Space",
        arguments: [
            ("https://huggingface.co/spaces/owner/name", "owner/name"),
            ("https://huggingface.co/spaces/owner/name/tree/main?x=1#y", "owner/name"),
            ("https://hf.co/spaces/owner/name", "owner/name"), ("https://huggingface.co/owner/name", nil),
            ("https://huggingface.co/spaces/owner", nil), ("https://evil.example/spaces/owner/name", nil),
            ("http://hf.co/spaces/owner/name", nil), ("https://hf.co/hub/spaces/owner/name", nil),
            ("https://hub.example:81/mirror/spaces/owner/name/", "owner/name"),
            ("https://hub.example:81/spaces/owner/name", nil), ("https://hub.example/mirror/spaces/owner/name", nil),
        ] as [(String, String?)])
    func page(_ text: String, _ name: String?) throws {
        let hub = try #require(URL(string: "https://hub.example:81/mirror"))
        #expect(GradioSpace(page: try #require(URL(string: text)), of: hub)?.description == name)
    }
}
