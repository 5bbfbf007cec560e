public import Foundation
internal import G4F
public import Gradio
public import Prodia

/// Where a provider is found and what it works with, for providers that are chosen by name.
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
    /// The generation of Prodia's interface; v2 by default.
    public var prodiaAPI = ProdiaAPI.v2
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

/// A provider that can be chosen by name.
public struct RegisteredProvider: Sendable {
    /// The name.
    public let id: ProviderID
    /// What people call it.
    public let label: String
    /// Where it runs unless configured otherwise.
    public let url: String
    /// What its URLs are for, where it has several.
    public var roles: [String] = []
    /// Where each of the roles runs unless configured otherwise, in their order.
    public var roleURLs: [String] = []
    /// The generations of its interface, where it has several to choose from.
    public var apis: [ProdiaAPI] = []
    /// What it needs that nobody has by default, in words; empty where it needs nothing.
    public let needs: [String]
    /// Makes the provider.
    public let make: @Sendable (ProviderConfiguration) -> any AsyncGeneratorProvider
}

/// All providers of the package, by name.
public enum ProviderRegistry {
    /// Every provider; the first is the one to take where none is named.
    public static let providers: [RegisteredProvider] = [
        RegisteredProvider(
            id: "flux1-schnell", label: "FLUX.1 [schnell] on a Hugging Face Space",
            url: Flux1SchnellProvider.defaultURL,
            needs: [],
            make: {
                Flux1SchnellProvider(
                    url: $0.baseURL, hubURL: $0.hubURL, route: $0.route, environment: $0.environment)
            }),
        RegisteredProvider(
            id: "flux-dev", label: "FLUX.1 [dev] on a Hugging Face Space", url: FluxDevProvider.defaultURL, needs: [],
            make: {
                FluxDevProvider(url: $0.baseURL, hubURL: $0.hubURL, route: $0.route, environment: $0.environment)
            }),
        RegisteredProvider(
            id: "janus-pro", label: "Janus-Pro-7B on a Hugging Face Space: pictures, text, questions about pictures",
            url: JanusProProvider.defaultURL, needs: [],
            make: {
                JanusProProvider(url: $0.baseURL, hubURL: $0.hubURL, route: $0.route, environment: $0.environment)
            }),
        RegisteredProvider(
            id: "g4f", label: "the Spaces of the G4F framework: FLUX and Janus-Pro-7B", url: G4FProvider.defaultURL,
            roles: ["janus", "flux", "flux-dev"], roleURLs: G4FProvider.Spaces().urls, needs: [],
            make: {
                G4FProvider(
                    spaces: G4FProvider.Spaces(
                        janus: $0.url("janus"), flux: $0.url("flux"), fluxDev: $0.url("flux-dev")),
                    hubURL: $0.hubURL, route: $0.route, environment: $0.environment)
            }),
        RegisteredProvider(
            id: "prodia", label: "Prodia: FLUX, SDXL and Stable Diffusion, over every generation of its interface",
            url: ProdiaAPI.v2.defaultURL, roles: ["images"], roleURLs: [ProdiaProvider.defaultImagesURL],
            apis: ProdiaAPI.allCases, needs: ["a key of Prodia's, in PRODIA_TOKEN or PRODIA_API_KEY"],
            make: {
                ProdiaProvider(
                    api: $0.prodiaAPI, url: $0.baseURL, imagesURL: $0.roleURLs["images"], environment: $0.environment,
                    variables: $0.variables)
            }),
    ]

    /// Finds a provider.
    /// - Parameter name: Its name.
    /// - Returns: The provider.
    /// - Throws: `GenerationError` (`invalidRequest`) that lists the names there are.
    public static func provider(named name: String) throws -> RegisteredProvider {
        if let found = providers.first(where: { $0.id.rawValue == name }) { return found }
        let names = providers.map(\.id.rawValue).joined(separator: ", ")
        throw GenerationError(
            .invalidRequest, "There is no provider \(name.printable(limit: 60)). The providers are: \(names).")
    }
}

extension G4FProvider.Spaces {
    /// In the order of the roles.
    fileprivate var urls: [String] { [janus, flux, fluxDev].map { $0?.absoluteString ?? "" } }
}
