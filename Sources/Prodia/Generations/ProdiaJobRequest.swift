internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

/// A job of the current interface as it is sent: JSON, or a form where there are input files.
struct ProdiaJobRequest: Sendable {
    let contentType: String
    let body: Data
    /// The seed, where the caller chose one.
    let seed: Int?

    init(_ call: GenerationCall<ProdiaOptions>, for run: ProdiaRun) async throws {
        let type = try ProdiaJobType(named: call.model.id, in: run.service.api.catalog)
        var capabilities = type.capabilities
        if type.sizes == .resolutions, run.context.requestedSize != nil, let wish = call.settings.size {
            capabilities = capabilities.with(only: ProdiaJobType.resolutions.nearest(to: wish))
        }
        let settings = try run.context.settings(within: capabilities)
        let common: Set = run.service.api == .v2 ? ["format", "config", "rawBytes"] : ["format", "config"]
        try run.context.report(call.options.warnings(known: type.options.union(common)))
        var files: [(name: String, mediaType: String, data: Data)] = []
        for (index, input) in settings.inputImages.enumerated() {
            let data = try await run.data(of: input)
            let format = ImageFormat(signature: data)
            files.append(
                (
                    "input-\(index + 1).\(format?.fileExtension ?? "bin")",
                    format?.mediaType ?? "application/octet-stream", data
                ))
        }
        var config = Self.config(call, type, settings, isSized: run.context.requestedSize != nil)
        if type.namesInputs, !files.isEmpty { config["images"] = .array(files.map { .string($0.name) }) }
        config.merge(call.options.config) { _, own in own }
        // Below zero means any.
        seed = config["seed"]?.integer.flatMap { $0 < 0 ? nil : $0 }
        let job = try JSONValue.object(["type": .string(type.id), "config": .object(config)]).serialized()
        guard !files.isEmpty else {
            contentType = "application/json"
            body = job
            return
        }
        var form = MultipartForm()
        form.add(name: "job", fileName: "job.json", mediaType: "application/json", data: job)
        for file in files { form.add(name: "input", fileName: file.name, mediaType: file.mediaType, data: file.data) }
        (contentType, body) = form.encoded()
    }

    /// What the caller set, and nothing else: what a type does not know it refuses.
    private static func config(
        _ call: GenerationCall<ProdiaOptions>, _ type: ProdiaJobType, _ settings: GenerationSettings, isSized: Bool
    ) -> [String: JSONValue] {
        let options = call.options
        var config: [String: JSONValue] = ["prompt": .string(call.prompt)]
        config["seed"] = settings.seed.map(JSONValue.integer)
        config["steps"] = settings.steps.map(JSONValue.integer)
        config[type.guidance] = settings.guidance.map(JSONValue.init(plain:))
        config["negative_prompt"] = settings.negativePrompt.map(JSONValue.string)
        if isSized, let size = settings.size {
            switch type.sizes {
            case .sides:
                config["width"] = .integer(size.width)
                config["height"] = .integer(size.height)
            case .resolutions: config["resolution"] = .string(size.description)
            }
        }
        func add(_ name: String, _ option: String, _ value: JSONValue?) {
            if type.options.contains(option), let value { config[name] = value }
        }
        add("style_preset", "stylePreset", options.stylePreset.map(JSONValue.string))
        add("loras", "loras", options.loras.isEmpty ? nil : .array(options.loras.map(JSONValue.string)))
        add("progressive", "progressive", options.progressive.map(JSONValue.bool))
        add("strength", "strength", options.strength.map(JSONValue.init(plain:)))
        return config
    }
}
