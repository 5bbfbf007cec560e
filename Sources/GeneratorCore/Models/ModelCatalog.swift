/// The models of a provider, their other names, and what happens to a name that is not among them.
public struct ModelCatalog: Sendable {
    /// What happens to a name that is not in the catalogue.
    public enum UnknownModelPolicy: Sendable, Hashable {
        /// `unknownModel`, with the nearest names.
        case reject
        /// The name is sent as it is: the service knows more models than the catalogue.
        case passThrough
        /// The default model is taken, with a warning.
        case useDefault
    }

    /// The model that is taken where none is named.
    public var defaultModel: String
    /// The model that is taken where none is named but a prompt is given by itself, without a conversation or an input
    /// image; `nil`, the default, for ``defaultModel``.
    public var defaultPictureModel: String?
    /// All models, the default among them.
    public var models: [ModelDescriptor]
    /// Other names, each for one model.
    public var aliases: [String: String]
    /// What happens to other names.
    public var unknownModels: UnknownModelPolicy
    /// The capabilities that are assumed of a model whose name is sent to the service as it is.
    public var passedThrough: ModelCapabilities

    /// Makes a catalogue.
    /// - Parameters:
    ///   - first: The default model.
    ///   - models: The other models.
    ///   - aliases: Other names, each for one model.
    ///   - unknownModels: What happens to names that are not here; rejected by default.
    ///   - passedThrough: What a model is believed to take whose name goes to the service as it is; nothing by default.
    public init(
        _ first: ModelDescriptor, _ models: [ModelDescriptor] = [], aliases: [String: String] = [:],
        unknownModels: UnknownModelPolicy = .reject, passedThrough: ModelCapabilities = ModelCapabilities()
    ) {
        defaultModel = first.id
        self.models = [first] + models
        self.aliases = aliases
        self.unknownModels = unknownModels
        self.passedThrough = passedThrough
    }

    /// Every name of a model that makes pictures, aliases included.
    public var imageModels: [String] { names(of: .image) }
    /// Every name of a model that writes text, aliases included.
    public var textModels: [String] { names(of: .text) }
    /// Every name of a model that answers questions about pictures, aliases included.
    public var visionModels: [String] { names(of: .vision) }

    private func names(of kind: ModelDescriptor.Kind) -> [String] {
        let ids = models.filter { $0.kinds.contains(kind) }.map(\.id)
        return ids + aliases.filter { ids.contains($0.value) }.keys.sorted()
    }

    /// Finds the model for a name.
    /// - Parameter name: A model, an alias, or `nil` (or nothing but white space) for the default.
    /// - Returns: The model, and how it was found.
    /// - Throws: ``GenerationError`` (`unknownModel`) with the nearest names, where unknown names are rejected.
    public func resolve(_ name: String?) throws -> ModelResolution {
        let name = name?.trimmingWhitespace() ?? ""
        if name.isEmpty { return ModelResolution(model: descriptor(defaultModel), route: .byDefault) }
        if let model = models.first(where: { $0.id == name }) { return ModelResolution(model: model, route: .exact) }
        if let target = aliases[name] { return ModelResolution(model: descriptor(target), route: .alias) }
        switch unknownModels {
        case .passThrough:
            return ModelResolution(model: ModelDescriptor(name, capabilities: passedThrough), route: .passedThrough)
        case .useDefault: return ModelResolution(model: descriptor(defaultModel), route: .fallback)
        case .reject:
            // Each name is compared once: a list may come from a server.
            let known = (models.map(\.id) + aliases.keys.sorted()).map { ($0, $0.editDistance(to: name)) }
            let near = known.sorted { $0.1 < $1.1 }.prefix(5).map { $0.0.printable(limit: 200) }
            throw GenerationError(
                .unknownModel,
                "There is no model \(name.printable(limit: 80)) here. Try \(near.joined(separator: ", ")).")
        }
    }

    private func descriptor(_ id: String) -> ModelDescriptor {
        models.first { $0.id == id }
            ?? ModelDescriptor(id, capabilities: unknownModels == .passThrough ? passedThrough : ModelCapabilities())
    }
}

/// A model, and how its name led to it.
public struct ModelResolution: Sendable, Hashable {
    /// The ways from a name to a model.
    public enum Route: Sendable, Hashable {
        /// No name was given.
        case byDefault
        /// The name is the model's own.
        case exact
        /// The name is an alias.
        case alias
        /// The name is unknown here and goes to the service as it is.
        case passedThrough
        /// The name is unknown and the default model stands in.
        case fallback
    }

    /// The model.
    public var model: ModelDescriptor
    /// How it was found.
    public var route: Route
}

extension String {
    /// How many characters must be inserted, removed or replaced to make one text of the other. Long texts are cut.
    package func editDistance(to other: String) -> Int {
        let left = Array(lowercased().prefix(64)), right = Array(other.lowercased().prefix(64))
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let replaced = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = Swift.min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}
