public import Foundation
internal import GeneratorTransport
public import Gradio

/// Makes pictures with FLUX.1 [dev] on a Space of the Hugging Face Hub, with previews while it works.
///
/// ```swift
/// for try await event in FluxDevProvider().createAsyncGenerator(prompt: "A quiet harbour") {
///     if case .preview(let preview) = event { print(preview.images[0].url) }
/// }
/// ```
public struct FluxDevProvider: AsyncGeneratorProvider {
    /// `flux-dev`.
    public let id: ProviderID = "flux-dev"
    /// One model with its aliases. Seeds from 0 to 2³¹−1, 1 to 50 steps (28 where none are asked for), guidance from 1 to 15
    /// (3.5), sides in multiples of 8 (1024). A Space's own narrower ranges count as well.
    public let models = FluxDevProvider.catalog
    /// Transport, credentials, time-outs.
    public let environment: GenerationEnvironment

    private let task: GradioPictureTask

    /// The Space that is asked where no other is named.
    public static let defaultURL = "https://black-forest-labs-flux-1-dev.hf.space"

    static let catalog = ModelCatalog(
        ModelDescriptor(
            "black-forest-labs-flux-1-dev",
            capabilities: ModelCapabilities(
                size: ImageSizeRule(sides: 32...8192, multiple: 8, standard: PixelSize(width: 1024, height: 1024)),
                seed: 0...Int(Int32.max), steps: 1...50, guidance: 1...15)),
        aliases: ["flux-dev": "black-forest-labs-flux-1-dev", "flux": "black-forest-labs-flux-1-dev"])

    /// Makes a provider. Keep it: it and its copies remember what a Space says of itself, for five minutes.
    /// - Parameters:
    ///   - apiKey: A ZeroGPU token; where none is given, the environment's, or one that the Hub gives.
    ///   - url: The Space; the original one by default.
    ///   - space: The Space's name on the Hub, for its GPU token; `black-forest-labs/FLUX.1-dev` by default. With a `url` of
    ///     another Space name that one, or none of the public Hub's tokens is sent there.
    ///   - hubURL: The Hub; `https://huggingface.co` by default.
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
                url: url, space: space, hubURL: hubURL, own: ("black-forest-labs/FLUX.1-dev", Self.defaultURL),
                patience: waitForSpace),
            endpoint: ("/infer", 2),
            mapping: [
                "prompt": .prompt, "seed": .seed, "randomize_seed": .randomizeSeed, "width": .width,
                "height": .height, "guidance_scale": .guidance, "num_inference_steps": .steps,
            ],
            isOrdered: true,
            defaults: GenerationSettings(size: PixelSize(width: 1024, height: 1024), steps: 28, guidance: 3.5),
            route: route)
        self.environment = environment.with(apiKey: apiKey)
    }

    /// Makes one picture. Called by core; use `createAsyncGenerator(model:prompt:)`.
    /// - Parameters:
    ///   - call: The checked request.
    ///   - context: Yields events, sends requests.
    /// - Throws: `GenerationError`, `TransportError`, `CancellationError`.
    public func run(_ call: GenerationCall<NoProviderOptions>, in context: GenerationContext) async throws {
        let response = try await task.run(call, in: context)
        try await context.status("Finished")
        try await context.yield(image: response)
    }
}
