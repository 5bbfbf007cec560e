import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import GradioRecordings
import TestPace
import Testing

@testable import Gradio

@Suite("Connecting and submitting", .paced)
struct GradioAppTests {
    private let http = HTTPPipeline(
        retry: RetryPolicy(retries: 2, initialDelay: .milliseconds(1)))

    private func connectionError(
        _ answer: @escaping @Sendable (LoopbackRequest, LoopbackResponder) async throws -> Void
    ) async throws -> GenerationError {
        let server = try LoopbackServer(handler: answer)
        return try await #require(throws: GenerationError.self) {
            try await GradioApp.connect(to: server.url, using: http)
        }
    }

    // MARK: Connecting

    @Test("a web page in place of an app means that the Space does not run", arguments: [200, 404, 500, 503])
    func webPage(_ status: Int) async throws {
        let error = try await connectionError { _, responder in
            try await responder.respond(
                status: status, headers: [("content-type", "text/html; charset=utf-8")], body: "<html>asleep")
        }
        #expect(error.code == .spaceUnavailable)
        #expect(error.message.contains("not running"))
        #expect(!error.message.contains("<html>"))
        // Also where the server calls it something else.
        let unnamed = try await connectionError { _, responder in
            try await responder.respond(body: " \n<!doctype html>")
        }
        #expect(unnamed.code == .spaceUnavailable)
    }

    @Test(
        "statuses are typed",
        arguments: [
            (401, "{\"detail\":\"Not authenticated\"}", "unauthorized"),
            (401, "{\"detail\":{\"error\":\"Not authenticated\",\"auth_message\":null}}", "unauthorized"),
            (404, "{\"detail\":\"Not Found\"}", "notFound"), (403, "{}", "forbidden"), (429, "", "rateLimited"),
            (500, "Internal Server Error", "serviceError"), (503, "{}", "serviceUnavailable"),
            (200, "{}", "invalidResponse"), (200, "", "invalidResponse"), (200, "[1]", "invalidResponse"),
            (204, "", "serviceError"),
        ])
    func status(_ status: Int, _ body: String, _ code: String) async throws {
        let error = try await connectionError { _, responder in
            try await responder.respond(status: status, json: body)
        }
        #expect(error.code.rawValue == code, "\(error)")
        #expect(error.wasAccepted == false)
    }

    @Test("every recorded answer without a cookie is a login", arguments: GradioRecording.versions)
    func login(_ version: String) async throws {
        let exchange = try #require(GradioRecording("auth", version).exchanges.first { $0.target == "/config" })
        let error = try await connectionError { _, responder in
            try await responder.respond(status: exchange.status, json: exchange.body)
        }
        #expect(exchange.status == 401)
        #expect(error.code == .unauthorized)
    }

    @Test("names the place on another origin that the app has moved to, and takes no credential there")
    func redirects() async throws {
        let other = try GradioFileTests.server { _, _ in }
        let target = other.url
        let server = try LoopbackServer { request, responder in
            switch request.path {
            case "/config": try await responder.respond(status: 307, headers: [("location", "/moved/config")])
            case "/moved/config":
                try await responder.respond(status: 302, headers: [("location", "\(target)/config")])
            default: try await responder.respond(status: 404)
            }
        }
        let error = try await #require(throws: GenerationError.self) {
            try await GradioApp.connect(to: server.url, using: http, headers: ["Authorization": "Bearer t"])
        }
        #expect(error.code == .unsafeURL && error.wasAccepted == false)
        #expect(error.message.contains(target.absoluteString))
        #expect(server.requests.map { $0.header("Authorization") } == ["Bearer t", "Bearer t"])
        #expect(other.requests.map { $0.header("Authorization") } == [nil])
    }

    // MARK: Submitting

    @Test("sends the arguments once, as JSON, with the credentials")
    func submit() async throws {
        let replay = try ReplayServer()
        let app = try await replay.connect(headers: ["Authorization": "Bearer t"])
        let prompt = "a \"red\" fox 🦊 / 狐狸 \u{2028}\n"
        let job = try await app.submit("infer", [.string(prompt)])
        #expect(job.id == "e1")
        #expect(job.endpoint.name == "/infer")
        let sent = try #require(replay.server.requests.last)
        #expect(sent.target == "/gradio_api/call/infer")
        #expect(sent.header("Content-Type") == "application/json")
        #expect(sent.header("x-gradio-user") == "api")
        #expect(sent.header("Authorization") == "Bearer t")
        #expect(sent.isFirstOnConnection)
        #expect(try JSONValue(parsing: sent.body) == ["data": [.string(prompt)]])
    }

    @Test("refuses before sending what cannot work")
    func refusedHere() async throws {
        let replay = try ReplayServer()
        let app = try await replay.connect()
        let wrong: [([JSONValue], String)] = [
            ([], "needs a value"), (["a", "b"], "at most 1 arguments, not 2"),
        ]
        for (arguments, words) in wrong {
            let error = await #expect(throws: GenerationError.self) { try await app.submit("/infer", arguments) }
            #expect(error?.code == .invalidRequest)
            #expect(error?.wasAccepted == false)
            #expect(error?.message.contains(words) == true)
        }
        let unknown = await #expect(throws: GenerationError.self) { try await app.submit("/nope", [1]) }
        #expect(unknown?.code == .notFound)
        #expect(unknown?.message.contains("/nope") == true)
        #expect(unknown?.message.contains("/infer") == true)
        let nameless = try app.endpoint("/nope", orID: 1)
        let hidden = await #expect(throws: GenerationError.self) {
            try await app.submit(nameless, ["a"], route: .call)
        }
        #expect(hidden?.code == .notFound)
        #expect(replay.server.requests.count == 1)
    }

    @Test("a full queue is retried twice and then told", arguments: GradioRecording.versions)
    func queueFull(_ version: String) async throws {
        let full = try #require(GradioRecording("queue_full", version).exchanges.first { $0.status == 503 })
        let replay = try ReplayServer(
            version: version,
            submit: { responder in
                try await responder.respond(status: 503, json: full.body)
            })
        let error = await #expect(throws: GenerationError.self) { try await replay.submit() }
        #expect(error?.code == .queueFull)
        #expect(error?.status == 503)
        #expect(error?.wasAccepted == false)
        #expect(error?.isRetryable == true)
        #expect(replay.calls == (3, 0))
    }

    @Test(
        "an answer that is no acceptance",
        arguments: [
            (503, "{\"detail\":\"Queue is stopped.\"}", "serviceUnavailable", nil, 1),
            (401, "{\"detail\":\"Not authenticated\"}", "unauthorized", false, 1),
            (404, "{\"detail\":\"Not Found\"}", "notFound", false, 1),
            (422, "{\"detail\":[{\"type\":\"missing\",\"msg\":\"Field required\"}]}", "serviceError", false, 1),
            (429, "", "rateLimited", false, 3),
            (500, "Internal Server Error", "serviceError", nil, 1), (502, "<html>", "serviceError", nil, 1),
            (200, "{}", "invalidResponse", nil, 1), (200, "{\"event_id\":\"\"}", "invalidResponse", nil, 1),
            (200, "null", "invalidResponse", nil, 1), (200, "<html>", "spaceUnavailable", nil, 1),
        ] as [(Int, String, String, Bool?, Int)])
    func refusedThere(_ status: Int, _ body: String, _ code: String, _ accepted: Bool?, _ times: Int) async throws {
        let replay = try ReplayServer(submit: { responder in try await responder.respond(status: status, json: body) })
        let error = await #expect(throws: GenerationError.self) { try await replay.submit() }
        #expect(error?.code.rawValue == code)
        #expect(error?.wasAccepted == accepted)
        #expect(replay.calls == (times, 0))
        if status == 422 { #expect(error?.message.contains("Field required") == true) }
    }

    @Test("a lost answer is not submitted again")
    func lostAnswer() async throws {
        let replay = try ReplayServer(submit: { responder in responder.close() })
        let error = await #expect(throws: GenerationError.self) { try await replay.submit() }
        #expect(error?.code == .connectionLost)
        #expect(error?.wasAccepted == .some(nil))
        #expect(replay.calls == (1, 0))
    }

    @Test("a traceback is not shown", arguments: ["5.23.3", "5.50.0"])
    func traceback(_ version: String) async throws {
        let exchange = try #require(GradioRecording("call_bad_name", version).exchanges.first { $0.status == 500 })
        let replay = try ReplayServer(submit: { responder in
            try await responder.respond(status: 500, body: exchange.body)
        })
        let error = await #expect(throws: GenerationError.self) { try await replay.submit() }
        #expect(error?.message == "The server answered 500: no words")
    }

    @Test(
        "the right name is found before any number, and of several with that name the one that takes as many arguments")
    func names() throws {
        let config = """
            {"version":"5.23.3","dependencies":[{"api_name":"other","inputs":[1,2]},{"api_name":"infer_1","inputs":[1,2]},\
            {"api_name":"infer","inputs":[1]},{"api_name":"infer_x","inputs":[1,2,3]},{"api_name":false,"inputs":[1,2,3]}]}
            """
        let app = GradioApp(
            url: try #require(URL(string: "https://space.example")),
            config: try GradioConfig(parsing: Data(config.utf8)),
            http: http, headers: [:])
        // Number 0 takes two as well, and is another function.
        #expect(try app.endpoint("/infer", orID: 0, taking: 2).id == 1)
        #expect(try app.endpoint("infer", orID: 0, taking: 1).id == 2)
        #expect(try app.endpoint("/infer", orID: 4, taking: 3).id == 2)
        #expect(try app.endpoint("/infer", orID: 0).id == 2)
        #expect(try app.endpoint("/other", orID: 2, taking: 1).id == 0)
        #expect(try app.endpoint("/paint", orID: 4, taking: 3).id == 4)
        #expect(throws: GenerationError.self) { try app.endpoint("/paint", taking: 3) }
    }

    @Test("learns names and defaults", arguments: GradioRelease.all)
    func info(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release)
        let app = try await GradioApp.connect(to: space.url).loadingInfo()
        #expect(app.version == release.version)
        let infer = try app.endpoint("infer")
        #expect(infer.parameters.first?.name == "prompt")
        #expect(infer.parameters.map(\.defaultValue) == [nil, 0, true, 1024, 1024, 4])
    }
}
