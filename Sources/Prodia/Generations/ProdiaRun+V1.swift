internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

extension ProdiaRun {
    /// Makes a picture over the first public interface, from an input image where there is one.
    /// (`POST /v1/sd/generate`, `/v1/sdxl/generate`, `/v1/sd/transform`, `/v1/sdxl/transform`)
    func v1(_ call: GenerationCall<ProdiaOptions>, known: ModelCatalog) async throws {
        let isXL = try await isXL(call.model.id, known: known)
        let settings = try context.settings(within: ProdiaAPI.v1Capabilities(isXL: isXL))
        var options: Set = ["sampler", "stylePreset", "upscale", "config"]
        if !settings.inputImages.isEmpty { options.insert("strength") }
        try context.report(call.options.warnings(known: options))
        let seed = settings.seed ?? Int.random(in: 0...Int(Int32.max))
        var body: [String: JSONValue] = [
            "model": .string(call.model.id), "prompt": .string(call.prompt), "seed": .integer(seed),
        ]
        body["negative_prompt"] = settings.negativePrompt.map(JSONValue.string)
        body["steps"] = settings.steps.map(JSONValue.integer)
        body["cfg_scale"] = settings.guidance.map(JSONValue.init(plain:))
        body["sampler"] = call.options.sampler.map(JSONValue.string)
        body["style_preset"] = call.options.stylePreset.map(JSONValue.string)
        body["upscale"] = call.options.upscale.map(JSONValue.bool)
        // Without a wish the service takes its own size, or that of the input image.
        if context.requestedSize != nil {
            body["width"] = settings.size.map { .integer($0.width) }
            body["height"] = settings.size.map { .integer($0.height) }
        }
        switch settings.inputImages.first {
        // The service fetches it; what belongs to this machine alone is not told.
        case .remote(let url)? where HTTPOrigin(url) != nil && url.user == nil:
            body["imageUrl"] = .string(url.absoluteString)
        case let input?: body["imageData"] = .string(try await data(of: input).base64EncodedString())
        case nil: break
        }
        if !settings.inputImages.isEmpty {
            body["denoising_strength"] = call.options.strength.map(JSONValue.init(plain:))
        }
        body.merge(call.options.config) { _, own in own }
        let verb = settings.inputImages.isEmpty ? "generate" : "transform"
        var request = try service.request([isXL ? "sdxl" : "sd", verb], method: "POST")
        request.headers["Content-Type"] = "application/json"
        request.body = try JSONValue.object(body).serialized()
        try await context.status("Submitting the job")
        let accepted = try await submit(request, id: "job")
        let factor = body["upscale"] == true ? 2 : 1
        // A caller's own config may say anything.
        func side(_ name: String) -> JSONValue? {
            guard let side = body[name]?.integer,
                case (let length, false) = side.multipliedReportingOverflow(by: factor)
            else { return nil }
            return .integer(length)
        }
        let job = handle(
            accepted.id,
            [
                "model": body["model"], "seed": body["seed"]?.integer.flatMap { $0 < 0 ? nil : .integer($0) },
                "width": side("width"), "height": side("height"),
            ])
        try await context.yield(.submitted(job))
        try await waitForPicture(of: job, prompt: call.prompt)
    }

    /// Which of the two families a model belongs to. A name that is not known here is looked up, because a wrong one
    /// would be paid for.
    private func isXL(_ model: String, known: ModelCatalog) async throws -> Bool {
        if ProdiaAPI.stableDiffusionModels.contains(model) { return false }
        if ProdiaAPI.sdxlModels.contains(model) { return true }
        try await context.status("Looking for the model")
        var listed = try await service.v1Models()
        listed.unknownModels = .reject
        return try listed.resolve(model).model.capabilities == ProdiaAPI.v1Capabilities(isXL: true)
    }
}
