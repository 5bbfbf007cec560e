import Foundation
import GeneratorTesting
import GeneratorTransport

/// A Gradio app whose every job makes the same picture in the same steps, without a pause and without work: what is
/// measured is the client.
///
/// What describes the app comes from the embedded Space.
final class ReplayedSpace: Sendable {
    static let steps = 10
    /// The prompt that lets the events come one by one, a millisecond apart.
    static let pacedPrompt = "Slowly"
    /// The prompt of those that wait for each other, one at a time, and hear of every step of the line.
    static let crowdedPrompt = "Crowded"
    static let pictureSize = 100_000

    private static let prefix = "/gradio_api/"
    private static let path = "/tmp/gradio/0123456789abcdef0123456789abcdef/image.png"

    private struct Jobs {
        var count = 0
        var waiting: [String: [(job: String, prompt: String)]] = [:]
    }

    private let jobs = Locked(Jobs())
    private let line = WaitingLine()
    private let space: LoopbackSpace
    private let documents = Locked<[String: String]>([:])
    private let picture: Data
    private let transport = PlatformTransport.make()

    init() async throws {
        space = try LoopbackSpace()
        // What stands behind the end of a picture is no part of it, but is sent all the same.
        let picture = LoopbackSpace.picture(prompt: "A quiet harbour", seed: 1, width: 64, height: 64)
        self.picture = picture + Data(repeating: 0x2A, count: max(0, Self.pictureSize - picture.count))
    }

    /// - Returns: Whether it was for the app.
    func answer(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws -> Bool {
        let path = request.path
        if request.method == "GET", path == "/config" || path == Self.prefix + "info" {
            try await responder.respond(json: document(request))
            return true
        }
        guard path.hasPrefix(Self.prefix) else { return false }
        let route = path.dropFirst(Self.prefix.count)
        switch (request.method, route) {
        case ("POST", "queue/join"): try await join(request, responder)
        case ("GET", "queue/data"): try await stream(request, responder)
        case ("GET", _) where route.hasPrefix("file="):
            try await responder.respond(headers: [("content-type", "image/png")], body: picture)
        case ("GET", _) where route.hasPrefix("heartbeat/"):
            try await responder.beginStream(headers: [("content-type", "text/event-stream")])
            await responder.waitForDisconnect()
        default: return false
        }
        return true
    }

    /// A document of the embedded Space, as if it ran here.
    private func document(_ request: LoopbackRequest) async throws -> String {
        if let known = documents.withLock({ $0[request.target] }) { return known }
        guard let url = URL(string: request.target, relativeTo: space.url) else { throw BenchError("no URL") }
        let answer = try await transport.send(HTTPRequest(url: url.absoluteURL))
        let text = String(decoding: try await answer.body.collect(upTo: 1 << 20), as: UTF8.self)
            .replacing(space.url.absoluteString, with: "http://\(request.header("Host") ?? "")")
        documents.withLock { $0[request.target] = text }
        return text
    }

    private func join(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        guard let body = try JSONSerialization.jsonObject(with: request.body) as? [String: Any],
            let session = body["session_hash"] as? String
        else { return try await responder.respond(status: 422, json: "{\"detail\":\"no session\"}") }
        let prompt = (body["data"] as? [Any])?.first as? String ?? ""
        let job = jobs.withLock { jobs in
            jobs.count += 1
            let job = String(repeating: "0", count: 24) + String(10_000_000 + jobs.count)
            jobs.waiting[session, default: []].append((job, prompt))
            return job
        }
        try await responder.respond(json: "{\"event_id\":\"\(job)\"}")
    }

    private func stream(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        let session = request.queryItems.first { $0.name == "session_hash" }?.value ?? ""
        let waiting = jobs.withLock { $0.waiting.removeValue(forKey: session) ?? [] }
        let root = "http://\(request.header("Host") ?? "")"
        try await responder.beginStream(headers: [("content-type", "text/event-stream; charset=utf-8")])
        for (job, prompt) in waiting {
            let isCrowded = prompt == Self.crowdedPrompt
            defer { if isCrowded { line.leave() } }
            if isCrowded {
                for await place in line.enter() { try await responder.send(Self.place(place, of: job)) }
                try await Task.sleep(for: .milliseconds(5))
            }
            for message in Self.messages(of: job, root: root) {
                if prompt == Self.pacedPrompt { try await Task.sleep(for: .milliseconds(1)) }
                try await responder.send(message)
            }
        }
        try await responder.send(#"data: {"msg":"close_stream","event_id":null}"# + "\n\n")
        try await responder.end()
    }

    private static func place(_ place: Int, of job: String) -> String {
        #"data: {"msg":"estimation","event_id":"\#(job)","rank":\#(place),"queue_size":\#(place + 1),"rank_eta":2.5}"#
            + "\n\n"
    }

    /// What the queue says about a job, as the lines of its stream.
    static func messages(of job: String, root: String) -> [String] {
        func event(_ kind: String, _ members: String) -> String {
            "data: {\"msg\":\"\(kind)\",\"event_id\":\"\(job)\",\(members)}\n\n"
        }
        let progress = (0..<steps).map { step in
            event(
                "progress",
                """
                "progress_data":[{"index":\(step),"length":\(steps),"unit":"steps","progress":null,"desc":"Denoising"}]
                """)
        }
        let output = """
            "output":{"data":[{"path":"\(path)","url":"\(root)\(prefix)file=\(path)","size":null,"orig_name":"image.png",\
            "mime_type":null,"is_stream":false,"meta":{"_type":"gradio.FileData"}},42],"is_generating":false,\
            "duration":2.5,"average_duration":2.5,"render_config":null,"changed_state_ids":[],"used_cache":null},\
            "success":true,"title":null,"used_cache":null,"cache_duration":2.5,"avg_time":2.5
            """
        return [
            place(0, of: job), event("process_starts", #""eta":2.5"#),
        ]
            + progress + [event("process_completed", output)]
    }
}
