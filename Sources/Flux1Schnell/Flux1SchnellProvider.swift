public import Foundation
internal import Gradio

/// Makes pictures with FLUX.1 [schnell] on a Space of the Hugging Face Hub.
///
/// ```swift
/// let image = try await Flux1SchnellProvider().image("A quiet harbour at dawn")
/// let file = try await image.save(to: folder, named: "harbour")
/// ```
///
/// Any Space with the same endpoint `/infer` will do, for example `black-forest-labs/FLUX.1-schnell`: name its URL.
public struct Flux1SchnellProvider: AsyncGeneratorProvider {
    /// `flux1-schnell`.
    public let id: ProviderID = "flux1-schnell"
    /// One model with its aliases. Seeds from 0 to 2³¹−1, 1 to 50 steps (2 where none are asked for), sides of 32 pixels
    /// or more in multiples of 8 (768 where none are asked for). A Space's own narrower ranges count as well.
    public let models = ModelCatalog(
        ModelDescriptor(
            "voodoohop-flux-1-schnell",
            capabilities: ModelCapabilities(
                size: ImageSizeRule(sides: 32...8192, multiple: 8, standard: PixelSize(width: 768, height: 768)),
                seed: 0...Int(Int32.max), steps: 1...50)),
        aliases: ["flux-schnell": "voodoohop-flux-1-schnell", "flux": "voodoohop-flux-1-schnell"])
    /// Transport, credentials, time-outs.
    public let environment: GenerationEnvironment

    private let url: URL?
    private let hubURL: URL?

    /// The Space that is asked where no other is named.
    public static let defaultURL = "https://voodoohop-flux-1-schnell.hf.space"

    /// Makes a provider.
    /// - Parameters:
    ///   - url: The Space; the original one by default.
    ///   - hubURL: The Hub that the Hub's token belongs to; `https://huggingface.co` by default.
    ///   - environment: Transport, credentials, time-outs.
    public init(
        url: URL? = nil, hubURL: URL? = nil, environment: GenerationEnvironment = GenerationEnvironment()
    ) {
        self.url = url ?? URL(string: Self.defaultURL)
        self.hubURL = hubURL ?? URL(string: GenerationCredentials.defaultHubURL)
        self.environment = environment
    }

    /// The places of the arguments of `/infer`.
    fileprivate enum Argument: Int, CaseIterable { case prompt, seed, randomizeSeed, width, height, steps }

    /// Makes one picture. Called by core; use `AsyncGeneratorProvider/createAsyncGenerator(model:prompt:)`.
    /// - Parameters:
    ///   - call: The checked request.
    ///   - context: Yields events, sends requests.
    /// - Throws: `GenerationError`, `TransportError`, `CancellationError`.
    public func run(_ call: GenerationCall<NoProviderOptions>, in context: GenerationContext) async throws {
        guard let url, let hubURL else { throw GenerationError(.invalidRequest, "The Space's URL cannot be used.") }
        try await context.status("Connecting to the Space")
        let headers = context.credentials.headers(for: url, hub: hubURL)
        let app = try await GradioApp.connect(to: url, using: context.http, headers: headers)
        let endpoint = try app.endpoint("/infer")
        guard endpoint.parameters.count == Argument.allCases.count else {
            throw GenerationError(
                .invalidResponse, "The Space's endpoint /infer takes other arguments than FLUX.1 [schnell] does.")
        }
        let capabilities = call.model.capabilities.narrowed(by: endpoint)
        let settings = try context.settings(within: capabilities)
        let size = settings.size ?? PixelSize(width: 768, height: 768)
        let output = try await app.generate(
            endpoint,
            [
                // Newer servers refuse what lies outside their ranges, also where nobody asked for anything.
                .string(call.prompt), .integer(settings.seed ?? capabilities.seed?.nearest(to: 0) ?? 0),
                .bool(settings.seed == nil), .integer(size.width), .integer(size.height),
                .integer(settings.steps ?? capabilities.steps?.nearest(to: 2) ?? 2),
            ],
            in: context,
            preview: { values in
                guard let image = try? values.first.flatMap({ try app.image($0, in: context) }) else { return nil }
                return ImageResponse(images: [image], alt: call.prompt, model: call.model.id)
            })
        let seed = output.dropFirst().first?.integer ?? settings.seed
        guard let image = try output.first.flatMap({ try app.image($0, in: context, seed: seed, size: size) }) else {
            throw GenerationError(.noImage, "The Space finished without a picture.")
        }
        try await context.yield(.image(ImageResponse(images: [image], alt: call.prompt, model: call.model.id)))
    }
}

extension ClosedRange<Int> {
    fileprivate func nearest(to value: Int) -> Int { Swift.min(Swift.max(value, lowerBound), upperBound) }
}

extension ModelCapabilities {
    /// These capabilities within the ranges that a Space declares: newer servers refuse what lies outside.
    fileprivate func narrowed(by endpoint: GradioEndpoint) -> ModelCapabilities {
        func range(_ argument: Flux1SchnellProvider.Argument, _ own: ClosedRange<Int>?) -> ClosedRange<Int>? {
            guard let theirs = endpoint.parameters[argument.rawValue].integerRange else { return own }
            return own.map { $0.overlaps(theirs) ? $0.clamped(to: theirs) : theirs } ?? theirs
        }
        var narrowed = self
        narrowed.seed = range(.seed, seed)
        if let width = range(.width, size?.width) { narrowed.size?.width = width }
        if let height = range(.height, size?.height) { narrowed.size?.height = height }
        narrowed.steps = range(.steps, steps)
        return narrowed
    }
}
