public import Foundation
public import GeneratorCore
internal import GeneratorTransport

/// Makes pictures with any Gradio app: a Space of the Hugging Face Hub by its name, or an app at a URL.
///
/// ```swift
/// let provider = GradioProvider(space: "black-forest-labs/FLUX.1-schnell")
/// let image = try await provider.image("A quiet harbour at dawn")
/// ```
///
/// The app is asked what it takes. Which endpoint makes pictures from a prompt and what its parameters mean follows from their
/// names, labels and components; ranges, choices and defaults are the app's own. What cannot be decided is refused before
/// anything is submitted, with an error that says how to choose.
public struct GradioProvider: AsyncGeneratorProvider {
    /// Values for parameters that no common setting means.
    public typealias Options = GradioOptions

    /// `gradio`, unless it was given another.
    public let id: ProviderID
    /// One model that is called as the app is, unless others were given. Other names are taken for a choice of the app's own,
    /// and refused where it has none.
    public let models: ModelCatalog
    /// Transport, credentials, time-outs.
    public let environment: GenerationEnvironment

    private let task: GradioPictureTask

    /// Makes a provider for a Space. Keep it: it and its copies remember what the Space says of itself, for five minutes.
    /// - Parameters:
    ///   - space: The Space's name on the Hub, `owner/name`.
    ///   - apiKey: A ZeroGPU token; where none is given, the environment's, or one that the Hub gives.
    ///   - endpoint: The endpoint's name, for example `/infer`; the one that suits by default.
    ///   - mapping: What the endpoint's parameters mean, where the rules do not know it.
    ///   - id: The provider's name; `gradio` by default.
    ///   - models: What models there are and what they take, for a provider of one's own; by default what the app says.
    ///   - hubURL: The Hub; `https://huggingface.co` by default.
    ///   - route: The way to the Space; its queue where it has one by default.
    ///   - waitForSpace: How long a Space that sleeps or is being built is waited for; not at all by default. The time-out of
    ///     the generation goes on meanwhile.
    ///   - environment: Transport, credentials, time-outs.
    public init(
        space: String, apiKey: String? = nil, endpoint: String? = nil, mapping: GradioMapping = [:],
        id: ProviderID = "gradio", models: ModelCatalog? = nil, hubURL: URL? = nil, route: GradioRoute = .automatic,
        waitForSpace: Duration? = nil, environment: GenerationEnvironment = GenerationEnvironment()
    ) {
        self.init(
            id: id, models: models, called: space,
            task: GradioPictureTask(
                space: space, endpoint: endpoint, mapping: mapping, hubURL: hubURL, route: route,
                waitForSpace: waitForSpace),
            environment: environment.with(apiKey: apiKey))
    }

    /// Makes a provider for an app at a URL. Keep it: it and its copies remember what the app says of itself, for five minutes.
    /// - Parameters:
    ///   - url: Where the app runs; may have a path, and a Space's page will do.
    ///   - space: Its name on the Hub, where it is a Space: only then it gets a GPU token of the Hub's.
    ///   - apiKey: A ZeroGPU token; where none is given, the environment's, or one that the Hub gives.
    ///   - endpoint: The endpoint's name, for example `/infer`; the one that suits by default.
    ///   - mapping: What the endpoint's parameters mean, where the rules do not know it.
    ///   - id: The provider's name; `gradio` by default.
    ///   - models: What models there are and what they take, for a provider of one's own; by default what the app says.
    ///   - hubURL: The Hub; `https://huggingface.co` by default.
    ///   - route: The way to the app; its queue where it has one by default.
    ///   - waitForSpace: How long a Space that sleeps or is being built is waited for; not at all by default. The time-out of
    ///     the generation goes on meanwhile.
    ///   - environment: Transport, credentials, time-outs.
    public init(
        url: URL, space: String? = nil, apiKey: String? = nil, endpoint: String? = nil, mapping: GradioMapping = [:],
        id: ProviderID = "gradio", models: ModelCatalog? = nil, hubURL: URL? = nil, route: GradioRoute = .automatic,
        waitForSpace: Duration? = nil, environment: GenerationEnvironment = GenerationEnvironment()
    ) {
        self.init(
            id: id, models: models, called: space ?? HTTPOrigin(url)?.host ?? "app",
            task: GradioPictureTask(
                url: url, space: space, endpoint: endpoint, mapping: mapping, hubURL: hubURL, route: route,
                waitForSpace: waitForSpace),
            environment: environment.with(apiKey: apiKey))
    }

    private init(
        id: ProviderID, models: ModelCatalog?, called name: String, task: GradioPictureTask,
        environment: GenerationEnvironment
    ) {
        self.id = id
        self.models =
            models
            ?? ModelCatalog(
                ModelDescriptor(name, capabilities: .whatAppsSay), unknownModels: .passThrough,
                passedThrough: .whatAppsSay)
        self.task = task
        self.environment = environment
    }

    /// Makes the pictures of one call. Called by core; use `createAsyncGenerator(model:prompt:)`.
    /// - Parameters:
    ///   - call: The checked request.
    ///   - context: Yields events, sends requests.
    /// - Throws: `GenerationError`, `TransportError`, `CancellationError`.
    public func run(_ call: GenerationCall<GradioOptions>, in context: GenerationContext) async throws {
        var call = call
        // The app's own name is no choice of it.
        if call.requestedModel?.trimmingWhitespace() == models.defaultModel { call.requestedModel = nil }
        var response = try await task.run(call, in: context, options: call.options)
        if let text = response.text { try await context.yield(.text(text)) }
        response.text = nil
        try await context.yield(image: response)
    }
}
