import Foundation
import GeneratorTesting
import GeneratorTransport

/// Stands before a server, passes everything on, and cuts the first event stream in the middle.
struct CuttingProxy {
    let server: LoopbackServer
    private let cut = Locked(false)

    /// Whether the stream was cut.
    var isCut: Bool { cut.withLock { $0 } }

    // `events` of the stream pass before the cut.
    init(before target: URL, cuttingAfter events: Int) throws {
        let cut = cut
        let http = HTTPPipeline(retry: .never)
        server = try LoopbackServer { request, responder in
            var parts = URLComponents(url: target, resolvingAgainstBaseURL: false)
            let pieces = request.target.split(separator: "?", maxSplits: 1).map(String.init)
            parts?.percentEncodedPath = pieces[0]
            parts?.percentEncodedQuery = pieces.count == 2 ? pieces[1] : nil
            guard let url = parts?.url else { return responder.close() }
            var onward = HTTPRequest(url: url, method: request.method)
            onward.headers["Content-Type"] = request.header("Content-Type")
            if request.method != "GET" { onward.body = request.body }
            let response = try await http.send(onward)
            guard response.mediaType == "text/event-stream" else {
                let body = try await response.body.collect(upTo: 16 << 20)
                return try await responder.respond(
                    status: response.status, headers: [("content-type", response.headers["Content-Type"] ?? "")],
                    body: body)
            }
            try await responder.beginStream(headers: [("content-type", "text/event-stream")])
            var passed = 0
            for try await event in response.body.serverSentEvents() {
                if passed == events { break }
                passed += 1
                let name = event.type == "message" ? "" : "event: \(event.type)\n"
                try await responder.send(name + "data: \(event.data)\n\n")
            }
            cut.withLock { $0 = true }
            responder.close()
        }
    }

    /// How often a route was asked.
    func count(_ method: String, _ route: String) -> Int {
        server.requests.filter { $0.method == method && $0.path.contains(route) }.count
    }
}
