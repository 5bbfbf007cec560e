internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

extension ProdiaRun {
    /// Makes a picture over the current interface with a job that is asked for. (`POST /v2/job/async`)
    func v2Async(_ call: GenerationCall<ProdiaOptions>) async throws {
        let job = try await ProdiaJobRequest(call, for: self)
        var request = try service.request(["job", "async"], query: [("price", "true")], method: "POST")
        request.headers["Content-Type"] = job.contentType
        // With the create or with the download: which of them decides is not written anywhere, so with both.
        request.headers["Accept"] = call.options.format?.mediaType
        request.body = job.body
        try await context.status("Submitting the job")
        let (response, body) = try await service.create(request)
        guard (200..<300).contains(response.status) else { throw try refusal(response, body, of: call.model.id) }
        guard let id = try service.json(body)["id"]?.string, ProdiaService.isSegment(id) else {
            throw GenerationError(.invalidResponse, "Prodia's answer names no job.", wasAccepted: nil)
        }
        let handle = handle(
            id,
            [
                "model": .string(call.model.id), "seed": job.seed.map(JSONValue.integer),
                "format": call.options.format.map { .string($0.rawValue) },
            ])
        try await context.yield(.submitted(handle))
        try await waitForOutputs(of: handle, prompt: call.prompt)
    }

    /// Waits for a job, and yields its outputs. (`GET /v2/job/async/{id}/…`)
    func waitForOutputs(of job: JobHandle, prompt: String, atOnce: Bool = false) async throws {
        let path = ["job", "async", job.id]
        try await poller.result(atOnce: atOnce) { () -> JobPollResult<Void> in
            let text = String(
                decoding: try await service.look(path + ["job.state.current"]).prefix(1000), as: UTF8.self)
            let state = text.trimmingWhitespace().trimmingCharacters(in: ["\"", "\u{FEFF}"]).lowercased()
            switch state {
            case "processed", "completed", "succeeded": return .done(())
            case "failed", "cancelled":
                let document = try? await ProdiaJobDocument(service.read(path + ["job.json"]))
                return .failed(GenerationError(jobFailure: document?.failure ?? "it does not say why."))
            // Any word may be a state; a page, JSON that says nothing and a number are none.
            case let word where word.first?.isLetter != true || ["null", "true", "false"].contains(word):
                throw TransportError(
                    .invalidResponse, "Prodia answered with something else in place of the job's state.",
                    reachedServer: true)
            default:
                try await report(state: state)
                return .pending(state: state)
            }
        }
        let document = try ProdiaJobDocument(await service.read(path + ["job.json"]))
        let names = try ProdiaAnswer.outputNames(await service.read(path + ["output"])).filter(ProdiaService.isSegment)
        guard names.count <= 1000 else {
            throw GenerationError(.responseTooLarge, "Prodia's job has \(names.count) outputs.", wasAccepted: true)
        }
        var headers = service.headers
        headers["Accept"] = job.state["format"]?.string.flatMap(ProdiaFormat.init)?.mediaType
        let pictures = try names.filter(ProdiaAnswer.isPicture).map { name in
            var metadata = document?.metadata ?? ["job": .string(job.id)]
            metadata["file"] = .string(name)
            return context.image(
                at: try service.request(path + ["output", name]).url, headers: headers, origin: HTTPOrigin(service.url),
                seed: document?.seed ?? job.state["seed"]?.integer, size: document?.size, metadata: metadata)
        }
        guard !pictures.isEmpty else {
            let found = names.prefix(5).joined(separator: ", ").printable(limit: 200)
            throw GenerationError(
                .noImage, "Prodia's job has \(found.isEmpty ? "no output" : "other outputs: \(found)").",
                wasAccepted: true)
        }
        // No type takes a longer prompt.
        let alt = prompt.isEmpty ? String((document?.prompt ?? "").prefix(32_768)) : prompt
        try await context.yield(
            .image(
                ImageResponse(
                    images: pictures, alt: alt,
                    model: (document?.type ?? job.state["model"]?.string)?.printable(limit: 200))))
    }
}
