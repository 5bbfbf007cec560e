import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@testable import Gradio

@Suite("Apps with a login", .paced)
struct GradioLoginTests {
    private let http = HTTPPipeline(
        retry: RetryPolicy(retries: 1, initialDelay: .milliseconds(1)))
    private static let cookie = "access-token-C=T0; access-token-unsecure-C=T1"
    private static let picture = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13])

    /// An app behind a login, whose cookies have dates with commas in them.
    private func server(redirectingTo other: URL? = nil) throws -> LoopbackServer {
        try LoopbackServer { request, responder in
            if request.path == "/login" {
                guard request.body == Data("username=alice&password=wonderland".utf8) else {
                    return try await responder.respond(status: 400, json: "{\"detail\":\"Incorrect credentials.\"}")
                }
                return try await responder.respond(
                    headers: [
                        (
                            "set-cookie",
                            "access-token-C=T0; expires=Fri, 20 Mar 2099 16:36:00 GMT; HttpOnly; Path=/; Secure"
                        ), ("set-cookie", "other=1; expires=Fri, 21 Mar 2025 16:36:00 GMT"),
                        ("set-cookie", "access-token-unsecure-C=T1; HttpOnly; Path=/; SameSite=lax"),
                        ("content-type", "application/json"),
                    ], body: "{\"success\":true}")
            }
            guard request.header("Cookie") == Self.cookie else {
                return try await responder.respond(status: 401, json: "{\"detail\":\"Not authenticated\"}")
            }
            switch request.path {
            case "/config":
                try await responder.respond(
                    json: """
                        {"version":"5.50.0","api_prefix":"/gradio_api","protocol":"sse_v3","components":[],
                        "dependencies":[{"id":1,"api_name":"go","inputs":[]}]}
                        """)
            case "/gradio_api/info": try await responder.respond(json: "{}")
            case "/gradio_api/upload": try await responder.respond(json: "[\"/tmp/x\"]")
            case "/gradio_api/queue/join": try await responder.respond(json: "{\"event_id\":\"e1\"}")
            case "/gradio_api/queue/data":
                try await responder.respond(
                    headers: QueueServer.eventStream, body: Data(QueueServer.completed("e1", "[1]").utf8))
            case "/gradio_api/cancel": try await responder.respond(json: "{\"success\":true}")
            case "/gradio_api/file=/moved":
                try await responder.respond(status: 302, headers: [("location", "\(other?.absoluteString ?? "")/x")])
            default: try await responder.respond(body: Self.picture)
            }
        }
    }

    private func failure(_ status: Int, _ type: String, _ body: String) async throws -> GenerationError {
        let server = try LoopbackServer { _, responder in
            try await responder.respond(status: status, headers: [("content-type", type)], body: body)
        }
        let error = try await #require(throws: GenerationError.self) {
            try await GradioApp.connect(
                to: server.url, using: http, login: GenerationLogin(username: "alice", password: Secret("hunter2")))
        }
        // Behind a gateway that fails it is tried again.
        #expect(server.requests.map(\.path) == Array(repeating: "/login", count: status == 502 ? 2 : 1))
        #expect(!error.description.contains("hunter2"))
        return error
    }

    @Test("every request to the app carries the cookie, and none elsewhere does")
    func everywhere() async throws {
        let other = try LoopbackServer { _, responder in try await responder.respond(body: Self.picture) }
        let server = try server(redirectingTo: other.url)
        let app = try await GradioApp.connect(
            to: server.url, using: http, login: GenerationLogin(username: "alice", password: Secret("wonderland\n"))
        ).loadingInfo()
        _ = try await app.upload(Data([1]), name: "x", mediaType: "image/png")
        let job = try await app.submit("/go", [])
        #expect(try await job.output() == [1])
        try await job.cancel()
        let file = try #require(app.url(for: GradioFile(path: "/x.png", url: nil)))
        #expect(app.headers(for: file)["Cookie"] == Self.cookie)
        let downloader = Downloader(pipeline: http)
        let policy = AddressPolicy(configured: HTTPOrigin(server.url))
        _ = try await downloader.data(
            from: HTTPRequest(url: file, headers: app.headers(for: file)), addresses: policy)
        let moved = try #require(app.url(for: GradioFile(path: "/moved", url: nil)))
        _ = try await downloader.data(
            from: HTTPRequest(url: moved, headers: app.headers(for: moved)), addresses: policy)
        #expect(server.requests.dropFirst().allSatisfy { $0.header("Cookie") == Self.cookie })
        #expect(server.requests.count == 9)
        #expect(server.requests.first?.header("Cookie") == nil)
        #expect(other.requests.map { $0.header("Cookie") } == [nil])
        #expect(app.headers(for: other.url) == [:])
        var text = "\(app) \(job)"
        dump(app, to: &text)
        dump(job, to: &text)
        for secret in ["T0", "T1", "wonderland"] { #expect(!text.contains(secret)) }
    }

    @Test("name and password are a form", arguments: [("a+b&c=d", "e% ü/?"), ("", ""), ("名", "\"'\\")])
    func form(_ name: String, _ password: String) async throws {
        let server = try LoopbackServer { _, responder in try await responder.respond(status: 400, json: "{}") }
        _ = try? await GradioApp.connect(
            to: server.url, using: http, login: GenerationLogin(username: name, password: Secret(password)))
        let sent = try #require(server.requests.first)
        #expect(sent.target == "/login")
        #expect(sent.method == "POST")
        #expect(sent.header("Content-Type") == "application/x-www-form-urlencoded")
        let fields = String(decoding: sent.body, as: UTF8.self).split(separator: "&")
            .map { $0.split(separator: "=", omittingEmptySubsequences: false) }
        #expect(fields.map(\.first) == ["username", "password"])
        #expect(fields.map { $0.last?.removingPercentEncoding } == [name, password])
        #expect(fields.allSatisfy { $0.count == 2 && !$0[1].contains("+") && !$0[1].contains(" ") })
        if name == "a+b&c=d" { #expect(fields[0][1] == "a%2Bb%26c%3Dd" && fields[1][1] == "e%25%20%C3%BC%2F%3F") }
    }

    @Test("a wrong password is said", arguments: [400, 401, 403])
    func wrong(_ status: Int) async throws {
        let error = try await failure(status, "application/json", "{\"detail\":\"Incorrect credentials.\"}")
        #expect(error.code == .unauthorized)
        #expect(error.message == "The app does not accept this name and password.")
        #expect(error.status == status)
        #expect(error.wasAccepted == false)
    }

    @Test("an app without a login says so", arguments: [404, 405])
    func noLogin(_ status: Int) async throws {
        let error = try await failure(status, "application/json", "{\"detail\":\"Not Found\"}")
        #expect(error.code == .invalidRequest)
        #expect(error.message.contains("knows no login"))
    }

    @Test("an app that sends everybody back to its page knows no login either", arguments: ["", "/app/here"])
    func backToPage(_ path: String) async throws {
        let server = try LoopbackServer { request, responder in
            if request.method == "POST" {
                try await responder.respond(
                    status: 302, headers: [("location", path.isEmpty ? "/" : path)], body: Data())
            } else {
                let page = request.path == (path.isEmpty ? "/" : path)
                try await responder.respond(
                    status: page ? 200 : 404, headers: [("content-type", "text/html")], body: Data("<html></html>".utf8)
                )
            }
        }
        let error = try await #require(throws: GenerationError.self) {
            try await GradioApp.connect(
                to: server.url.appending(path: path), using: http,
                login: GenerationLogin(username: "alice", password: Secret("hunter2")))
        }
        #expect(error.code == .invalidRequest && error.status == nil)
        #expect(error.message.contains("knows no login"))
    }

    @Test(
        "anything else is no login",
        arguments: [
            (200, "text/html", "<html>asleep", GenerationError.Code.spaceUnavailable),
            (502, "text/html", "<html>", .spaceUnavailable), (500, "text/plain", "oops", .serviceError),
            (422, "application/json", "{\"detail\":[{\"msg\":\"Field required\"}]}", .serviceError),
            (200, "application/json", "{\"success\":true}", .invalidResponse),
        ])
    func odd(_ status: Int, _ type: String, _ body: String, _ code: GenerationError.Code) async throws {
        #expect(try await failure(status, type, body).code == code)
    }

    @Test("a path of the base stays before the login")
    func base() async throws {
        let server = try LoopbackServer { _, responder in try await responder.respond(status: 400, json: "{}") }
        _ = try? await GradioApp.connect(
            to: server.url.appending(path: "app/"), using: http,
            login: GenerationLogin(username: "a", password: Secret("b")))
        #expect(server.requests.map(\.target) == ["/app/login"])
    }
}
