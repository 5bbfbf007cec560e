internal import Foundation
internal import GeneratorCore

extension ProdiaService {
    /// The models of the first public interface. (`GET /v1/sd/models`, `GET /v1/sdxl/models`)
    func v1Models() async throws -> ModelCatalog {
        let sd = try await names(["sd", "models"]), sdxl = try await names(["sdxl", "models"])
        guard !(sd + sdxl).isEmpty else {
            throw GenerationError(.invalidResponse, "Prodia's lists of models are empty.")
        }
        return ProdiaAPI.v1Catalog(sd: sd, sdxl: sdxl)
    }

    /// The models of the keyless interface, their labels as aliases. (`GET /models`)
    func legacyModels() async throws -> ModelCatalog {
        let body = try await read(["models"])
        let labels = (try json(body).object?.compactMapValues(\.string) ?? [:])
            .filter { Self.isModelName($0.key) && Self.isModelName($0.value) }
        try Self.check(labels.count)
        var catalog = api.catalog
        let known = Set(catalog.models.map(\.id))
        catalog.models += Set(labels.values).subtracting(known).sorted().map {
            ModelDescriptor($0, capabilities: ProdiaAPI.legacyCapabilities)
        }
        catalog.aliases = labels.filter { $0.key != $0.value }
        return catalog
    }

    private func names(_ path: [String]) async throws -> [String] {
        let body = try await read(path)
        guard let names = (try JSONValue.ifValid(body))?.array?.compactMap(\.string) else {
            throw GenerationError(.invalidResponse, "Prodia's list of models is none.")
        }
        try Self.check(names.count)
        return names.filter(Self.isModelName)
    }

    private static func check(_ count: Int) throws {
        guard count <= 10_000 else {
            throw GenerationError(.responseTooLarge, "Prodia lists \(count) models, more than anybody has.")
        }
    }

    /// Whether it can be shown and typed as a model's name; what cannot is left out of the lists.
    private static func isModelName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 200 && name.printable == name
    }
}
