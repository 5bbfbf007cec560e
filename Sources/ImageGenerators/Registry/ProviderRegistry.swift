internal import GeneratorTransport

/// A list of providers that can be chosen by name. Add your own, and pass the list on.
///
/// A name is the id of a provider, for example `flux1-schnell`. Some take a detail behind a colon:
/// `prodia:inference.flux.schnell.txt2img.v2`, `gradio:black-forest-labs/FLUX.1-schnell`. Several names with commas between
/// them fall back from one to the next.
///
/// ```swift
/// let provider = try ProviderRegistry.standard.make("prodia")
/// ```
public struct ProviderRegistry: Sendable {
    /// Every provider; the first is the one to take where none is named.
    public private(set) var providers: [RegisteredProvider]

    /// Makes a registry.
    /// - Parameter providers: The providers; of two with the same name the last counts.
    public init(_ providers: [RegisteredProvider] = []) {
        self.providers = []
        for provider in providers { add(provider) }
    }

    /// Adds a provider behind the others, or in the place of the one that has its name.
    /// - Parameter provider: The provider.
    public mutating func add(_ provider: RegisteredProvider) {
        if let index = providers.firstIndex(where: { $0.id == provider.id }) {
            providers[index] = provider
        } else {
            providers.append(provider)
        }
    }

    /// Finds a provider.
    /// - Parameter name: Its name, with a detail behind a colon where it takes one.
    /// - Returns: The provider, which is always made with that detail.
    /// - Throws: `GenerationError` (`invalidRequest`) that lists the names there are, or says that there can be no detail.
    public func provider(named name: String) throws -> RegisteredProvider {
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map {
            String($0).trimmingWhitespace()
        }
        guard let registered = providers.first(where: { $0.id.rawValue == parts.first }) else {
            throw GenerationError(unknownProvider: name, among: providers.map(\.id.rawValue))
        }
        guard parts.count == 2 else { return registered }
        guard let detail = registered.detail else {
            throw GenerationError(.invalidRequest, "The name \(registered.id) takes nothing behind a colon.")
        }
        guard !parts[1].isEmpty else {
            throw GenerationError(.invalidRequest, "Behind \(registered.id): belongs \(detail).")
        }
        return registered.with(parts[1])
    }

    /// Makes a provider.
    /// - Parameters:
    ///   - name: Its name, or several with commas between them for a `FallbackProvider`.
    ///   - configuration: Where it is found and what it works with. For several the URL and the API key must be left out,
    ///     because they are for one service: ``make(_:configuring:)`` gives each its own.
    /// - Returns: The provider.
    /// - Throws: `GenerationError` (`invalidRequest`) as ``provider(named:)``, and for what would go to the wrong service.
    public func make(
        _ name: String, _ configuration: ProviderConfiguration = ProviderConfiguration()
    ) throws -> any AsyncGeneratorProvider {
        let isForOne = configuration.baseURL != nil || configuration.environment.credentials.apiKey != nil
        guard !isForOne || !name.contains(",") else {
            throw GenerationError(
                .invalidRequest,
                "A URL and an API key are for one service. Configure each of several providers by itself.")
        }
        return try make(name) { _ in configuration }
    }

    /// Makes a provider, each of several with its own configuration.
    /// - Parameters:
    ///   - name: Its name, or several with commas between them for a `FallbackProvider`.
    ///   - configure: Where a provider is found and what it works with.
    /// - Returns: The provider.
    /// - Throws: `GenerationError` (`invalidRequest`) as ``provider(named:)``; what `configure` throws.
    public func make(
        _ name: String, configuring configure: (RegisteredProvider) throws -> ProviderConfiguration
    ) throws -> any AsyncGeneratorProvider {
        let providers = try name.split(separator: ",", omittingEmptySubsequences: false).map { name in
            let registered = try provider(named: String(name))
            return registered.make(try configure(registered))
        }
        return providers.count == 1 ? providers[0] : FallbackProvider(providers)
    }
}

extension GenerationError {
    fileprivate init(unknownProvider name: String, among names: [String]) {
        let beginning = name.prefix { $0 != ":" }
        let near = names.first { $0.editDistance(to: String(beginning)) <= 2 }
        // The name of a Space, or a URL.
        let guess = name.contains("/") && names.contains("gradio") && near == nil ? "gradio:\(name)" : near
        let hint = guess.map { " Did you mean \($0.printable(limit: 100))?" } ?? ""
        let what =
            name.isEmpty ? "There is no provider without a name." : "There is no provider \(name.printable(limit: 60))."
        self.init(.invalidRequest, "\(what)\(hint) The providers are: \(names.joined(separator: ", ")).")
    }
}
