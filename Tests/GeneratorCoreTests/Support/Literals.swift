import GeneratorCore
public import GeneratorTransport

extension ModelCatalog {
    /// A catalogue of one model that takes no settings at all.
    init(_ id: String, unknownModels: UnknownModelPolicy = .reject) {
        self.init(ModelDescriptor(id), unknownModels: unknownModels)
    }
}

/// Shorter in tests than in programs, where no secret is a literal.
extension Secret: ExpressibleByStringLiteral {
    /// Wraps a literal.
    /// - Parameter value: The credential.
    public init(stringLiteral value: String) { self.init(value) }
}
