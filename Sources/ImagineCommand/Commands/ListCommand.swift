internal import ImageGenerators

/// `imagine providers` and `imagine models`: what there is, without asking anybody.
struct ListCommand: Sendable {
    private let arguments: Arguments
    private let reporter: Reporter

    init(_ arguments: Arguments, _ reporter: Reporter) {
        self.arguments = arguments
        self.reporter = reporter
    }

    /// - Returns: The exit status.
    func providers() throws -> Int32 {
        if reporter.isJSON {
            let list = ProviderRegistry.providers.map { provider -> JSONValue in
                [
                    "id": .string(provider.id.rawValue), "label": .string(provider.label), "url": .string(provider.url),
                    "models": .array(names(of: provider).map(JSONValue.string)),
                    "needs": .array(provider.needs.map(JSONValue.string)),
                ]
            }
            reporter.line(["providers": .array(list)], elapsed: false)
            return ExitStatus.done
        }
        for provider in ProviderRegistry.providers {
            reporter.console.output("\(provider.id)  \(provider.label)\n")
            let roles = zip(provider.roles, provider.roleURLs).map { "\($0)=\($1)" }
            let urls = roles.isEmpty ? [provider.url] : roles
            reporter.console.output("    at      \(urls.joined(separator: "\n            "))\n")
            reporter.console.output("    models  \(names(of: provider).joined(separator: ", "))\n")
            let needs = provider.needs.isEmpty ? "nothing" : provider.needs.joined(separator: ", ")
            reporter.console.output("    needs   \(needs)\n")
        }
        return ExitStatus.done
    }

    /// - Returns: The exit status.
    func models() throws -> Int32 {
        let name = arguments.operands.first
        let chosen = try name.map { [try ProviderRegistry.provider(named: $0)] } ?? ProviderRegistry.providers
        for provider in chosen {
            let catalog = provider.make(ProviderConfiguration()).models
            if reporter.isJSON {
                let models = catalog.models.map { model -> JSONValue in
                    [
                        "id": .string(model.id), "kinds": .array(kinds(of: model).map(JSONValue.string)),
                        "aliases": .array(aliases(of: model, in: catalog).map(JSONValue.string)),
                    ]
                }
                reporter.line(
                    [
                        "provider": .string(provider.id.rawValue), "default": .string(catalog.defaultModel),
                        "models": .array(models),
                    ], elapsed: false)
                continue
            }
            reporter.console.output("\(provider.id)\n")
            for model in catalog.models {
                let mark = model.id == catalog.defaultModel ? ["default"] : []
                let others = aliases(of: model, in: catalog)
                let also = others.isEmpty ? [] : ["also " + others.joined(separator: ", ")]
                let facts = [kinds(of: model).joined(separator: ", ")] + mark + also
                reporter.console.output("  \(model.id)  \(facts.joined(separator: "; "))\n")
            }
        }
        return ExitStatus.done
    }

    private func names(of provider: RegisteredProvider) -> [String] {
        let catalog = provider.make(ProviderConfiguration()).models
        return catalog.models.map(\.id) + catalog.aliases.keys.sorted()
    }

    private func kinds(of model: ModelDescriptor) -> [String] { model.kinds.map(\.rawValue).sorted() }

    private func aliases(of model: ModelDescriptor, in catalog: ModelCatalog) -> [String] {
        catalog.aliases.filter { $0.value == model.id }.keys.sorted()
    }
}
