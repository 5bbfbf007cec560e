import Foundation
import GeneratorTesting
import GeneratorTransport

/// A server before a ``LoopbackSpace``: it answers what a test wants to go wrong, and passes on the rest. It may also be
/// asked as a proxy.
struct FrontServer: Sendable {
    let space: LoopbackSpace
    let server: LoopbackServer

    /// `misbehave` answers a request, or returns `false` for it to be passed on. It is told how many requests of that
    /// method and path came before.
    init(
        _ misbehave: @escaping @Sendable (LoopbackRequest, LoopbackResponder, _ before: Int) async throws -> Bool
    ) throws {
        let space = try LoopbackSpace()
        let counts = Locked<[String: Int]>([:])
        self.space = space
        server = try LoopbackServer { request, responder in
            let before = counts.withLock { counts in
                let key = "\(request.method) \(request.path)"
                defer { counts[key, default: 0] += 1 }
                return counts[key, default: 0]
            }
            if try await misbehave(request, responder, before) { return }
            let base = request.target.hasPrefix("/") ? space.url.absoluteString : ""
            guard let url = URL(string: base + request.target) else { return }
            var onward = HTTPRequest(url: url, method: request.method)
            if request.method == "POST" {
                onward.headers["Content-Type"] = "application/json"
                onward.body = request.body
            }
            let (response, body) = try await HTTPPipeline().data(for: onward)
            let type = response.headers["Content-Type"] ?? "text/plain"
            try await responder.respond(status: response.status, headers: [("content-type", type)], body: body)
        }
    }

    var url: String { server.url.absoluteString }
}
