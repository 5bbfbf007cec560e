import Foundation
import GeneratorCore
import GeneratorTesting
import TestPace

/// A Space whose sliders have other ranges, and which answers as a test says.
struct ScriptedSpace {
    let server: LoopbackServer

    init(
        seed: ClosedRange<Int> = 0...99, sides: ClosedRange<Int> = 256...2048, steps: ClosedRange<Int> = 1...50,
        accepting: Gate? = nil, endpoint: String = "infer", parameters: [Int] = [1, 2, 3, 4, 5, 6],
        answer: String = "{\"event_id\":\"e1\"}",
        events: String = "event: complete\ndata: [{\"path\": \"/x.png\"}, 5]\n\n"
    ) throws {
        func slider(_ id: Int, _ range: ClosedRange<Int>) -> JSONValue {
            [
                "id": .integer(id), "type": "slider",
                "props": ["minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)],
            ]
        }
        let config: JSONValue = [
            "version": "5.50.0", "api_prefix": "/gradio_api",
            "components": [
                ["id": 1, "type": "textbox"], slider(2, seed), ["id": 3, "type": "checkbox"], slider(4, sides),
                slider(5, sides), slider(6, steps),
            ],
            "dependencies": [
                ["id": 0, "api_name": .string(endpoint), "inputs": .array(parameters.map(JSONValue.integer))]
            ],
        ]
        let text = try String(decoding: config.serialized(), as: UTF8.self)
        server = try LoopbackServer { request, responder in
            switch (request.method, request.path) {
            case ("GET", "/config"): try await responder.respond(json: text)
            case ("POST", "/gradio_api/call/infer"):
                await accepting?.pass()
                try await responder.respond(json: answer)
            case ("POST", "/gradio_api/cancel"): try await responder.respond(json: "{\"success\":true}")
            case ("GET", "/gradio_api/call/infer/e1"):
                try await responder.beginStream(headers: [("content-type", "text/event-stream")])
                try await responder.send(events)
                try await responder.end()
            default: try await responder.respond(status: 404, json: "{\"detail\":\"Not Found\"}")
            }
        }
    }

    /// The arguments of every submission.
    var arguments: [[JSONValue]] {
        server.requests.filter { $0.method == "POST" }
            .map { (try? JSONValue(parsing: $0.body))?["data"]?.array ?? [] }
    }
}
