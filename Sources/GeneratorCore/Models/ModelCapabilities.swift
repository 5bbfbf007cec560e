/// The settings that a model takes, and their ranges. A setting that is `nil` or empty is not supported: it leads to a
/// warning, or to an error if the request asks for that.
public struct ModelCapabilities: Sendable, Hashable {
    /// The sizes it can make; `nil` where the size cannot be chosen.
    public var size: ImageSizeRule?
    /// The seeds it takes.
    public var seed: ClosedRange<Int>?
    /// The numbers of steps it takes.
    public var steps: ClosedRange<Int>?
    /// The guidance scales it takes.
    public var guidance: ClosedRange<Double>?
    /// Whether it takes a negative prompt.
    public var negativePrompt: Bool
    /// How many input images it takes.
    public var inputImages: Int
    /// How many pictures can be asked for at once; of more, each call makes as many. A model that answers with a gallery
    /// without being asked has 1: the gallery is its one answer.
    public var imagesPerCall: Int

    /// Describes a model.
    /// - Parameters:
    ///   - size: The sizes it can make.
    ///   - seed: The seeds it takes.
    ///   - steps: The numbers of steps it takes.
    ///   - guidance: The guidance scales it takes.
    ///   - negativePrompt: Whether it takes a negative prompt.
    ///   - inputImages: How many input images it takes.
    ///   - imagesPerCall: How many pictures can be asked for at once.
    public init(
        size: ImageSizeRule? = nil, seed: ClosedRange<Int>? = nil, steps: ClosedRange<Int>? = nil,
        guidance: ClosedRange<Double>? = nil, negativePrompt: Bool = false, inputImages: Int = 0,
        imagesPerCall: Int = 1
    ) {
        self.size = size
        self.seed = seed
        self.steps = steps
        self.guidance = guidance
        self.negativePrompt = negativePrompt
        self.inputImages = inputImages
        self.imagesPerCall = imagesPerCall
    }
}
