public import Foundation
internal import GeneratorTransport
public import Gradio

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

    private let task: GradioPictureTask

    /// The Space that is asked where no other is named.
    public static let defaultURL = "https://voodoohop-flux-1-schnell.hf.space"

    /// Makes a provider. Keep it: it and its copies remember what a Space says of itself, for five minutes.
    /// - Parameters:
    ///   - apiKey: A ZeroGPU token; where none is given, the environment's, or one that the Hub gives.
    ///   - url: The Space; the original one by default.
    ///   - space: The Space's name on the Hub, where it runs on the Hub's GPUs and is to use the caller's share of them.
    ///   - hubURL: The Hub that the Hub's token belongs to; `https://huggingface.co` by default.
    ///   - route: The way to the Space; its queue where it has one by default.
    ///   - waitForSpace: How long a Space that sleeps or is being built is waited for; not at all by default. The time-out of
    ///     the generation goes on meanwhile.
    ///   - environment: Transport, credentials, time-outs.
    public init(
        apiKey: String? = nil, url: URL? = nil, space: String? = nil, hubURL: URL? = nil,
        route: GradioRoute = .automatic, waitForSpace: Duration? = nil,
        environment: GenerationEnvironment = GenerationEnvironment()
    ) {
        task = GradioPictureTask(
            place: GradioPlace(
                url: url ?? URL(string: Self.defaultURL), space: space, hubURL: hubURL, patience: waitForSpace),
            endpoint: ("/infer", nil),
            mapping: [
                "prompt": .prompt, "seed": .seed, "randomize_seed": .randomizeSeed, "width": .width,
                "height": .height, "num_inference_steps": .steps,
            ],
            isOrdered: true,
            defaults: GenerationSettings(size: PixelSize(width: 768, height: 768), steps: 2), route: route)
        self.environment = environment.with(apiKey: apiKey)
    }

    /// Makes one picture. Called by core; use `AsyncGeneratorProvider/createAsyncGenerator(model:prompt:)`.
    /// - Parameters:
    ///   - call: The checked request.
    ///   - context: Yields events, sends requests.
    /// - Throws: `GenerationError`, `TransportError`, `CancellationError`.
    public func run(_ call: GenerationCall<NoProviderOptions>, in context: GenerationContext) async throws {
        try await context.yield(image: task.run(call, in: context))
    }
}
