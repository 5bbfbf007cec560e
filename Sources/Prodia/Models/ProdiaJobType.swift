internal import GeneratorCore

/// What is known about a job type of the current interface: which settings its `config` takes, and under which names.
struct ProdiaJobType: Sendable {
    /// How a size is written.
    enum Sizes: Sendable {
        /// As `width` and `height`.
        case sides
        /// As `resolution`, one of a list.
        case resolutions
    }

    let id: String
    let capabilities: ModelCapabilities
    var sizes = Sizes.sides
    /// The name of the guidance scale.
    var guidance = "guidance_scale"
    /// Whether the config names the input files.
    var namesInputs = false
    /// The options of ``ProdiaOptions`` that it takes.
    var options: Set<String> = []

    /// The sizes of the types that only take listed ones.
    static let resolutions = [
        PixelSize(width: 1024, height: 1024), PixelSize(width: 1024, height: 768), PixelSize(width: 1024, height: 576),
        PixelSize(width: 768, height: 1024), PixelSize(width: 640, height: 640), PixelSize(width: 576, height: 1024),
        PixelSize(width: 512, height: 512),
    ]

    private static let seeds = 0...Int(clamping: UInt32.max)

    private static func sides(_ range: ClosedRange<Int>, multiple: Int = 1, standard: Int = 1024) -> ImageSizeRule {
        ImageSizeRule(sides: range, multiple: multiple, standard: PixelSize(width: standard, height: standard))
    }

    private static func schnell(_ id: String) -> ProdiaJobType {
        ProdiaJobType(
            id: id, capabilities: ModelCapabilities(size: sides(256...1920), seed: seeds, steps: 1...4),
            options: ["stylePreset", "loras", "progressive"])
    }

    private static func flux(_ id: String, inputs: Int = 0) -> ProdiaJobType {
        ProdiaJobType(
            id: id,
            capabilities: ModelCapabilities(
                size: sides(256...1920), seed: seeds, steps: 1...50, guidance: 0...20, inputImages: inputs),
            options: inputs > 0 ? ["stylePreset", "progressive", "strength"] : ["stylePreset", "progressive"])
    }

    private static func flux2(_ name: String) -> [ProdiaJobType] {
        ["txt2img", "img2img"].map { kind in
            let isFlex = name == "flex"
            return ProdiaJobType(
                id: "inference.flux-2.\(name).\(kind).v1",
                capabilities: ModelCapabilities(
                    size: sides(64...4096, multiple: 16), seed: seeds, steps: isFlex ? 1...50 : nil,
                    guidance: isFlex ? 1.5...10 : nil, inputImages: kind == "img2img" ? 8 : 0),
                guidance: "guidance", namesInputs: true)
        }
    }

    /// The types whose settings are known. The first is the default.
    static let known: [ProdiaJobType] =
        [
            schnell("inference.flux-fast.schnell.txt2img.v2"),
            schnell("inference.flux.schnell.txt2img.v2"),
            ProdiaJobType(
                id: "inference.flux-fast.schnell.txt2img.v1",
                // Any size, and the nearest of the list for it: that it is another one is said afterwards.
                capabilities: ModelCapabilities(size: sides(1...8192), seed: seeds, steps: 1...4),
                sizes: .resolutions, options: ["stylePreset", "progressive"]),
            ProdiaJobType(
                id: "inference.flux.schnell.txt2img.v1",
                capabilities: ModelCapabilities(size: sides(256...1920), seed: seeds, steps: 1...4),
                options: ["stylePreset", "progressive"]),
            flux("inference.flux.dev.txt2img.v1"),
            flux("inference.flux.dev.txt2img.v2"),
            flux("inference.flux.dev.img2img.v1", inputs: 1),
            ProdiaJobType(
                id: "inference.flux.pro11.txt2img.v1",
                capabilities: ModelCapabilities(size: sides(256...1920), seed: seeds)),
        ] + ["dev", "pro", "flex"].flatMap(flux2) + [
            ProdiaJobType(
                id: "inference.sdxl.txt2img.v1",
                capabilities: ModelCapabilities(
                    size: sides(256...1920), seed: seeds, steps: 1...50, guidance: 0...20, negativePrompt: true),
                options: ["stylePreset"]),
            ProdiaJobType(
                id: "inference.sd15.txt2img.v1",
                capabilities: ModelCapabilities(
                    size: sides(128...1024, standard: 512), seed: seeds, steps: 1...50, negativePrompt: true)),
        ]

    /// Short names for the types that people ask for most.
    static let aliases = [
        "flux": "inference.flux-fast.schnell.txt2img.v2", "flux-schnell": "inference.flux-fast.schnell.txt2img.v2",
        "flux-dev": "inference.flux.dev.txt2img.v1", "flux-pro": "inference.flux.pro11.txt2img.v1",
        "flux-2-dev": "inference.flux-2.dev.txt2img.v1", "flux-2-pro": "inference.flux-2.pro.txt2img.v1",
        "flux-2-flex": "inference.flux-2.flex.txt2img.v1", "sdxl": "inference.sdxl.txt2img.v1",
        "sd15": "inference.sd15.txt2img.v1",
    ]

    /// A type that is not known here: whatever the caller sets goes out under the usual names, and Prodia is the judge.
    static func free(_ id: String) -> ProdiaJobType {
        ProdiaJobType(
            id: id,
            capabilities: ModelCapabilities(
                size: sides(1...16384), seed: 0...Int.max, steps: 1...1000, guidance: 0...1000, negativePrompt: true,
                inputImages: 16),
            options: ["stylePreset", "loras", "progressive", "strength"])
    }

    /// The type for a model's name.
    /// - Throws: `unknownModel` with the nearest names, where the name cannot be a type: Prodia would answer as if it were
    ///   busy.
    init(named id: String, in catalog: ModelCatalog) throws {
        if !id.contains(".") {
            var strict = catalog
            strict.unknownModels = .reject
            _ = try strict.resolve(id)
        }
        self = Self.known.first { $0.id == id } ?? .free(id)
    }

    /// What to say of a type that Prodia does not know, with the nearest names.
    static func unknown(_ id: String, in catalog: ModelCatalog) -> String {
        var others = catalog
        others.unknownModels = .reject
        others.models.removeAll { $0.id == id }
        others.aliases = others.aliases.filter { $0.value != id }
        do {
            _ = try others.resolve(id)
            return ""
        } catch {
            return (error as? GenerationError)?.message ?? ""
        }
    }

    private init(
        id: String, capabilities: ModelCapabilities, sizes: Sizes = .sides, guidance: String = "guidance_scale",
        namesInputs: Bool = false, options: Set<String> = []
    ) {
        self.id = id
        self.capabilities = capabilities
        self.sizes = sizes
        self.guidance = guidance
        self.namesInputs = namesInputs
        self.options = options
    }
}
