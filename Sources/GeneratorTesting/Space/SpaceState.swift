internal import Foundation
internal import GeneratorTransport
internal import Gradio

/// The jobs and pictures of an embedded Space, and its routes.
final class SpaceState: Sendable {
    private struct Content {
        var jobs: [String: SpaceJob] = [:]
        var jobOrder: [String] = []
        var pictures: [String: (data: Data, date: String)] = [:]
        var order: [String] = []
        var counts = (submissions: 0, cancellations: 0)
    }

    /// So many pictures are kept; the oldest go first, as real Spaces delete theirs.
    private static let pictureLimit = 64
    /// So many jobs are remembered, as many as a real server remembers sessions.
    private static let jobLimit = 2000

    private let release: GradioRelease
    private let heartbeat: Duration
    private let content = Locked(Content())

    init(release: GradioRelease, heartbeat: Duration) {
        self.release = release
        self.heartbeat = heartbeat
    }

    var counts: (submissions: Int, cancellations: Int) { content.withLock { $0.counts } }

    func stop() {
        let jobs = content.withLock { content in
            defer { content.jobs = [:] }
            return Array(content.jobs.values)
        }
        for job in jobs { job.cancel() }
    }

    func answer(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        let documents = SpaceDocuments(release: release, root: "http://\(request.header("Host") ?? "127.0.0.1")")
        let path = request.path
        if request.method == "GET", path == "/config" { return try await send(documents.config, responder) }
        guard path.hasPrefix(release.prefix + "/") else { return try await refuse(404, "Not Found", responder) }
        let route = String(path.dropFirst(release.prefix.count + 1))
        if request.method == "GET", route.hasPrefix("file=") {
            return try await sendFile(String(route.dropFirst(5)), responder)
        }
        let parts = route.split(separator: "/").map(String.init)
        do {
            switch (request.method, parts.first, parts.count) {
            case ("GET", "info", 1): try await send(documents.info, responder)
            case ("POST", "call", 2): try await submit(parts[1], request, documents, responder)
            case ("GET", "call", 3): try await stream(parts[2], responder)
            case ("POST", "cancel", 1): try await cancel(request, responder)
            case ("POST", "reset", 1): try await responder.respond(json: "{\"success\":true}")
            case (_, "call", 2), (_, "cancel", 1): try await refuseMethod(responder)
            default: try await refuse(404, "Not Found", responder)
            }
        } catch let refusal as SpaceRefusal {
            try await responder.respond(status: 422, json: refusal.body)
        }
    }

    private func submit(
        _ name: String, _ request: LoopbackRequest, _ documents: SpaceDocuments, _ responder: LoopbackResponder
    ) async throws {
        let values = try SpaceBody(request, needing: ["data"], release: release).arguments()
        guard name == "infer" else {
            return try await responder.respond(status: 500, body: release.internalError(endpoint: name))
        }
        let job = SpaceJob(id: UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: ""))
        let forgotten = content.withLock { content in
            content.jobs[job.id] = job
            content.jobOrder.append(job.id)
            content.counts.submissions += 1
            guard content.jobOrder.count > Self.jobLimit else { return nil as SpaceJob? }
            return content.jobs.removeValue(forKey: content.jobOrder.removeFirst())
        }
        // Nobody could stop it any more.
        forgotten?.cancel()
        job.start { [self] job in await run(job, values, documents) }
        try await responder.respond(json: "{\"event_id\":\"\(job.id)\"}")
    }

    private func run(_ job: SpaceJob, _ values: [JSONValue], _ documents: SpaceDocuments) async {
        do {
            let arguments = try SpaceArguments(values, release: release)
            let script = SpaceScript(prompt: arguments.prompt)
            let pause = script.delay / (script.previews + 1)
            for step in 0..<script.previews {
                try await Task.sleep(for: pause)
                let file = keep(paint(arguments, finished: Double(step + 1) / Double(script.previews + 1)))
                job.say("generating", data: "[\(documents.fileData(path: file)), \(arguments.seed)]")
            }
            try await Task.sleep(for: pause)
            switch script.outcome {
            case .error(let text): throw SpaceFailure.error(text)
            case .crash(let text): throw SpaceFailure.crash(text)
            case .nothing: job.finish("complete", data: "[null, \(arguments.seed)]")
            case .never: try await Task.sleep(for: .seconds(86_400))
            case .death: job.die()
            case .picture:
                let file = keep(paint(arguments, finished: 1))
                job.finish("complete", data: "[\(documents.fileData(path: file)), \(arguments.seed)]")
            }
        } catch let failure as SpaceFailure {
            job.finish("error", data: documents.failure(failure))
        } catch {
            job.cancel()
        }
    }

    private func paint(_ arguments: SpaceArguments, finished: Double) -> Data {
        DemoPainter(prompt: arguments.prompt, seed: UInt64(truncatingIfNeeded: arguments.seed))
            .png(width: arguments.width, height: arguments.height, finished: finished)
    }

    /// Keeps a picture under a name that follows from its content.
    private func keep(_ picture: Data) -> String {
        let digits = String(FNV1a.hash(picture), radix: 16)
        let name = String(repeating: "0", count: 64 - digits.count) + digits
        let path = "/tmp/gradio/\(name)/image.png"
        content.withLock { content in
            guard content.pictures[path] == nil else { return }
            content.pictures[path] = (picture, Self.httpDate())
            content.order.append(path)
            if content.order.count > Self.pictureLimit { content.pictures[content.order.removeFirst()] = nil }
        }
        return path
    }

    private func stream(_ id: String, _ responder: LoopbackResponder) async throws {
        try await responder.beginStream(headers: [("content-type", "text/event-stream; charset=utf-8")])
        guard let job = content.withLock({ $0.jobs[id] }) else {
            try await responder.send("event: error\ndata: \(SpaceDocuments.ascii(release.lostJob))\n\n")
            // Real servers abort here: the chunked body never gets its end.
            return responder.close()
        }
        let heartbeat = heartbeat
        await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                while true {
                    try await Task.sleep(for: heartbeat)
                    try await responder.send("event: heartbeat\ndata: null\n\n")
                }
            }
            group.addTask {
                await responder.waitForDisconnect()
                return false
            }
            // A job that was read before has nothing more to say, and its stream never ends.
            if job.claim() { group.addTask { try await Self.pass(job, to: responder) } }
            // Whichever notices first that the reader is gone, a failed write or the connection, it means the same.
            let isDone = (try? await group.next()) ?? false
            group.cancelAll()
            if !isDone { leave(job) }
        }
    }

    private static func pass(_ job: SpaceJob, to responder: LoopbackResponder) async throws -> Bool {
        for await message in job.messages {
            switch message {
            case .event(let name, let data): try await responder.send("event: \(name)\ndata: \(data)\n\n")
            case .end: try await responder.end()
            case .death: responder.close()
            }
        }
        return !Task.isCancelled
    }

    /// Forgets a job whose reader is gone.
    private func leave(_ job: SpaceJob) {
        let isStopped = content.withLock { content in
            let isKnown = content.jobs.removeValue(forKey: job.id) != nil
            if isKnown, !job.isOver { content.counts.cancellations += 1 }
            return isKnown && !job.isOver
        }
        if isStopped { job.cancel() }
    }

    private func cancel(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        let body = try SpaceBody(request, needing: ["session_hash", "fn_index", "event_id"], release: release)
        let id = body.members["event_id"]?.string ?? ""
        let job = content.withLock { content in
            let job = content.jobs[id].flatMap { $0.isOver ? nil : $0 }
            if job != nil { content.counts.cancellations += 1 }
            return job
        }
        job?.cancel()
        try await responder.respond(json: "{\"success\":true}")
    }

    private func sendFile(_ path: String, _ responder: LoopbackResponder) async throws {
        guard let (picture, date) = content.withLock({ $0.pictures[path] }) else {
            return try await refuse(403, "File not allowed: \(path).", responder)
        }
        try await responder.respond(
            headers: [
                ("content-type", "image/png"), ("accept-ranges", "bytes"),
                ("content-disposition", "inline; filename=\"image.png\""), ("last-modified", date),
                ("etag", "\"\(path.split(separator: "/").dropLast().last?.suffix(32) ?? "")\""),
            ], body: picture)
    }

    private static func httpDate() -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.string(from: Date())
    }

    private func refuseMethod(_ responder: LoopbackResponder) async throws {
        try await responder.respond(
            status: 405, headers: [("allow", "POST")], json: "{\"detail\":\"Method Not Allowed\"}")
    }

    private func refuse(_ status: Int, _ detail: String, _ responder: LoopbackResponder) async throws {
        try await send(status: status, ["detail": .string(detail)], responder)
    }

    private func send(status: Int = 200, _ value: JSONValue, _ responder: LoopbackResponder) async throws {
        try await responder.respond(status: status, json: String(decoding: value.serialized(), as: UTF8.self))
    }
}
