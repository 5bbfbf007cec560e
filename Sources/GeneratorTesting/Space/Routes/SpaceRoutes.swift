import Foundation
import GeneratorTransport
import Gradio

/// The routes of an embedded Space.
final class SpaceRoutes: Sendable {
    let release: GradioRelease
    let heartbeat: Duration
    let pace: Duration
    let login: SpaceLogin?
    let painter: @Sendable (LoopbackPicture) -> Data
    let engine: SpaceEngine
    let files = SpaceFiles()
    let memory = SpaceMemory()
    let appID = Int.random(in: 1...Int(Int32.max))

    init(
        release: GradioRelease, heartbeat: Duration, pace: Duration, queue: SpaceQueue, login: SpaceLogin?,
        painter: @escaping @Sendable (LoopbackPicture) -> Data
    ) {
        self.release = release
        self.heartbeat = heartbeat
        self.pace = pace
        self.login = login
        self.painter = painter
        engine = SpaceEngine(queue: queue, takesOutCancelled: release.takesOutCancelled)
    }

    func answer(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        do {
            try await route(request, responder)
        } catch let refusal as SpaceRefusal {
            try await responder.respond(status: refusal.status, json: refusal.body)
        } catch let failure as SpaceInternalError {
            try await responder.respond(status: 500, body: release.internalError(failure.exception))
        }
    }

    private func route(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        let path = request.path, prefix = release.prefix
        switch (request.method, path) {
        case ("GET", "/config"):
            try admit(request)
            return try await responder.respond(json: documents(request).config.compact)
        case ("POST", "/login"), ("POST", "/login/"):
            if let login { return try await login.answer(request, responder) }
        case ("GET", "/logout"):
            if let login { return try await login.leave(request, responder) }
        default: break
        }
        guard path.hasPrefix(prefix + "/") else { throw SpaceRefusal.notFound }
        let route = String(path.dropFirst(prefix.count + 1))
        if request.method == "GET" || request.method == "HEAD", route.hasPrefix("file=") {
            try admit(request)
            return try await sendFile(String(route.dropFirst(5)), responder)
        }
        let parts = route.split(separator: "/").map(String.init)
        guard let first = parts.first else { throw SpaceRefusal.notFound }
        let name = ["run", "api", "call", "heartbeat"].contains(first) ? first : parts.joined(separator: "/")
        guard let open = opened(name, parts, request) else {
            try admit(request)
            return try await closed(name, parts, request, responder)
        }
        try await responder.respond(json: open.compact)
    }

    /// What a stranger gets to know as well.
    private func opened(_ name: String, _ parts: [String], _ request: LoopbackRequest) -> OrderedJSON? {
        switch (request.method, name) {
        case ("GET", "app_id"): ["app_id": .integer(appID)]
        case ("GET", "startup-events"): false
        case ("GET", "user"), ("GET", "user/"): login?.user(of: request).map(OrderedJSON.string) ?? .null
        case ("POST", "reset"): ["success": true]
        default: nil
        }
    }

    private func closed(
        _ name: String, _ parts: [String], _ request: LoopbackRequest, _ responder: LoopbackResponder
    ) async throws {
        switch (request.method, name, parts.count) {
        case ("GET", "info", _):
            let isWhole = request.queryItems.contains { $0.name == "all_endpoints" && $0.value?.lowercased() == "true" }
            try await responder.respond(json: documents(request).info(withHidden: isWhole).compact)
        case ("GET", "login_check", _): try await responder.respond(json: "null")
        case ("POST", "call", 2): try await call(parts[1], request, responder)
        case ("GET", "call", 3): try await streamCall(parts[2], responder)
        case ("POST", "queue/join", _): try await join(request, responder)
        case ("GET", "queue/data", _): try await streamQueue(request, responder)
        case ("GET", "queue/status", _):
            let status: OrderedJSON = [
                "msg": "estimation", "event_id": nil, "rank": nil, "queue_size": .integer(engine.waiting),
                "rank_eta": nil,
            ]
            try await responder.respond(json: status.compact)
        case ("POST", "run", 2), ("POST", "api", 2): try await run(parts[1], request, responder)
        case ("POST", "cancel", _):
            let body = try SpaceBody(request, needing: ["session_hash", "fn_index", "event_id"], release: release)
            engine.cancel(body.members["event_id"]?.string ?? "")
            try await responder.respond(json: "{\"success\":true}")
        case ("POST", "upload", _): try await upload(request, responder)
        case ("GET", "heartbeat", 2): try await beat(responder)
        case (_, "call", 2), (_, "cancel", _), (_, "run", 2), (_, "queue/join", _), (_, "upload", _):
            try await refuseMethod(allowed: "POST", responder)
        case (_, "queue/data", _), (_, "call", 3), (_, "info", _):
            try await refuseMethod(allowed: "GET", responder)
        default: throw SpaceRefusal.notFound
        }
    }

    /// Lets only those in who logged in, where that is asked for.
    private func admit(_ request: LoopbackRequest) throws {
        guard let login, login.user(of: request) == nil else { return }
        throw SpaceRefusal(
            status: 401,
            detail: release.explainsLogin
                ? ["error": "Not authenticated", "auth_message": nil] : "Not authenticated")
    }

    private func refuseMethod(allowed: String, _ responder: LoopbackResponder) async throws {
        try await responder.respond(
            status: 405, headers: [("allow", allowed)], json: "{\"detail\":\"Method Not Allowed\"}")
    }

    private func documents(_ request: LoopbackRequest) -> SpaceDocuments {
        SpaceDocuments(release: release, root: root(request), appID: appID, user: login?.user(of: request))
    }

    /// Where the caller reached the Space.
    func root(_ request: LoopbackRequest) -> String { "http://\(request.header("Host") ?? "127.0.0.1")" }
}

/// What went wrong inside Gradio itself.
struct SpaceInternalError: Error {
    /// The last line of Python's traceback.
    let exception: String
}
