import Foundation
import GeneratorTesting
import GeneratorTransport
import ImageGenerators

/// A Gradio app with one endpoint, called directly, that answers what a test wants, and has any file.
struct EchoSpace: Sendable {
    /// The kinds and names of its parameters.
    static func parameters(_ list: (name: String, kind: String)...) -> [(name: String, kind: String)] { list }

    let server: LoopbackServer

    /// Files are what lies on the server, with its media type, by the end of the path. The arguments are the answer unless
    /// told otherwise.
    init(
        version: String = "6.31.0", name: String = "echo", parameters: [(name: String, kind: String)],
        returns: [String],
        files: [String: (type: String, body: Data)] = [:],
        answer: @escaping @Sendable ([JSONValue]) -> [JSONValue] = { $0 }
    ) throws {
        let config = Self.config(version, name, parameters.map(\.kind), returns)
        let info: JSONValue = [
            "named_endpoints": [
                "/\(name)": [
                    "parameters": .array(
                        parameters.filter { $0.kind != "state" }.map {
                            ["parameter_name": .string($0.name), "parameter_has_default": false]
                        })
                ]
            ]
        ]
        server = try LoopbackServer { request, responder in
            switch (request.method, request.path) {
            case (_, "/config"): try await responder.respond(json: config.text)
            case (_, "/gradio_api/info"): try await responder.respond(json: info.text)
            case (_, "/gradio_api/upload"):
                let body = String(decoding: request.body, as: UTF8.self)
                let name = body.components(separatedBy: "filename=\"").last?.prefix { $0 != "\"" } ?? ""
                try await responder.respond(json: JSONValue.array([.string("/tmp/up/\(name)")]).text)
            case (_, "/gradio_api/run/\(name)"):
                let arguments = (try? JSONValue(parsing: request.body))?["data"]?.array ?? []
                let answer: JSONValue = ["data": .array(answer(arguments))]
                try await responder.respond(json: answer.text)
            default:
                guard let file = files.first(where: { request.path.hasSuffix($0.key) })?.value else {
                    return try await responder.respond(status: 404, json: "{\"detail\":\"Not Found\"}")
                }
                try await responder.respond(headers: [("content-type", file.type)], body: file.body)
            }
        }
    }

    var url: String { server.url.absoluteString }

    /// What the endpoint was called with, each time.
    var calls: [[JSONValue]] {
        server.requests.filter { $0.path.hasSuffix("/run/echo") }
            .compactMap { (try? JSONValue(parsing: $0.body))?["data"]?.array }
    }

    private static func config(
        _ version: String, _ name: String, _ parameters: [String], _ returns: [String]
    ) -> JSONValue {
        let components = (parameters + returns).enumerated().map { index, kind -> JSONValue in
            ["id": .integer(index), "type": .string(kind), "props": ["label": .string(kind.capitalized)]]
        }
        let endpoint: JSONValue = [
            "id": 0, "api_name": .string(name), "queue": false,
            "inputs": .array(parameters.indices.map(JSONValue.integer)),
            "outputs": .array(returns.indices.map { .integer(parameters.count + $0) }),
        ]
        return [
            "version": .string(version), "api_prefix": "/gradio_api", "protocol": "sse_v3",
            "components": .array(components), "dependencies": [endpoint],
        ]
    }

    /// A file as the app names it.
    static func file(_ path: String) -> JSONValue {
        ["path": .string(path), "orig_name": "its own name", "mime_type": nil, "meta": ["_type": "gradio.FileData"]]
    }
}

extension JSONValue {
    var text: String { (try? serialized()).map { String(decoding: $0, as: UTF8.self) } ?? "" }
}
