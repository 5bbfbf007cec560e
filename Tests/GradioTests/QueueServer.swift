import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import Testing

@testable import Gradio

/// A Gradio app with a queue, whose streams say what a test tells them. Its jobs are called `e1`, `e2`, … in the order in
/// which they arrive.
struct QueueServer {
    /// Answers `GET /queue/data`; the number counts the streams from 1.
    typealias Stream = @Sendable (_ number: Int, _ responder: LoopbackResponder) async throws -> Void
    /// Runs before the answer to `POST /queue/join`.
    typealias Join = @Sendable (_ job: String) async throws -> Void

    /// Two endpoints: `/chat` takes state and a text, `/draw` a text only.
    static let dependencies = """
        {"id":7,"api_name":"chat","inputs":[1,2],"outputs":[1,2],"targets":[[9,"click"]]},
        {"id":8,"api_name":"draw","inputs":[2],"outputs":[2],"targets":[]}
        """
    static let components = """
        {"id":1,"type":"state"},{"id":2,"type":"textbox","props":{"label":"Text"}}
        """
    static let eventStream = [("content-type", "text/event-stream; charset=utf-8")]

    let server: LoopbackServer

    init(
        version: String = "5.23.3", protocol name: String = "sse_v3", join: @escaping Join = { _ in },
        stream: @escaping Stream
    ) throws {
        let prefix = version.hasPrefix("4.") ? "" : "/gradio_api"
        let counts = Locked((joins: 0, streams: 0))
        server = try LoopbackServer { request, responder in
            switch (request.method, request.path) {
            case ("GET", "/config"):
                try await responder.respond(
                    json: """
                        {"version":"\(version)","api_prefix":"\(prefix)","protocol":"\(name)",
                        "components":[\(Self.components)],"dependencies":[\(Self.dependencies)]}
                        """)
            case ("POST", prefix + "/queue/join"):
                let job = counts.withLock { counts in
                    counts.joins += 1
                    return "e\(counts.joins)"
                }
                try await join(job)
                try await responder.respond(json: "{\"event_id\":\"\(job)\"}")
            case ("GET", prefix + "/queue/data"):
                let number = counts.withLock { counts in
                    counts.streams += 1
                    return counts.streams
                }
                try await stream(number, responder)
            case ("POST", prefix + "/cancel"): try await responder.respond(json: "{\"success\":true}")
            default: try await responder.respond(status: 404, json: "{\"detail\":\"Not Found\"}")
            }
        }
    }

    /// Streams text at once and ends as told.
    init(version: String = "5.23.3", protocol name: String = "sse_v3", text: String, isComplete: Bool = true) throws {
        try self.init(version: version, protocol: name) { _, responder in
            try await responder.beginStream(headers: Self.eventStream)
            try await responder.send(text)
            if isComplete { try await responder.end() } else { responder.close() }
        }
    }

    /// Silence is measured on `clock`; nothing is silent for too long where nobody moves it.
    func connect(clock: ManualClock = ManualClock()) async throws -> GradioApp {
        let http = HTTPPipeline(
            transport: PlatformTransport.make(clock: GeneratorClock(clock)),
            retry: RetryPolicy(retries: 2, initialDelay: .milliseconds(1)))
        return try await GradioApp.connect(to: server.url, using: http)
    }

    func submit() async throws -> GradioJob { try await connect().submit("/draw", ["a red fox"]) }

    /// What was asked for below the queue, in order: `join`, `data`, `cancel`.
    var calls: [String] {
        server.requests.compactMap { $0.path.hasSuffix("/config") ? nil : $0.path.split(separator: "/").last }
            .map(String.init)
    }

    var joins: [LoopbackRequest] { server.requests.filter { $0.path.hasSuffix("/queue/join") } }
    var streams: [LoopbackRequest] { server.requests.filter { $0.path.hasSuffix("/queue/data") } }

    // MARK: Messages

    /// One message of the queue.
    static func message(_ kind: String, _ job: String? = nil, _ more: String = "") -> String {
        let name = job.map { "\"\($0)\"" } ?? "null"
        return "data: {\"msg\":\"\(kind)\",\"event_id\":\(name)\(more.isEmpty ? "" : "," + more)}\n\n"
    }

    static func completed(_ job: String, _ data: String) -> String {
        message("process_completed", job, "\"output\":{\"data\":\(data)},\"success\":true")
    }

    static let closing = message("close_stream")
}
