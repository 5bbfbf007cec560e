public import Foundation

/// Where a provider is found and what it works with, for providers that are chosen by name.
public struct ProviderConfiguration: Sendable {
    /// The service's URL in place of the provider's own default.
    public var baseURL: URL?
    /// The Hub's URL in place of `https://huggingface.co`.
    public var hubURL: URL?
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
}

/// A provider that can be chosen by name.
public struct RegisteredProvider: Sendable {
    /// The name.
    public let id: ProviderID
    /// What people call it.
    public let label: String
    /// Where it runs unless configured otherwise.
    public let url: String
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
            make: { Flux1SchnellProvider(url: $0.baseURL, hubURL: $0.hubURL, environment: $0.environment) })
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
