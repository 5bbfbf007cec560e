public import Prodia

/// A provider that can be chosen by name.
public struct RegisteredProvider: Sendable {
    /// The name.
    public let id: ProviderID
    /// What people call it.
    public let label: String
    /// The URL of the service unless another is configured. Empty if only the name or the configuration can say it.
    public let url: String
    /// What its URLs are for, where it has several.
    public var roles: [String] = []
    /// Where each of the roles runs unless configured otherwise, in their order.
    public var roleURLs: [String] = []
    /// The generations of its interface, where it has several to choose from.
    public var apis: [ProdiaAPI] = []
    /// What a user has to have for it, in words, for example a key; empty if nothing is needed.
    public let needs: [String]
    /// What may stand behind a colon of its name, in words, for example `a job type`; `nil` for nothing.
    public let detail: String?
    /// Makes the provider.
    public let make: @Sendable (ProviderConfiguration) -> any AsyncGeneratorProvider

    /// Describes a provider.
    /// - Parameters:
    ///   - id: The name: lower case, words joined by hyphens.
    ///   - label: What people call it.
    ///   - url: Where it runs unless configured otherwise.
    ///   - needs: What it needs that nobody has by default, in words.
    ///   - detail: What may stand behind a colon of its name, in words; it comes as ``ProviderConfiguration/detail``.
    ///   - make: Makes the provider.
    public init(
        _ id: ProviderID, label: String, url: String = "", needs: [String] = [], detail: String? = nil,
        make: @escaping @Sendable (ProviderConfiguration) -> any AsyncGeneratorProvider
    ) {
        self.id = id
        self.label = label
        self.url = url
        self.needs = needs
        self.detail = detail
        self.make = make
    }

    /// The same provider, always made with what stood behind its name.
    func with(_ detail: String) -> RegisteredProvider {
        var registered = RegisteredProvider(id, label: label, url: url, needs: needs, detail: self.detail) { [make] in
            var configuration = $0
            configuration.detail = detail
            return make(configuration)
        }
        (registered.roles, registered.roleURLs, registered.apis) = (roles, roleURLs, apis)
        return registered
    }
}
