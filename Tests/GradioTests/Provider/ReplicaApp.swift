import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport

@testable import Gradio

/// A Gradio app of a test: it offers what the test says, keeps what it receives, and answers with what the test says.
struct ReplicaApp {
    let server: LoopbackServer

    var url: URL { server.url }

    /// A component of an app.
    struct Part {
        var type: String
        var name = ""
        var label = ""
        var value: JSONValue?
        var props: [String: JSONValue] = [:]
    }

    /// - Parameters:
    ///   - endpoints: Names and parameters.
    ///   - outputs: The components of every endpoint's result.
    ///   - answer: What every call returns, with `{app}` for the app's own URL; at every path of a file lies ``picture(_:)``.
    ///   - isDescribed: Whether it has `/info`.
    ///   - asleep: How often it does not answer at first, and what the Hub says then.
    /// - Throws: Where no server can be started.
    init(
        _ endpoints: [(name: String, parameters: [Part])], outputs: [Part] = [Part(type: "image", label: "Result")],
        answer: [JSONValue] = [["path": "/x.png", "meta": ["_type": "gradio.FileData"]]], isDescribed: Bool = true,
        asleep: (questions: Int, stage: String) = (0, "RUNNING")
    ) throws {
        var components: [JSONValue] = [], dependencies: [JSONValue] = [], info: [String: JSONValue] = [:]
        func add(_ part: Part) -> JSONValue {
            var props = part.props
            if let value = part.value { props["value"] = value }
            if !part.label.isEmpty { props["label"] = .string(part.label) }
            components.append([
                "id": .integer(components.count), "type": .string(part.type), "props": .object(props),
            ])
            return .integer(components.count - 1)
        }
        for (index, endpoint) in endpoints.enumerated() {
            dependencies.append([
                "id": .integer(index), "api_name": .string(endpoint.name),
                "inputs": .array(endpoint.parameters.map(add)), "outputs": .array(outputs.map(add)),
            ])
            info["/" + endpoint.name] = [
                "parameters": .array(
                    endpoint.parameters.filter { $0.type != "state" }.map { part in
                        [
                            "parameter_name": .string(part.name), "parameter_has_default": .bool(part.value != nil),
                            "parameter_default": part.value ?? .null, "label": .string(part.label),
                        ]
                    })
            ]
        }
        let config: JSONValue = [
            "version": "5.50.0", "api_prefix": "/gradio_api", "components": .array(components),
            "dependencies": .array(dependencies),
        ]
        let texts = try [config, ["named_endpoints": .object(info)], .array(answer)].map {
            String(decoding: try $0.serialized(), as: UTF8.self)
        }
        let questions = Locked(0)
        server = try LoopbackServer { request, responder in
            switch (request.method, request.path) {
            case ("GET", let path) where path.hasPrefix("/api/spaces/"):
                try await responder.respond(json: "{\"runtime\":{\"stage\":\"\(asleep.stage)\"}}")
            case ("GET", "/config"):
                let number = questions.withLock { questions in
                    questions += 1
                    return questions
                }
                guard number <= asleep.questions else { return try await responder.respond(json: texts[0]) }
                try await responder.respond(
                    status: 503, headers: [("content-type", "text/html")], body: "<html>asleep</html>")
            case ("GET", "/gradio_api/info") where isDescribed: try await responder.respond(json: texts[1])
            case ("POST", "/gradio_api/upload"): try await responder.respond(json: "[\"/tmp/gradio/u/image.png\"]")
            case ("POST", let path) where path.hasPrefix("/gradio_api/call/"):
                try await responder.respond(json: "{\"event_id\":\"e1\"}")
            case ("GET", let path) where path.hasPrefix("/gradio_api/call/"):
                try await responder.beginStream(headers: [("content-type", "text/event-stream")])
                let answer = texts[2].replacing("{app}", with: "http://" + (request.header("host") ?? ""))
                try await responder.send("event: complete\ndata: \(answer)\n\n")
                try await responder.end()
            case ("GET", let path) where path.hasPrefix(Self.files):
                try await responder.respond(
                    headers: [("content-type", "image/png")],
                    body: Self.picture(String(path.dropFirst(Self.files.count))))
            default: try await responder.respond(status: 404, json: "{\"detail\":\"Not Found\"}")
            }
        }
    }

    /// The route at which its files lie.
    static let files = "/gradio_api/file="

    /// The picture at a path of the app.
    static func picture(_ path: String) -> Data {
        LoopbackSpace.picture(prompt: path, seed: 1, width: 16, height: 16)
    }

    /// The endpoints and arguments of every submission.
    var calls: [(endpoint: String, arguments: [JSONValue])] {
        server.requests.filter { $0.method == "POST" && $0.path.contains("/call/") }.map { request in
            (
                request.path.replacingOccurrences(of: "/gradio_api/call", with: ""),
                (try? JSONValue(parsing: request.body))?["data"]?.array ?? []
            )
        }
    }

    /// The arguments of the only submission.
    var arguments: [JSONValue] { calls.count == 1 ? calls[0].arguments : [] }

    func provider(_ mapping: GradioMapping = [:], endpoint: String? = nil) -> GradioProvider {
        GradioProvider(
            url: url, endpoint: endpoint, mapping: mapping,
            environment: GenerationEnvironment {
                $0.credentials = GenerationCredentials()
                $0.retry = RetryPolicy(retries: 0)
            })
    }
}

extension ReplicaApp.Part {
    static let prompt = Self(type: "textbox", name: "prompt", label: "Prompt")
    static let randomize = Self(type: "checkbox", name: "randomize_seed", label: "Randomize seed", value: true)

    static func slider(
        _ name: String, _ label: String, _ value: JSONValue?, _ range: ClosedRange<Int>, step: Int = 1
    ) -> Self {
        Self(
            type: "slider", name: name, label: label, value: value,
            props: [
                "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound), "step": .integer(step),
            ])
    }

    static func choice(_ name: String, _ label: String, _ choices: [String], type: String = "dropdown") -> Self {
        Self(
            type: type, name: name, label: label, value: choices.first.map(JSONValue.string),
            props: ["choices": .array(choices.map { [.string($0), .string($0)] })])
    }

    static let seed = slider("seed", "Seed", 0, 0...2_147_483_647)
    static let width = slider("width", "Width", 1024, 256...2048, step: 32)
    static let height = slider("height", "Height", 768, 256...2048, step: 32)
    static let steps = slider("num_inference_steps", "Number of inference steps", 4, 1...50)
}
