/// One generation as a provider receives it: model resolved, settings checked against what the model takes.
///
/// A setting that is `nil` was not given, or the model does not take it.
public struct GenerationCall<Options: ProviderOptions>: Sendable {
    /// The model.
    public var model: ModelDescriptor
    /// The model's name as the caller wrote it; `nil` where none was named.
    public var requestedModel: String?
    /// What the picture shows, or the text to answer; never empty.
    public var prompt: String
    /// The conversation that the prompt may have been taken from.
    public var messages: [ChatMessage]
    /// The settings.
    public var settings: GenerationSettings
    /// The provider's own options: the caller's, or the defaults.
    public var options: Options
    /// Which picture of several this is, from 0.
    public var index: Int

    /// The same call for a provider that the work is passed on to.
    /// - Parameters:
    ///   - model: That provider's model.
    ///   - options: That provider's options.
    /// - Returns: The call.
    public func passed<Other: ProviderOptions>(to model: ModelDescriptor, options: Other) -> GenerationCall<Other> {
        GenerationCall<Other>(
            model: model, requestedModel: requestedModel, prompt: prompt, messages: messages, settings: settings,
            options: options, index: index)
    }
}

/// The common settings of one generation, as they are sent.
public struct GenerationSettings: Sendable, Hashable {
    /// The size; `nil` where the model has no choice of sizes.
    public var size: PixelSize?
    /// The seed.
    public var seed: Int?
    /// The number of steps.
    public var steps: Int?
    /// The guidance scale.
    public var guidance: Double?
    /// What the picture should not show.
    public var negativePrompt: String?
    /// The input images.
    public var inputImages: [ImageInput] = []
    /// How many pictures one answer shall hold; more than 1 only where the model's ``ModelCapabilities/imagesPerCall`` says
    /// so.
    public var count = 1

    /// Makes settings; what is not given is not sent, or as the service likes it.
    /// - Parameters:
    ///   - size: The size.
    ///   - seed: The seed.
    ///   - steps: The number of steps.
    ///   - guidance: The guidance scale.
    public init(size: PixelSize? = nil, seed: Int? = nil, steps: Int? = nil, guidance: Double? = nil) {
        self.size = size
        self.seed = seed
        self.steps = steps
        self.guidance = guidance
    }
}
