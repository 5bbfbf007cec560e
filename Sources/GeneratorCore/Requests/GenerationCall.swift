/// One generation as a provider receives it: model resolved, settings checked against what the model takes.
///
/// A setting that is `nil` was not given, or the model does not take it.
public struct GenerationCall<Options: ProviderOptions>: Sendable {
    /// The model.
    public var model: ModelDescriptor
    /// What the picture shows, or the text to answer; never empty.
    public var prompt: String
    /// The settings.
    public var settings: GenerationSettings
    /// The provider's own options: the caller's, or the defaults.
    public var options: Options
    /// Which picture of several this is, from 0.
    public var index: Int
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
}
