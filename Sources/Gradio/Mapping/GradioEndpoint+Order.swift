internal import GeneratorCore

extension GradioEndpoint {
    /// How the endpoint is called by somebody who knows its parameters in their order: by place where nothing speaks against
    /// it, else by name.
    /// - Parameters:
    ///   - mapping: All parameters, in their order.
    ///   - ask: Asks the app for the names of its parameters.
    /// - Returns: The plan.
    /// - Throws: `GenerationError` (`invalidResponse`) where the endpoint takes something else; what `ask` threw.
    func plan(following mapping: GradioMapping, asking ask: () async throws -> GradioApp) async throws -> GradioPlan {
        let settings = mapping.entries.map(\.setting)
        let inOrder = GradioPlan(self, inOrder: settings)
        guard parameters.count != settings.count || inOrder.contradictsLabels else { return inOrder }
        let changed = GenerationError(
            .invalidResponse, "The Space's endpoint \(label) takes other arguments than it used to.",
            underlying: GradioAppHasChanged())
        let described: GradioEndpoint?
        do {
            described = try await ask().endpoints.first { $0.id == id }
        } catch is GenerationError {
            throw changed
        }
        guard let described, described.parameters.contains(where: { $0.name != nil }) else { throw changed }
        // Names first; those that are new keep the app's defaults.
        let known = GradioMapping(
            Dictionary(mapping.entries.map { ($0.name, $0.setting) }, uniquingKeysWith: { first, _ in first }))
        guard let plan = try? GradioPlan(described, mapping: known),
            plan.obstacle(withPictures: true, isChosen: true) == nil
        else { throw changed }
        return plan
    }
}

/// The reason of an error that shows that what is remembered of an app is not true any more.
struct GradioAppHasChanged: Error {}

extension GradioPlan {
    /// Whether a label says that another parameter is at a place.
    fileprivate var contradictsLabels: Bool {
        let labelled = (try? GradioPlan(endpoint.withoutNames))?.settings ?? []
        return zip(settings, labelled).contains { said, label in
            said != label && label.isCommon && settings.contains(label)
        }
    }
}

extension GradioEndpoint {
    fileprivate var withoutNames: GradioEndpoint {
        var copy = self
        for index in copy.parameters.indices { copy.parameters[index].name = nil }
        return copy
    }
}
