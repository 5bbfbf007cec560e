/// A model of a provider.
public struct ModelDescriptor: Sendable, Hashable {
    /// What a model does.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Makes pictures.
        case image
        /// Writes text.
        case text
        /// Answers questions about pictures.
        case vision
    }

    /// The name by which the provider knows it.
    public var id: String
    /// What it does.
    public var kinds: Set<Kind>
    /// What it takes.
    public var capabilities: ModelCapabilities

    /// Describes a model.
    /// - Parameters:
    ///   - id: The name by which the provider knows it.
    ///   - kinds: What it does; makes pictures by default.
    ///   - capabilities: What it takes.
    public init(_ id: String, kinds: Set<Kind> = [.image], capabilities: ModelCapabilities = ModelCapabilities()) {
        self.id = id
        self.kinds = kinds
        self.capabilities = capabilities
    }
}
