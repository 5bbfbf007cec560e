public import GeneratorCore

/// A provider for tests of code that uses providers: a closure, its script, decides what it yields. It needs no
/// network.
///
/// ```swift
/// let provider = ScriptedProvider { call, context in
///     try await context.status("Generating")
///     try await context.yield(.image(ImageResponse(images: [context.image(data: png)], alt: call.prompt)))
/// }
/// ```
///
/// Everything that core does for a real provider it does for this one: the checks of settings, the deadline,
/// cancellation, `count`.
public struct ScriptedProvider: AsyncGeneratorProvider {
    /// One generation: yields events, or throws.
    public typealias Script = @Sendable (GenerationCall<NoProviderOptions>, GenerationContext) async throws -> Void

    /// The provider's name; `scripted` by default.
    public let id: ProviderID
    /// The models; one called `scripted`, which takes every setting, by default.
    public let models: ModelCatalog
    /// Transport, credentials, time-outs.
    public let environment: GenerationEnvironment
    private let script: Script

    /// Makes a provider.
    /// - Parameters:
    ///   - id: The provider's name.
    ///   - models: The models; one that takes every setting by default.
    ///   - environment: Transport, credentials, time-outs.
    ///   - script: One generation.
    public init(
        id: ProviderID = "scripted", models: ModelCatalog? = nil,
        environment: GenerationEnvironment = GenerationEnvironment(), script: @escaping Script
    ) {
        self.id = id
        self.models = models ?? ModelCatalog(ModelDescriptor("scripted", capabilities: Self.everything))
        self.environment = environment
        self.script = script
    }

    /// Runs the script.
    /// - Parameters:
    ///   - call: The checked request.
    ///   - context: Yields events.
    /// - Throws: What the script throws.
    public func run(_ call: GenerationCall<NoProviderOptions>, in context: GenerationContext) async throws {
        try await script(call, context)
    }

    private static let everything = ModelCapabilities(
        size: ImageSizeRule(sides: 1...8192, multiple: 1, standard: PixelSize(width: 512, height: 512)),
        seed: 0...Int(Int32.max), steps: 1...100, guidance: 0...100, negativePrompt: true, inputImages: 4)
}
