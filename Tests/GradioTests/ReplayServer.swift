import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport

@testable import Gradio

/// A Gradio app whose one endpoint `/infer` accepts every job and streams what a test says.
struct ReplayServer {
    let server: LoopbackServer

    /// `stream` answers `GET /call/infer/{id}`, `submit` answers `POST /call/infer` and accepts by default.
    init(
        version: String = "6.31.0",
        stream: @escaping @Sendable (LoopbackResponder) async throws -> Void = { _ in },
        submit: (@Sendable (LoopbackResponder) async throws -> Void)? = nil
    ) throws {
        let prefix = version.hasPrefix("4.") ? "" : "/gradio_api"
        server = try LoopbackServer { request, responder in
            switch (request.method, request.path) {
            case ("GET", "/config"):
                try await responder.respond(
                    json: """
                        {"version":"\(version)","api_prefix":"\(prefix)","components":[{"id":1,"type":"textbox"}],
                        "dependencies":[{"id":5,"api_name":"infer","inputs":[1],"outputs":[1]},{"api_name":false,"inputs":[1]}]}
                        """)
            case ("POST", prefix + "/call/infer"):
                if let submit { return try await submit(responder) }
                try await responder.respond(json: "{\"event_id\":\"e1\"}")
            case ("GET", prefix + "/call/infer/e1"): try await stream(responder)
            case ("POST", prefix + "/cancel"): try await responder.respond(json: "{\"success\":true}")
            default: try await responder.respond(status: 404, json: "{\"detail\":\"Not Found\"}")
            }
        }
    }

    /// Streams text in given pieces, each an HTTP chunk, and ends as told.
    init(version: String = "6.31.0", pieces: [[UInt8]], isComplete: Bool = true) throws {
        try self.init(version: version) { responder in
            try await responder.beginStream(headers: [("content-type", "text/event-stream; charset=utf-8")])
            for piece in pieces { try await responder.send(Data(piece)) }
            if isComplete { try await responder.end() } else { responder.close() }
        }
    }

    init(text: String, isComplete: Bool = true) throws {
        try self.init(pieces: [Array(text.utf8)], isComplete: isComplete)
    }

    var http: HTTPPipeline {
        HTTPPipeline(retry: RetryPolicy(retries: 2, initialDelay: .milliseconds(1)))
    }

    func connect(headers: HTTPHeaders = [:]) async throws -> GradioApp {
        try await GradioApp.connect(to: server.url, using: http, headers: headers)
    }

    func submit() async throws -> GradioJob { try await connect().submit("/infer", ["a red fox"]) }

    /// How often `/call/infer` was asked: submissions, and openings of the stream.
    var calls: (submissions: Int, streams: Int) {
        let calls = server.requests.filter { $0.path.contains("/call/") }
        return (calls.filter { $0.method == "POST" }.count, calls.filter { $0.method == "GET" }.count)
    }
}

/// Everything that a job says until its end.
struct JobOutcome: Equatable {
    var messages: [GradioMessage] = []
    var error: GenerationError.Code?
    var wasAccepted: Bool?

    /// Reads a job to its end, and does something after each message.
    init(of job: GradioJob, after: () -> Void = {}) async {
        do {
            for try await message in job {
                messages.append(message)
                after()
            }
        } catch let error as GenerationError {
            self.error = error.code
            wasAccepted = error.wasAccepted
        } catch {
            self.error = GenerationError.Code(rawValue: "\(type(of: error))")
        }
    }
}
