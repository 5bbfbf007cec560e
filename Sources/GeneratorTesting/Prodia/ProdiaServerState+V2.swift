internal import Foundation
internal import GeneratorTransport
internal import Gradio

/// The current interface, synchronous and asynchronous.
extension ProdiaServerState {
    func answerV2(_ path: [String], _ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        let authorization = request.header("Authorization") ?? ""
        guard authorization.hasPrefix("Bearer "), accepts(String(authorization.dropFirst(7))) else {
            throw ProdiaRefusal(status: 401, words: "token is invalid")
        }
        switch (request.method, path.count) {
        case ("POST", 1) where path == ["job"]: try await answerAtOnce(request, responder)
        case ("POST", 2) where path == ["job", "async"]:
            let job = try await create(request, responder)
            try await accept(job, responder)
            try await send(
                status: 201, job.document(isReleased: isReleased, withPrice: request.wantsPrice), responder)
        case ("GET", 4...5) where path.starts(with: ["job", "async"]):
            try await answerLook(try look(path[2], responder), Array(path.dropFirst(3)), responder)
        default: throw ProdiaRefusal(status: 404, words: "not found")
        }
    }

    private func answerLook(_ job: ProdiaServerJob, _ path: [String], _ responder: LoopbackResponder) async throws {
        let isDone = if case .done = job.phase(isReleased: isReleased) { true } else { false }
        switch (path.first, path.dropFirst().first) {
        case ("job.state.current", nil): try await responder.respond(body: job.stateWord(isReleased: isReleased))
        case ("job.json", nil): try await send(job.document(isReleased: isReleased, withPrice: true), responder)
        case ("output", nil): try await send(.array(isDone ? job.outputs.map(JSONValue.string) : []), responder)
        case ("output", let name?):
            guard isDone, let index = job.outputs.firstIndex(of: name) else {
                throw ProdiaRefusal(status: 404, words: "not found")
            }
            try await responder.respond(headers: [("content-type", "image/png")], body: painter(job.picture(index)))
        default: throw ProdiaRefusal(status: 404, words: "not found")
        }
    }

    private func answerAtOnce(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws {
        let job = try await create(request, responder)
        try await accept(job, responder)
        if job.script.isEndless, !isReleased { return await responder.waitForDisconnect() }
        try await Task.sleep(for: job.script.delay)
        let document = try job.document(isReleased: true, withPrice: request.wantsPrice).serialized()
        let accept = request.header("Accept") ?? ""
        guard accept.contains("multipart/form-data") else {
            guard !job.outputs.isEmpty else {
                return try await responder.respond(
                    status: 400, headers: [("content-type", "application/json")], body: document)
            }
            return try await responder.respond(headers: [("content-type", "image/png")], body: painter(job.picture()))
        }
        let outputs = job.outputs.enumerated().map { ($0.element, painter(job.picture($0.offset))) }
        let body = ProdiaMultipart(document: document, outputs: outputs)
        var isFailed = false
        if case .failure = job.script.outcome { isFailed = true }
        let headers = [("content-type", body.contentType)]
        if job.script.isCut {
            try await responder.beginStream(headers: headers)
            try await responder.send(body.data.prefix(body.data.count * 2 / 3))
            try await responder.end()
        } else if job.script.drips {
            try await responder.beginStream(headers: headers)
            // The beginning, where the headers and boundaries are, byte by byte.
            for byte in body.data.prefix(1500) { try await responder.send(Data([byte])) }
            try await responder.send(body.data.dropFirst(1500))
            try await responder.end()
        } else {
            try await responder.respond(status: isFailed ? 400 : 200, headers: headers, body: body.data)
        }
    }

    /// Reads a job out of a request, as JSON or as a form.
    private func create(_ request: LoopbackRequest, _ responder: LoopbackResponder) async throws -> ProdiaServerJob {
        var body = request.body
        let contentType = request.header("Content-Type") ?? ""
        if contentType.hasPrefix("multipart/form-data") {
            let response = HTTPResponse(
                status: 200, headers: ["Content-Type": contentType], url: URL(fileURLWithPath: "/"),
                body: HTTPBody(body))
            guard let parts = try? await response.multipartParts() else {
                throw ProdiaRefusal(status: 400, words: "malformed form")
            }
            let jobs = parts.filter { $0.name == "job" }, inputs = parts.filter { $0.name == "input" }
            guard jobs.count == 1, Set(inputs.map(\.fileName)).count == inputs.count, let job = jobs.first else {
                throw ProdiaRefusal(status: 400, words: "a form needs one job, and inputs of distinct names")
            }
            body = job.data
        }
        guard let json = try? JSONValue(parsing: body), let type = json["type"]?.string, type.hasPrefix("inference.")
        else { throw ProdiaRefusal.busy(retryAfter) }
        let config = json["config"]?.object ?? [:]
        if let steps = config["steps"]?.integer {
            let limit = type.contains("schnell") ? 4 : 50
            guard (1...limit).contains(steps) else {
                let words = "steps: jsonschema validation failed: maximum: got \(steps), want \(limit)"
                let document: JSONValue = ["type": .string(type), "config": .object(config), "error": .string(words)]
                let form = ProdiaMultipart(document: try document.serialized(), outputs: [])
                throw ProdiaRefusal(
                    status: 400, headers: [("content-type", form.contentType)],
                    words: String(decoding: form.data, as: UTF8.self))
            }
        }
        let listed = config["resolution"]?.string?.split(separator: "x").compactMap { Int($0) }
        let side = type.contains("sd15") ? 512 : 1024
        return ProdiaServerJob(
            type: type, config: config, seed: config["seed"]?.integer,
            width: listed?.first ?? config["width"]?.integer ?? side,
            height: listed?.last ?? config["height"]?.integer ?? side)
    }
}

extension LoopbackRequest {
    fileprivate var wantsPrice: Bool { queryItems.contains { $0.name == "price" && $0.value == "true" } }
}
