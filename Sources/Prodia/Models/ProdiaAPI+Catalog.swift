internal import GeneratorCore

extension ProdiaAPI {
    /// The models that are known without asking.
    var catalog: ModelCatalog {
        switch self {
        case .legacy: Self.legacyCatalog
        case .v1: Self.v1Catalog(sd: Self.stableDiffusionModels, sdxl: Self.sdxlModels)
        case .v2, .v2Async: Self.v2Catalog
        }
    }

    static let legacyDefault = "absolutereality_v181.safetensors [3d9d4d2b]"
    static let v1Default = "v1-5-pruned-emaonly.safetensors [d7049739]"

    /// The sizes of the keyless interface, by the names that it has for them.
    static let legacySizes = [
        ("square", PixelSize(width: 512, height: 512)), ("portrait", PixelSize(width: 512, height: 768)),
        ("landscape", PixelSize(width: 768, height: 512)),
    ]

    /// What the keyless interface takes; of the sizes any, and the nearest of the three for it.
    static let legacyCapabilities = ModelCapabilities(
        size: ImageSizeRule(sides: 1...8192, multiple: 1, standard: PixelSize(width: 512, height: 512)),
        seed: 0...Int(clamping: UInt32.max), steps: 1...25, guidance: 0...20, negativePrompt: true)

    static func v1Capabilities(isXL: Bool) -> ModelCapabilities {
        let sides = isXL ? 256...1536 : 128...1024, standard = isXL ? 1024 : 512
        return ModelCapabilities(
            size: ImageSizeRule(sides: sides, multiple: 8, standard: PixelSize(width: standard, height: standard)),
            seed: 0...Int(clamping: UInt32.max), steps: 1...50, guidance: 0...20, negativePrompt: true, inputImages: 1)
    }

    private static let legacyCatalog: ModelCatalog = {
        let others = stableDiffusionModels.filter { $0 != legacyDefault }
        return ModelCatalog(
            ModelDescriptor(legacyDefault, capabilities: legacyCapabilities),
            others.map { ModelDescriptor($0, capabilities: legacyCapabilities) }, unknownModels: .useDefault)
    }()

    /// The catalogue of the first public interface, from the lists that it answers with or from those known here.
    static func v1Catalog(sd: [String], sdxl: [String]) -> ModelCatalog {
        let first = sd.contains(v1Default) ? v1Default : sd.first ?? sdxl.first ?? v1Default
        let known = Set(sd)
        let all =
            sd.map { ModelDescriptor($0, capabilities: v1Capabilities(isXL: false)) }
            + sdxl.filter { !known.contains($0) }.map { ModelDescriptor($0, capabilities: v1Capabilities(isXL: true)) }
        return ModelCatalog(
            all.first { $0.id == first } ?? ModelDescriptor(first, capabilities: v1Capabilities(isXL: false)),
            all.filter { $0.id != first },
            // The lists that are known here grow old; before anything is paid for, a name is looked up in the real ones.
            unknownModels: .passThrough, passedThrough: v1Capabilities(isXL: true).with(sides: 1...8192))
    }

    private static let v2Catalog: ModelCatalog = {
        let models = ProdiaJobType.known.map { ModelDescriptor($0.id, capabilities: $0.capabilities) }
        return ModelCatalog(
            models.first ?? ModelDescriptor(""), Array(models.dropFirst()), aliases: ProdiaJobType.aliases,
            unknownModels: .passThrough, passedThrough: ProdiaJobType.free("").capabilities)
    }()
}

extension ModelCapabilities {
    fileprivate func with(sides: ClosedRange<Int>) -> ModelCapabilities {
        var wider = self
        wider.size?.width = sides
        wider.size?.height = sides
        wider.size?.multiple = 1
        return wider
    }

    /// These capabilities with one size to choose from: a wish for another is reported.
    func with(only size: PixelSize) -> ModelCapabilities {
        var exact = self
        exact.size = ImageSizeRule(sides: size.width...size.width, multiple: 1, standard: size)
        exact.size?.height = size.height...size.height
        return exact
    }
}

extension Collection<PixelSize> {
    /// The size that is nearest to a wish: in shape first, then in area.
    func nearest(to wish: PixelSize) -> PixelSize {
        func distance(_ size: PixelSize) -> Double {
            func ratio(_ size: PixelSize) -> Double { Double(size.width) / Double(size.height) }
            func area(_ size: PixelSize) -> Double { Double(size.width) * Double(size.height) }
            func octaves(_ a: Double, _ b: Double) -> Double { abs(a / b > 1 ? a / b : b / a) - 1 }
            return 100 * octaves(ratio(size), ratio(wish)) + octaves(area(size), area(wish))
        }
        return self.min { distance($0) < distance($1) } ?? wish
    }
}
