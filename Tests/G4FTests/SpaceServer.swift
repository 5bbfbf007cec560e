import Foundation
import GeneratorTesting
import GeneratorTransport
import Gradio

/// A Space of the family, which answers every job as a test says.
struct SpaceServer {
    /// What was submitted.
    struct Job: Sendable {
        let id: String
        let body: JSONValue

        var session: String { body["session_hash"]?.string ?? "" }
        var arguments: [JSONValue] { body["data"]?.array ?? [] }

        func message(_ kind: String, _ more: String = "") -> String {
            "data: {\"msg\":\"\(kind)\",\"event_id\":\"\(id)\"\(more.isEmpty ? "" : "," + more)}\n\n"
        }

        func completed(_ data: String) -> String {
            message("process_completed", "\"output\":{\"data\":\(data)},\"success\":true")
        }

        func failed(_ error: String) -> String {
            message("process_completed", "\"output\":{\"error\":\"\(error)\"},\"success\":false")
        }
    }

    /// The messages about a job. Where the last one does not complete it, the stream stays open until the client leaves.
    typealias Reply = @Sendable (Job) -> [String]

    static let picture = "{\"path\":\"/tmp/gradio/h/image.png\",\"url\":\"http://wrong.example/x\"}"
    static let png =
        Data(
            base64Encoded:
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
        ) ?? Data()

    let server: LoopbackServer
    private let submitted: Locked<[Job]>

    init(
        _ components: [JSONValue], _ dependencies: [JSONValue],
        upload: @escaping @Sendable (LoopbackRequest, LoopbackResponder) async throws -> Void = { request, responder in
            let name = String(decoding: request.body, as: UTF8.self).firstMatch(of: /filename="([^"]*)"/)?.output.1
            try await responder.respond(json: "[\"/tmp/gradio/u/\(name ?? "")\"]")
        },
        run: @escaping @Sendable (LoopbackResponder) async throws -> Void = { responder in
            try await responder.respond(json: "{\"data\":[\(SpaceServer.picture)],\"is_generating\":false}")
        },
        file: @escaping @Sendable (LoopbackResponder) async throws -> Void = { responder in
            try await responder.respond(headers: [("content-type", "image/png")], body: SpaceServer.png)
        },
        reply: @escaping Reply
    ) throws {
        let config = try String(
            decoding: JSONValue.object([
                "version": "5.23.3", "api_prefix": "/gradio_api", "protocol": "sse_v3",
                "components": .array(components), "dependencies": .array(dependencies),
            ]).serialized(), as: UTF8.self)
        let submitted = Locked([Job]())
        self.submitted = submitted
        server = try LoopbackServer { request, responder in
            switch (request.method, request.path) {
            case ("GET", "/config"): try await responder.respond(json: config)
            case ("POST", "/gradio_api/queue/join"):
                let body = try JSONValue(parsing: request.body)
                let id = submitted.withLock { jobs in
                    jobs.append(Job(id: "e\(jobs.count + 1)", body: body))
                    return jobs[jobs.count - 1].id
                }
                try await responder.respond(json: "{\"event_id\":\"\(id)\"}")
            case ("GET", "/gradio_api/queue/data"):
                let session = request.queryItems.first?.value ?? ""
                guard let job = submitted.withLock({ $0.last { $0.session == session } }) else { return }
                try await responder.beginStream(headers: [("content-type", "text/event-stream")])
                let messages = reply(job)
                for message in messages { try await responder.send(message) }
                guard messages.last?.contains("process_completed") == true else {
                    return await responder.waitForDisconnect()
                }
                try await responder.send("data: {\"msg\":\"close_stream\"}\n\n")
                try await responder.end()
            case ("POST", "/gradio_api/upload"): try await upload(request, responder)
            case ("POST", "/gradio_api/run/predict"):
                let body = try JSONValue(parsing: request.body)
                submitted.withLock { $0.append(Job(id: "", body: body)) }
                try await run(responder)
            case ("POST", "/gradio_api/cancel"): try await responder.respond(json: "{\"success\":true}")
            default:
                guard request.path.hasPrefix("/gradio_api/file=") else {
                    return try await responder.respond(status: 404, json: "{\"detail\":\"Not Found\"}")
                }
                try await file(responder)
            }
        }
    }

    var url: URL { server.url }
    /// Every job that was submitted, in order.
    var jobs: [Job] { submitted.withLock { $0 } }
    /// The last part of each path that was asked for.
    var calls: [String] { server.requests.compactMap { $0.path.split(separator: "/").last.map(String.init) } }

    // MARK: The Spaces

    static func slider(_ id: Int, _ range: ClosedRange<Double>) -> JSONValue {
        [
            "id": .integer(id), "type": "slider",
            "props": ["minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)],
        ]
    }

    private static let hidden: JSONValue = ["api_name": false, "inputs": [], "outputs": []]

    /// FLUX.1 [dev]; replies with one picture by default.
    static func fluxDev(
        reply: @escaping Reply = { [$0.completed("[\(SpaceServer.picture),7]")] },
        file: @escaping @Sendable (LoopbackResponder) async throws -> Void = { responder in
            try await responder.respond(headers: [("content-type", "image/png")], body: SpaceServer.png)
        }
    ) throws -> SpaceServer {
        try SpaceServer(
            [
                ["id": 4, "type": "textbox"], slider(5, 0...2_147_483_647), ["id": 6, "type": "checkbox"],
                slider(7, 256...2048), slider(8, 256...2048), slider(9, 1...15), slider(10, 1...50),
            ],
            [
                hidden, hidden,
                [
                    "id": 2, "api_name": "infer", "inputs": [4, 5, 6, 7, 8, 9, 10], "outputs": [11, 5],
                    "targets": [[5, "click"], [4, "submit"]],
                ],
            ], file: file, reply: reply)
    }

    /// Janus-Pro-7B; writes a text, or makes a gallery of two, by default.
    static func janus(
        seeds: ClosedRange<Double> = 0...2_147_483_647,
        reply: @escaping Reply = { job in
            let item = "{\"image\":\(SpaceServer.picture),\"caption\":null}"
            return [job.completed(job.body["fn_index"] == 3 ? "[[\(item),\(item)]]" : "[\"An answer.\"]")]
        }
    ) throws -> SpaceServer {
        try SpaceServer(
            [
                ["id": 1, "type": "image"], ["id": 2, "type": "textbox"], slider(3, seeds), slider(4, 0...1),
                slider(5, 0...1), slider(6, 1...10), ["id": 7, "type": "textbox"], slider(8, seeds),
            ],
            [
                hidden, hidden,
                [
                    "id": 2, "api_name": "multimodal_understanding", "inputs": [1, 2, 3, 4, 5], "outputs": [9],
                    "targets": [[10, "click"]],
                ],
                [
                    "id": 3, "api_name": "generate_image", "inputs": [7, 8, 6, 5], "outputs": [12],
                    "targets": [[20, "click"]],
                ],
            ], reply: reply)
    }

    /// The framework's own FLUX.
    static func direct(
        seeds: ClosedRange<Double> = 0...2_147_483_647,
        run: @escaping @Sendable (LoopbackResponder) async throws -> Void = { responder in
            try await responder.respond(json: "{\"data\":[\(SpaceServer.picture),7],\"is_generating\":false}")
        }
    ) throws -> SpaceServer {
        try SpaceServer(
            [
                ["id": 1, "type": "textbox"], slider(2, seeds), slider(3, 256...2048), ["id": 4, "type": "checkbox"],
                slider(5, 1...8),
            ],
            [
                hidden, hidden, hidden,
                [
                    "id": 3, "api_name": false, "inputs": [1, 2, 3, 3, 4, 5], "outputs": [6],
                    "targets": [[10, "click"]],
                ],
            ], run: run, reply: { _ in [] })
    }
}

/// The Hub, as far as it hands out GPU tokens.
struct HubServer {
    static let page = """
        <html><div data-props="{&quot;x&quot;:1,&quot;token&quot;:&quot;page.token&quot;,\
        &quot;sessionUuid&quot;:&quot;u-1&quot;}"></div></html>
        """

    let server: LoopbackServer

    init(page: String = HubServer.page, status: Int = 200, signed: String = "{\"token\":\"signed.token\"}") throws {
        server = try LoopbackServer { request, responder in
            if request.path.hasSuffix("/jwt") { return try await responder.respond(json: signed) }
            guard request.path.hasPrefix("/spaces/") else { return try await responder.respond(status: 404) }
            try await responder.respond(status: status, headers: [("content-type", "text/html")], body: page)
        }
    }

    var paths: [String] { server.requests.map(\.path) }
}
