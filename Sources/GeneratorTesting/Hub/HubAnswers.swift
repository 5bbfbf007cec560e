import Foundation
import Gradio

/// What an embedded Hub answers.
struct HubAnswers: Sendable {
    let space: URL
    let pageToken: String
    let sessionUUID: String
    let userToken: String

    func answer(
        _ request: LoopbackRequest, _ responder: LoopbackResponder, state: (String) -> LoopbackHub.SpaceState
    ) async throws {
        let parts = request.path.split(separator: "/").map(String.init)
        let isAPI = parts.first == "api"
        let route = Array(isAPI ? parts.dropFirst() : parts[...])
        guard request.method == "GET", route.count >= 3, route[0] == "spaces",
            let name = GradioSpace("\(route[1])/\(route[2])")?.description
        else { return try await refuse(404, Self.nothing, responder) }
        let state = state(name)
        let isSignedIn = ["cookie", "authorization"].contains { !(request.header($0) ?? "").isEmpty }
        switch state {
        case .hidden where !isSignedIn: return try await refuse(401, Self.stranger, responder)
        case .gated: return try await refuse(403, "Access to this Space is restricted.", responder)
        case .unknown: return try await refuse(404, "Repository not found", responder)
        default: break
        }
        switch (isAPI, route.dropFirst(3).first, route.count) {
        case (false, nil, _): try await responder.respond(headers: Self.html, body: Data(page(name).utf8))
        case (true, nil, _):
            try await send(
                [
                    "id": .string(name), "private": .bool(state == .hidden), "subdomain": .string(subdomain(name)),
                    "host": host,
                ]
                    + ["runtime": runtime(state)], responder)
        case (true, "host", 4):
            try await send(["subdomain": .string(subdomain(name)), "host": host], responder)
        case (true, "runtime", 4): try await send(runtime(state), responder)
        case (true, "jwt", 4):
            guard isSignedIn else { return try await refuse(401, Self.stranger, responder) }
            try await send(["token": .string(userToken)], responder)
        default: try await refuse(404, Self.nothing, responder)
        }
    }

    private static let nothing = "Sorry, we can't find the page you are looking for."
    private static let stranger = "Invalid username or password."
    private static let html = [("content-type", "text/html; charset=utf-8")]

    /// The page of a Space, with its data as escaped JSON in an attribute.
    private func page(_ name: String) -> String {
        let data: OrderedJSON = [
            "space": ["id": .string(name)],
            "iframe": ["src": .string(space.absoluteString), "token": .string(pageToken)],
            "sessionUuid": .string(sessionUUID),
        ]
        let escaped = data.compact.replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
        return """
            <!doctype html>
            <html><head><title>\(name)</title></head>
            <body><div class="SVELTE_HYDRATER contents" data-target="SpacePageInner" data-props="\(escaped)"></div></body></html>

            """
    }

    private func runtime(_ state: LoopbackHub.SpaceState) -> OrderedJSON {
        [
            "stage": .string(state == .hidden ? "RUNNING" : state.rawValue),
            "hardware": ["current": "zero-a10g", "requested": "zero-a10g"],
        ]
    }

    private var host: OrderedJSON { .string(space.absoluteString) }

    private func subdomain(_ name: String) -> String {
        name.lowercased().map { "/_.".contains($0) ? "-" : String($0) }.joined()
    }

    private func send(_ value: OrderedJSON, _ responder: LoopbackResponder) async throws {
        try await responder.respond(json: value.compact)
    }

    private func refuse(_ status: Int, _ error: String, _ responder: LoopbackResponder) async throws {
        try await responder.respond(status: status, json: (["error": .string(error)] as OrderedJSON).compact)
    }
}
