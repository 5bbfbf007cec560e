internal import ImageGenerators

/// `imagine providers` and `imagine models`: what there is. Only Prodia's v1 is asked, because its models come and go.
struct ListCommand: Sendable {
    private let arguments: Arguments
    private let variables: [String: String]
    private let reporter: Reporter

    init(_ arguments: Arguments, _ variables: [String: String], _ reporter: Reporter) {
        self.arguments = arguments
        self.variables = variables
        self.reporter = reporter
    }

    /// - Returns: The exit status.
    func providers() throws -> Int32 {
        if reporter.isJSON {
            let list = ProviderRegistry.standard.providers.map { provider -> JSONValue in
                var object: [String: JSONValue] = [
                    "id": .string(provider.id.rawValue), "label": .string(provider.label),
                    "models": .array(names(of: provider).map(JSONValue.string)),
                    "needs": .array(provider.needs.map(JSONValue.string)),
                ]
                if !provider.url.isEmpty { object["url"] = .string(provider.url) }
                return .object(object)
            }
            reporter.line(["providers": .array(list)], elapsed: false)
            return ExitStatus.done
        }
        for provider in ProviderRegistry.standard.providers {
            reporter.console.output("\(provider.id)  \(provider.label)\n")
            let roles = zip(provider.roles, provider.roleURLs).map { "\($0)=\($1)" }
            // One URL for all roles has no place of its own; an interface beside them has.
            let own = roles.isEmpty || !provider.apis.isEmpty ? [provider.url] : []
            let places = (own + roles).filter { !$0.isEmpty }
            if !places.isEmpty {
                reporter.console.output("    at      \(places.joined(separator: "\n            "))\n")
            }
            let models = Self.lines(names(of: provider)).joined(separator: "\n            ")
            reporter.console.output("    models  \(models.isEmpty ? "what the app offers" : models)\n")
            let needs = provider.needs.isEmpty ? "nothing" : provider.needs.joined(separator: ", ")
            reporter.console.output("    needs   \(needs)\n")
        }
        return ExitStatus.done
    }

    /// - Returns: The exit status.
    func models() async throws -> Int32 {
        let name = arguments.operands.first
        let about = ["--api", "--base-url", "--api-key-env", "--proxy", "--transport", "--timeout", "--retries"]
        if name == nil, let option = about.first(where: arguments.has) {
            throw UsageError("\(option) wants a provider beside it: imagine models prodia.")
        }
        let chosen =
            try name.map { [try ProviderRegistry.standard.provider(named: $0)] } ?? ProviderRegistry.standard.providers
        for provider in chosen {
            let catalog = try await catalog(of: provider)
            // An app that nobody has named yet offers what nobody knows yet.
            let known = catalog.models.filter { !$0.id.isEmpty }
            if reporter.isJSON {
                let models = known.map { model -> JSONValue in
                    [
                        "id": .string(model.id), "kinds": .array(kinds(of: model).map(JSONValue.string)),
                        "aliases": .array(aliases(of: model, in: catalog).map(JSONValue.string)),
                    ]
                }
                var object: [String: JSONValue] = [
                    "provider": .string(provider.id.rawValue), "models": .array(models),
                ]
                if !known.isEmpty { object["default"] = .string(catalog.defaultModel) }
                object["options"] = options(of: provider).map { options in
                    .array(options.map { ["name": .string($0.key), "description": .string($0.value)] })
                }
                reporter.line(object, elapsed: false)
                continue
            }
            reporter.console.output("\(provider.id)\n")
            if known.isEmpty { reporter.console.output("  what the app offers\n") }
            for model in known {
                let mark = model.id == catalog.defaultModel ? ["default"] : []
                let others = aliases(of: model, in: catalog)
                let also = others.isEmpty ? [] : ["also " + others.map(\.printable).joined(separator: ", ")]
                let facts = [kinds(of: model).joined(separator: ", ")] + mark + also
                reporter.console.output("  \(model.id.printable)  \(facts.joined(separator: "; "))\n")
            }
            for line in optionLines(of: provider) { reporter.console.output("  \(line)\n") }
        }
        return ExitStatus.done
    }

    /// What `--option` takes, a line for each.
    private func optionLines(of provider: RegisteredProvider) -> [String] {
        guard let options = options(of: provider) else {
            return ["--option NAME=JSON  a parameter of the app; `imagine space` lists them"]
        }
        guard !options.isEmpty else { return ["\(provider.id) has no options of its own"] }
        let rows = options.map { ("--option \($0.key)=JSON", $0.value) }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { $0 + String(repeating: " ", count: width - $0.count + 2) + $1 }
    }

    private func options(of provider: RegisteredProvider) -> KeyValuePairs<String, String>? {
        func known<P: AsyncGeneratorProvider>(by provider: P) -> KeyValuePairs<String, String>? { P.Options.known }
        return known(by: provider.make(ProviderConfiguration()))
    }

    /// The models that are known without asking, or those that the service names.
    private func catalog(of provider: RegisteredProvider) async throws -> ModelCatalog {
        var configuration = ProviderConfiguration()
        configuration.prodiaAPI = try arguments.api(for: provider) ?? configuration.prodiaAPI
        guard arguments.text("--api") == ProdiaAPI.v1.rawValue else {
            if let option = ["--base-url", "--api-key-env"].first(where: arguments.has) {
                throw UsageError(
                    "Nobody is asked for these models: \(option) belongs to `imagine models prodia --api v1`.")
            }
            return provider.make(configuration).models
        }
        configuration = try arguments.configuration(for: provider, variables, reporter)
        let made = provider.make(configuration)
        return try await (made as? ProdiaProvider)?.fetchModels() ?? made.models
    }

    /// Names between commas, in lines that a terminal holds.
    private static func lines(_ names: [String]) -> [String] {
        var lines = [""]
        for (index, name) in names.enumerated() {
            let word = name + (index < names.count - 1 ? "," : "")
            let last = lines[lines.count - 1]
            if last.isEmpty || last.count + word.count < 88 {
                lines[lines.count - 1] = last.isEmpty ? word : "\(last) \(word)"
            } else {
                lines.append(word)
            }
        }
        return lines
    }

    private func names(of provider: RegisteredProvider) -> [String] {
        let catalog = provider.make(ProviderConfiguration()).models
        return catalog.models.map(\.id).filter { !$0.isEmpty } + catalog.aliases.keys.sorted()
    }

    private func kinds(of model: ModelDescriptor) -> [String] { model.kinds.map(\.rawValue).sorted() }

    private func aliases(of model: ModelDescriptor, in catalog: ModelCatalog) -> [String] {
        catalog.aliases.filter { $0.value == model.id }.keys.sorted()
    }
}
