public import Foundation

/// The pictures of one generation, and what belongs to them.
public struct ImageResponse: Sendable, Equatable, Codable {
    /// The pictures, in the service's order.
    public var images: [GeneratedImage]
    /// The prompt, as a text in place of the pictures.
    public var alt: String
    /// Which generation of several it came from, from 0; core fills it in. A failed one leaves a gap.
    public var index = 0
    /// The model that answered.
    public var model: String?
    /// The provider that was asked.
    public var provider: ProviderID?
    /// The provider that did the work, if the provider that was asked has passed it on; otherwise `nil`.
    public var via: ProviderID?
    /// The job that made them, where the service named one; core fills it in.
    public var job: JobHandle?
    /// The time from the first request to the result.
    public var elapsed: Duration
    /// The whole text, where the model wrote one. Set by ``GenerationStream/response()``.
    public var text: String?
    /// What went wrong with single pictures of several. Set by ``GenerationStream/response()``.
    public var failures: [GenerationError] = []
    /// The warnings of the generation. Set by ``GenerationStream/response()``.
    public var warnings: [GenerationWarning] = []

    /// Makes a response.
    /// - Parameters:
    ///   - images: The pictures.
    ///   - alt: What they show: the prompt.
    ///   - model: The model that answered.
    ///   - provider: The provider that was asked; core fills it in.
    ///   - via: The provider that the work was passed on to.
    ///   - elapsed: The time it took; core fills it in.
    public init(
        images: [GeneratedImage], alt: String, model: String? = nil, provider: ProviderID? = nil,
        via: ProviderID? = nil, elapsed: Duration = .zero
    ) {
        self.images = images
        self.alt = alt
        self.model = model
        self.provider = provider
        self.via = via
        self.elapsed = elapsed
    }

    /// A shortcut: the URL of the first picture, or `nil` if there is none.
    public var url: URL? { images.first?.url }

    /// A shortcut: downloads the first picture.
    /// - Returns: Its bytes.
    /// - Throws: ``GenerationError``: `noImage` where there is none, else as ``GeneratedImage/load()``; `CancellationError`.
    public func data() async throws -> Data {
        guard let image = images.first else {
            throw GenerationError(
                .noImage, "There is no picture in this answer.", provider: provider, wasAccepted: true)
        }
        return try await image.load().data
    }

    /// The pictures as Markdown, one a line, with the prompt as their text.
    public var markdown: String {
        // Backquotes and angle brackets too: they would swallow the link behind the text.
        let text = alt.printable(limit: 1000).map { "[]\\!`<>&*_".contains($0) ? "\\\($0)" : String($0) }.joined()
        return images.map { "![\(text)](<\($0.url.absoluteString)>)" }.joined(separator: "\n")
    }

}
