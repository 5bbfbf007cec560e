internal import Foundation
internal import GeneratorTransport
internal import Gradio

/// The jobs of an embedded Prodia, and what all its interfaces have in common.
final class ProdiaServerState: Sendable {
    private struct Content {
        var jobs: [String: ProdiaServerJob] = [:]
        var order: [String] = []
        var submissions = 0
        var refusals: [String: Int] = [:]
        var isReleased = false
    }

    /// So many jobs are remembered.
    private static let jobLimit = 2000

    let imagesURL = Locked("")
    let retryAfter: Int
    let painter: @Sendable (LoopbackPicture) -> Data
    private let key: String?
    private let content = Locked(Content())

    init(key: String?, retryAfter: Int, painter: @escaping @Sendable (LoopbackPicture) -> Data) {
        self.key = key
        self.retryAfter = retryAfter
        self.painter = painter
    }

    var submissions: Int { content.withLock { $0.submissions } }
    var isReleased: Bool { content.withLock { $0.isReleased } }

    func release() { content.withLock { $0.isReleased = true } }

    func job(_ id: String) -> ProdiaServerJob? { content.withLock { $0.jobs[id] } }

    func answer(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        let parts = request.path.split(separator: "/").map(String.init)
        do {
            switch parts.first {
            case "v1": try await answerV1(Array(parts.dropFirst()), request, responder)
            case "v2": try await answerV2(Array(parts.dropFirst()), request, responder)
            default: try await answerLegacy(parts, request, responder)
            }
        } catch let refusal as ProdiaRefusal {
            try await responder.respond(status: refusal.status, headers: refusal.headers, body: refusal.words)
        }
    }

    /// Whether a key will do.
    func accepts(_ given: String?) -> Bool {
        guard let given, !given.isEmpty else { return false }
        return key == nil || key == given
    }

    /// Takes a job, or refuses it as its prompt says.
    func accept(_ job: ProdiaServerJob, _ responder: LoopbackResponder) async throws {
        let isBusy = content.withLock { content in
            let before = content.refusals[job.prompt, default: 0]
            guard before >= job.script.refusals else {
                content.refusals[job.prompt] = before + 1
                return true
            }
            content.jobs[job.id] = job
            content.order.append(job.id)
            content.submissions += 1
            if content.order.count > Self.jobLimit { content.jobs[content.order.removeFirst()] = nil }
            return false
        }
        if isBusy { throw ProdiaRefusal.busy(retryAfter) }
        if job.script.releases { release() }
        if job.script.dies {
            responder.reset()
            throw CancellationError()
        }
        if job.script.answersWithPage { throw ProdiaRefusal.page }
    }

    /// Finds a job that is asked for; some looks fail.
    func look(_ id: String, _ responder: LoopbackResponder) throws -> ProdiaServerJob {
        let job = content.withLock { content in
            content.jobs[id]?.looks += 1
            return content.jobs[id]
        }
        guard let job else { throw ProdiaRefusal(status: 404, words: "job not found") }
        if job.looks <= job.script.failingLooks {
            guard job.looks.isMultiple(of: 2) else { throw ProdiaRefusal(status: 500, words: "oops") }
            responder.reset()
            throw CancellationError()
        }
        return job
    }

    /// The pictures' host: no key, no list, and nothing before the job is done.
    func sendPicture(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        let name = request.path.dropFirst()
        guard request.method == "GET", name.hasSuffix(".png"), let job = job(String(name.dropLast(4))),
            case .done = job.phase(isReleased: isReleased), !job.outputs.isEmpty
        else { return try await responder.respond(status: 404, body: "not found") }
        try await responder.respond(headers: [("content-type", "image/png")], body: painter(job.picture()))
    }

    func send(
        status: Int = 200, headers: [(String, String)] = [], _ value: JSONValue, _ responder: LoopbackResponder
    ) async throws {
        try await responder.respond(
            status: status, headers: headers, json: String(decoding: value.serialized(), as: UTF8.self))
    }
}

/// A request that is not served.
struct ProdiaRefusal: Error {
    let status: Int
    var headers: [(String, String)] = []
    let words: String

    static let page = ProdiaRefusal(
        status: 200, headers: [("content-type", "text/html")],
        words: "<!DOCTYPE html><html><body>Just a moment…</body></html>")

    static func busy(_ seconds: Int) -> ProdiaRefusal {
        ProdiaRefusal(status: 429, headers: [("retry-after", String(seconds))], words: "no capacity")
    }
}
