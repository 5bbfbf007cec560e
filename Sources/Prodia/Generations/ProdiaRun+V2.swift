internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

extension ProdiaRun {
    /// Makes a picture over the current interface in one request. (`POST /v2/job`)
    func v2(_ call: GenerationCall<ProdiaOptions>) async throws {
        let job = try await ProdiaJobRequest(call, for: self)
        var request = try service.request(["job"], query: [("price", "true")], method: "POST")
        request.headers["Content-Type"] = job.contentType
        request.headers["Accept"] =
            call.options.rawBytes ? (call.options.format ?? .jpeg).mediaType : Self.multipart(call.options.format)
        request.body = job.body
        request.intent = .create(nil)
        // Not a byte comes before the picture is done: the deadline has to do.
        request.idleTimeout = .seconds(1e9)
        request.bufferLimit = max(request.bufferLimit, context.environment.downloads.maximumBytes)
        try await context.status("Generating")
        let response = try await service.http.send(request)
        let answer = try await answer(of: response)
        let document = try answer.document.flatMap { try ProdiaJobDocument($0) }
        // A job that was taken and failed is one, whatever the status.
        guard (200..<300).contains(response.status) || document?.isFailed == true else {
            throw try refusal(response, answer.document ?? answer.body, of: call.model.id)
        }
        if let id = document?.id { try await context.yield(.submitted(handle(id))) }
        if let document, let reason = document.failure {
            var error = GenerationError(jobFailure: reason)
            if !document.isJob { error.wasAccepted = nil }
            throw error
        }
        for text in answer.texts { try await context.yield(.text(text)) }
        let pictures = answer.pictures.map { picture in
            var metadata = document?.metadata ?? [:]
            metadata["file"] = picture.fileName.map { .string($0.printable(limit: 200)) }
            return context.image(data: picture.data, seed: document?.seed ?? job.seed, metadata: metadata)
        }
        guard !pictures.isEmpty else {
            if !answer.texts.isEmpty { return }
            let found = document?.isJob == false ? "JSON that names no job" : answer.found
            var error = GenerationError(
                found.isEmpty ? .noImage : .invalidResponse,
                "Prodia answered with \(found.isEmpty ? "no output" : found) in place of a picture.")
            error.wasAccepted = document?.isJob == true ? true : nil
            throw error
        }
        try await context.yield(.image(ImageResponse(images: pictures, alt: call.prompt, model: call.model.id)))
    }

    private func answer(of response: HTTPResponse) async throws -> ProdiaAnswer {
        do {
            return try await ProdiaAnswer(reading: response, limit: context.environment.downloads.maximumBytes)
        } catch let error as TransportError where response.status == 200 && response.announcesOutput {
            // Such a head comes when the work is done; what is lost is its result.
            var described = GenerationError(wrapping: error)
            described.wasAccepted = true
            throw described
        }
    }

    /// What asks for the job document beside the outputs. The form with a type behind it is what Prodia's own clients
    /// send to choose the format.
    static func multipart(_ format: ProdiaFormat?) -> String {
        format.map { "multipart/form-data; \($0.mediaType)" } ?? "multipart/form-data"
    }

    /// The error for a create that was refused.
    func refusal(_ response: HTTPResponse, _ body: Data, of type: String) throws -> GenerationError {
        let document = try ProdiaJobDocument(body)?.failure.flatMap {
            try? JSONValue.object(["error": .string($0)]).serialized()
        }
        let body = document ?? body
        let words = ServiceText(body: body)
        if [400, 404, 422, 429].contains(response.status), words.isRefusal(ofType: type) {
            return GenerationError(
                .unknownModel,
                "\(ProdiaJobType.unknown(type, in: service.api.catalog)) Prodia answered \(response.status): \(words.message)",
                status: response.status)
        }
        var error = service.refusal(response, body)
        if error.status == 429 {
            error.message =
                error.message.sentence
                + " Prodia also answers so to a job type that it does not know: is \(type.printable(limit: 80)) one?"
        }
        return error
    }
}

extension HTTPResponse {
    /// Whether its head says that a picture is to come, alone or with its job.
    fileprivate var announcesOutput: Bool {
        mediaType.map { $0.hasPrefix("multipart/") || $0.hasPrefix("image/") } ?? false
    }
}

extension ServiceText {
    /// Whether the words say that there is no such job type. They must name the type as what is unknown: a wrong member of
    /// the config is another matter, and a service that is busy yet another.
    fileprivate func isRefusal(ofType type: String) -> Bool {
        let words = message.lowercased()
        func says(_ phrases: [String]) -> Bool { phrases.contains { words.contains($0) } }
        let isAboutType =
            says(["job type", "job_type", "jobtype"]) || words.contains(type.lowercased()) && words.contains("type")
        return isAboutType
            && says([
                "unknown", "no such", "not found", "does not exist", "doesn't exist", "unsupported", "not supported",
            ])
    }
}

extension GenerationError {
    init(jobFailure reason: String) {
        let words = ServiceText(reason)
        self.init(
            words.isContentRefusal ? .contentFiltered : .generationFailed,
            "Prodia says that the job failed: \(words.message.isEmpty ? "it does not say why." : words.message)",
            wasAccepted: true)
    }
}
