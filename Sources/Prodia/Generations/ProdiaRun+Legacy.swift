internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

extension ProdiaRun {
    private static var samplers: [String] {
        ["DPM++ 2M Karras", "Euler", "Euler a", "Heun", "DPM++ SDE Karras", "DDIM"]
    }

    /// Makes a picture over the keyless interface. (`GET /generate`)
    func legacy(_ call: GenerationCall<ProdiaOptions>) async throws {
        let wish = call.settings.size ?? PixelSize(width: 512, height: 512)
        let size = ProdiaAPI.legacySizes.map(\.1).nearest(to: wish)
        let aspect = ProdiaAPI.legacySizes.first { $0.1 == size }?.0 ?? "square"
        let settings = try context.settings(within: call.model.capabilities.with(only: size))
        let sampler = sampler(call.options.sampler)
        try context.report(call.options.warnings(known: ["sampler", "upscale"]) + sampler.warnings)
        let seed = settings.seed ?? Int.random(in: 0...Int(Int32.max))
        var query = [
            ("new", "true"), ("prompt", call.prompt), ("model", call.model.id),
            ("negative_prompt", settings.negativePrompt ?? ""), ("steps", String(settings.steps ?? 20)),
            ("cfg", (settings.guidance ?? 7).plain), ("seed", String(seed)), ("sampler", sampler.name),
            ("aspect_ratio", aspect),
        ]
        if call.options.upscale == true { query.append(("upscale", "True")) }
        try await context.status("Submitting the job")
        let accepted: (id: String, job: JSONValue)
        do {
            accepted = try await submit(service.request(["generate"], query: query), id: "job")
        } catch var error as GenerationError where error.code == .notFound {
            error.message =
                error.message.sentence + " Prodia switched its keyless interface off in 2025; the others need a key."
            throw error
        }
        let factor = call.options.upscale == true ? 2 : 1
        let job = handle(
            accepted.id,
            [
                "model": .string(call.model.id), "seed": .integer(seed), "width": .integer(size.width * factor),
                "height": .integer(size.height * factor),
            ])
        try await context.yield(.submitted(job))
        try await waitForPicture(of: job, prompt: call.prompt)
    }

    /// The sampler as the interface spells it; the default, with a warning, for one that it does not know.
    private func sampler(_ wish: String?) -> (name: String, warnings: [GenerationWarning]) {
        let known = Self.samplers
        guard let wish else { return (known[0], []) }
        if let found = known.first(where: { $0.lowercased() == wish.trimmingWhitespace().lowercased() }) {
            return (found, [])
        }
        let warning = GenerationWarning(
            .adjusted, setting: "sampler", requested: .string(wish), used: .string(known[0]),
            "There is no sampler \(wish.printable(limit: 60)) here; the default is \(known[0]). There are \(known.joined(separator: ", "))."
        )
        return (known[0], [warning])
    }
}
