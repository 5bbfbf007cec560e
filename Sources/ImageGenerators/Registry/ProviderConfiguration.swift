public import Foundation
public import Gradio
public import Prodia

/// The settings of a provider that is chosen by name: its URLs, its environment, and what only some providers use.
public struct ProviderConfiguration: Sendable {
    /// The service's URL in place of the provider's own default.
    public var baseURL: URL?
    /// URLs for single roles of a provider that has several, by ``RegisteredProvider/roles``; the rest take ``baseURL``.
    /// Prodia's role `images` is where the pictures of its old interfaces lie.
    public var roleURLs: [String: URL] = [:]
    /// The Hub's URL in place of `https://huggingface.co`.
    public var hubURL: URL?
    /// The way to providers that are Gradio apps; their queue where they have one by default.
    public var route = GradioRoute.automatic
    /// The endpoint of the app, for `gradio`; the one that suits by default.
    public var endpoint: String?
    /// How long providers that are Spaces wait for one that sleeps or is being built; not at all by default.
    public var waitForSpace: Duration?
    /// The generation of Prodia's interface; v2 by default.
    public var prodiaAPI = ProdiaAPI.v2
    /// The part of the provider's name behind the colon, for example a job type of Prodia.
    public var detail: String?
    /// The environment variables, among which Prodia's provider looks for its key; the process's own by default.
    public var variables = ProcessInfo.processInfo.environment
    /// Transport, credentials, time-outs.
    public var environment: GenerationEnvironment

    /// Makes a configuration.
    /// - Parameters:
    ///   - baseURL: The service's URL in place of the provider's own default.
    ///   - hubURL: The Hub's URL in place of `https://huggingface.co`.
    ///   - environment: Transport, credentials, time-outs.
    public init(
        baseURL: URL? = nil, hubURL: URL? = nil, environment: GenerationEnvironment = GenerationEnvironment()
    ) {
        self.baseURL = baseURL
        self.hubURL = hubURL
        self.environment = environment
    }

    func url(_ role: String) -> URL? { roleURLs[role] ?? baseURL }
}
