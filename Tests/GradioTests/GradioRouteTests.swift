import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@testable import Gradio

@Suite("Ways to call an endpoint", .paced)
struct GradioRouteTests {
    /// An app of any release, whose routes answer as a test says.
    private struct OldApp {
        let server: LoopbackServer

        init(
            _ version: String, _ name: String?, endpoint: String = "", api: String = "\"infer\"",
            run: @escaping @Sendable (LoopbackResponder) async throws -> Void = { responder in
                try await responder.respond(json: "{\"data\":[\"done\"],\"is_generating\":false}")
            }
        ) throws {
            let queue = name.map { "\"protocol\":\"\($0)\"," } ?? ""
            server = try LoopbackServer { request, responder in
                if request.path == "/config" {
                    return try await responder.respond(
                        json: """
                            {"version":"\(version)",\(queue)"components":[{"id":4,"type":"textbox"}],"dependencies":[
                            {"targets":[[4,"change"]],"inputs":[4],"outputs":[],"queue":null,"api_name":\(api)\(endpoint)}]}
                            """)
                }
                if request.path.hasPrefix("/run/") { return try await run(responder) }
                try await responder.respond(status: 404, json: "{\"detail\":\"Not Found\"}")
            }
        }

        func connect() async throws -> GradioApp {
            try await GradioApp.connect(
                to: server.url, using: HTTPPipeline(retry: .never))
        }
    }

    private func route(
        _ version: String, _ name: String?, _ endpoint: String = "", api: String = "\"infer\"",
        wish: GradioRoute = .automatic
    ) async throws -> GradioRoute {
        let app = try await OldApp(version, name, endpoint: endpoint, api: api).connect()
        return try app.route(wish, for: #require(app.endpoints.first))
    }

    @Test("a batch function takes its arguments as lists, and gives its results so")
    func batch() async throws {
        let app = try OldApp("6.31.0", "sse_v3", endpoint: ",\"batch\":true") { responder in
            try await responder.respond(json: "{\"data\":[[\"one\"],[2]],\"is_generating\":false}")
        }
        let output = try await app.connect().submit("/infer", ["a"], route: .run).output()
        #expect(output == ["one", 2])
        let body = try JSONValue(parsing: #require(app.server.requests.last).body)
        #expect(body["data"] == [["a"]] && body["batched"] == true)
    }

    @Test(
        "the best that a release has",
        arguments: [
            ("3.50.2", nil, GradioRoute.run), ("4.0.2", "sse", .run), ("4.9.1", "sse_v1", .queue),
            ("4.19.2", "sse_v2", .queue), ("4.21.0", "sse_v2.1", .queue), ("4.44.1", "sse_v3", .queue),
            ("6.31.0", "sse_v3", .queue), ("7.0.0", "sse_v4", .queue), ("5.0.0", nil, .call), ("5.0.0", "ws", .call),
            ("4.20.0", "sse", .call),
        ])
    func automatic(_ version: String, _ name: String?, _ expected: GradioRoute) async throws {
        #expect(try await route(version, name) == expected)
    }

    @Test("what does not go through the queue is called directly")
    func unqueued() async throws {
        #expect(try await route("5.23.3", "sse_v3", ",\"queue\":false") == .run)
        #expect(try await route("5.23.3", "sse_v3", ",\"queue\":true") == .queue)
        #expect(try await route("5.23.3", nil, ",\"queue\":false") == .run)
        // But a generator: of that a direct call gives the first value only.
        let generator = ",\"queue\":false,\"types\":{\"generator\":true}"
        #expect(try await route("5.23.3", "sse_v3", generator) == .queue)
    }

    @Test("without a name only the queue and the direct route are left")
    func nameless() async throws {
        #expect(try await route("5.23.3", "sse_v3", api: "false") == .queue)
        #expect(try await route("5.23.3", nil, api: "false") == .run)
        let error = await #expect(throws: GenerationError.self) {
            try await route("5.23.3", "sse_v3", api: "false", wish: .call)
        }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("number 0") == true)
    }

    @Test("what a release does not have is refused, with what it needs")
    func refused() async throws {
        for (version, name) in [("3.50.2", nil), ("4.0.2", "sse")] as [(String, String?)] {
            let queue = await #expect(throws: GenerationError.self) { try await route(version, name, wish: .queue) }
            #expect(queue?.code == .serviceError)
            #expect(queue?.message.contains("the queue of Gradio \(version)") == true)
            #expect(queue?.message.contains("4.9 or later") == true)
            let call = await #expect(throws: GenerationError.self) { try await route(version, name, wish: .call) }
            #expect(call?.message == "The app runs Gradio \(version); it must be 4.20 or later.")
            #expect(try await route(version, name, wish: .run) == .run)
            // A direct call gives a generator's first value for its last.
            let generator = await #expect(throws: GenerationError.self) {
                try await route(version, name, ",\"types\":{\"generator\":true}")
            }
            #expect(generator?.message == queue?.message)
        }
        #expect(try await route("4.9.1", "sse_v1", wish: .queue) == .queue)
        #expect(try await route("4.20.0", "sse_v2", wish: .call) == .call)
    }

    @Test("the direct call names the function by its number as well", arguments: ["\"infer\"", "false"])
    func body(_ api: String) async throws {
        let old = try OldApp("3.50.2", nil, api: api)
        let app = try await old.connect()
        let endpoint = try #require(app.endpoints.first)
        var hashes: Set<String> = []
        for _ in 1...3 {
            let job = try await app.submit(endpoint, ["a"], headers: ["x-zerogpu-token": "t"])
            #expect(try await job.output() == ["done"])
            let sent = try #require(old.server.requests.last)
            #expect(sent.target == (api == "false" ? "/run/predict" : "/run/infer"))
            #expect(sent.header("x-zerogpu-token") == "t")
            #expect(sent.isFirstOnConnection)
            let body = try JSONValue(parsing: sent.body)
            let hash = try #require(body["session_hash"]?.string)
            #expect(hash.wholeMatch(of: /[a-z0-9]{10}/) != nil)
            hashes.insert(hash)
            #expect(
                body == [
                    "data": ["a"], "fn_index": 0, "session_hash": .string(hash), "event_data": nil, "trigger_id": 4,
                ])
            try await job.cancel()
        }
        #expect(hashes.count == 3)
        #expect(old.server.requests.count == 4)
    }

    @Test("a number from an app's page is called as the page does")
    func number() async throws {
        let old = try OldApp("3.50.2", nil)
        let app = try await old.connect()
        _ = try await app.submit(app.endpoint(number: 0), ["a"], route: .run)
        #expect(old.server.requests.last?.target == "/run/predict")
        let error = #expect(throws: GenerationError.self) { try app.endpoint(number: 3) }
        #expect(error?.code == .notFound)
        #expect(error?.message == "The app has no endpoint number 3.")
    }

    @Test(
        "what a direct call can answer",
        arguments: [
            (500, "{\"error\":\"'not allowed'\"}", "generationFailed", "not allowed", true),
            (500, "{\"error\":null}", "generationFailed", "The app failed and does not say why.", true),
            (
                500,
                "{\"error\":\"'You have exceeded your GPU quota (60s requested vs. 0s left). <a href=x>Join</a>'\"}",
                "quotaExceeded", "You have exceeded your GPU quota (60s requested vs. 0s left).", false
            ), (500, "{\"error\":\"NSFW content detected.\"}", "contentFiltered", "NSFW content detected.", true),
            (500, "Internal Server Error", "serviceError", "The server answered 500", nil),
            (422, "{\"detail\":[{\"msg\":\"Field required\"}]}", "serviceError", "The server answered 422", false),
            (401, "{\"detail\":\"Not authenticated\"}", "unauthorized", "The server answered 401", false),
            (503, "{\"detail\":\"Queue is full.\"}", "queueFull", "The server answered 503", false),
            (504, "<html>", "serviceError", "The server answered 504", nil),
            (
                404, "{\"detail\":\"Not Found\"}", "serviceError",
                "The endpoint /infer needs the queue of Gradio 3.50.2", false
            ),
            (404, "<html>", "notFound", "The server answered 404", false),
            (200, "{}", "invalidResponse", "The app's answer holds no data.", nil),
            (200, "<html>", "spaceUnavailable", "A web page answered", nil),
        ] as [(Int, String, String, String, Bool?)])
    func errors(_ status: Int, _ body: String, _ code: String, _ words: String, _ accepted: Bool?) async throws {
        let old = try OldApp("3.50.2", nil) { responder in try await responder.respond(status: status, body: body) }
        let app = try await old.connect()
        let error = await #expect(throws: GenerationError.self) { try await app.submit("/infer", ["a"]) }
        #expect(error?.code.rawValue == code)
        #expect(error?.message.hasPrefix(words) == true, "\(error?.message ?? "")")
        #expect(error?.wasAccepted == accepted)
        #expect(old.server.requests.count == 2)
    }

    @Test("a closed route of a newer release is told in its words")
    func closed() async throws {
        let words = "This API endpoint does not accept direct HTTP POST requests."
        let app = try OldApp("4.44.1", "sse_v3", endpoint: ",\"queue\":false") { responder in
            try await responder.respond(status: 404, json: "{\"detail\":\"\(words)\"}")
        }
        let error = await #expect(throws: GenerationError.self) { try await app.connect().submit("/infer", ["a"]) }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains(words) == true)
        #expect(error?.wasAccepted == false)
    }

    @Test("a lost answer is not asked for again")
    func lost() async throws {
        let old = try OldApp("3.50.2", nil) { responder in responder.close() }
        let error = await #expect(throws: GenerationError.self) { try await old.connect().submit("/infer", ["a"]) }
        #expect(error?.code == .connectionLost)
        #expect(old.server.requests.count == 2)
    }

    @Test("no silence is too long for a direct call")
    func silence() async throws {
        let asked = Gate(), done = Gate()
        let old = try OldApp("3.50.2", nil) { responder in
            asked.open()
            await done.pass()
            try await responder.respond(json: "{\"data\":[7]}")
        }
        // Without a word of its own the call would take the pipeline's silence, which is a minute.
        let clock = ManualClock()
        let http = HTTPPipeline(transport: PlatformTransport.make(clock: GeneratorClock(clock)))
        let app = try await GradioApp.connect(to: old.server.url, using: http)
        async let output = app.submit("/infer", ["a"]).output()
        await asked.pass()
        await clock.waitForSleepers()
        clock.advance(by: .seconds(3600))
        done.open()
        #expect(try await output == [7])
    }

    // MARK: What old releases return (recorded from 3.50.2)

    @Test("a picture of Gradio 3 is in the answer")
    func dataURL() async throws {
        let png = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        let text = "data:image/png;base64,\(png.base64EncodedString())"
        let old = try OldApp("3.50.2", nil) { responder in
            try await responder.respond(
                json: """
                    {"data":["\(text)",7],"is_generating":false,"duration":0.00095,"average_duration":0.00095}
                    """)
        }
        let app = try await old.connect()
        let output = try await app.submit("/infer", ["a red fox"]).output()
        #expect(output[1] == 7)
        let file = try #require(GradioFile(output[0]))
        #expect(app.url(for: file)?.absoluteString == text)
    }

    @Test("the pictures of a gallery of Gradio 3 lie on the server, with captions or without")
    func gallery() async throws {
        let old = try OldApp("3.50.2", nil) { responder in
            try await responder.respond(
                json: """
                    {"data":[[{"name":"/tmp/gradio/a4/image.png","data":null,"is_file":true},
                    [{"name":"/tmp/gradio/e1/image.png","data":null,"is_file":true},"a caption"],
                    [{"name":"/tmp/gradio/e2/image.png","data":null,"is_file":true},null]]]}
                    """)
        }
        let app = try await old.connect()
        let gallery = try #require(await app.submit("/infer", ["a cat"]).output().first?.array)
        let files = gallery.map(GradioFile.init)
        #expect(files.map { $0?.path } == ["a4", "e1", "e2"].map { "/tmp/gradio/\($0)/image.png" })
        #expect(
            files.compactMap { $0.flatMap(app.url(for:))?.absoluteString }
                == ["a4", "e1", "e2"].map { "\(old.server.url)/file=/tmp/gradio/\($0)/image.png" })
        for other: JSONValue in [[], ["a", "b"], [["name": "/x"]], [["name": "/x"], 7], [["name": "/x"], "b", "c"]] {
            #expect(GradioFile(other) == nil)
        }
    }
}
