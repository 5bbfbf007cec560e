internal import Foundation
internal import ImageGenerators

/// What only some providers have beside the settings that all share: `--option`, `--sampler` and `--mask`.
struct OwnSettings: Sendable {
    private typealias Options = [(name: String, value: JSONValue)]

    private let options: Options
    private let sampler: String?
    private let mask: ImageInput?

    init(_ arguments: Arguments) throws {
        options = try arguments.all("--option").map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else { throw UsageError("--option takes KEY=JSON.") }
            // A word that is not JSON is meant as a text: quotes within quotes are hard to type in a shell.
            return (parts[0], (try? JSONValue(parsing: Data(parts[1].utf8))) ?? .string(parts[1]))
        }
        sampler = arguments.text("--sampler")
        mask = try arguments.text("--mask").map { try Arguments.picture($0, "mask") }
    }

    /// Gives each provider what it knows.
    /// - Returns: What does not go to every provider.
    /// - Throws: `GenerationError`: `invalidRequest` for an option that none of them knows, and for a value that makes no
    ///   sense; `unsupportedSetting` where what is not honoured by all is to be an error.
    func set(
        in request: inout GenerationRequest, for providers: [any AsyncGeneratorProvider]
    ) throws -> [GenerationWarning] {
        var given: [Options] = providers.map { _ in [] }
        var warnings: [GenerationWarning] = []
        func give(_ name: String, _ value: JSONValue, to owners: [Int], otherwise: (ProviderID) -> String) {
            for (index, provider) in providers.enumerated() {
                if owners.contains(index) {
                    given[index].append((name, value))
                } else {
                    warnings.append(
                        GenerationWarning(.unsupported, setting: name, requested: value, otherwise(provider.id)))
                }
            }
        }
        if let sampler {
            give("sampler", .string(sampler), to: Self.owners(of: "sampler", among: providers)) {
                "The provider \($0) knows no samplers."
            }
        }
        for (name, value) in options {
            let owners = Self.owners(of: name, among: providers)
            guard !owners.isEmpty else {
                let names = Set(providers.flatMap { Self.names(of: $0) ?? [] })
                throw GenerationError(unknownOption: name, among: names.sorted())
            }
            let others = owners.map { providers[$0].id.rawValue }.joined(separator: ", ")
            give(name, value, to: owners) {
                "The option \(name.printable(limit: 60)) goes to \(others); \($0) does not get it."
            }
        }
        for (provider, options) in zip(providers, given) {
            let takesMask = try set(options, of: provider, in: &request)
            guard mask != nil, !takesMask else { continue }
            warnings.append(
                GenerationWarning(.unsupported, setting: "mask", "The provider \(provider.id) takes no mask."))
        }
        guard request.unsupported == .fail, !warnings.isEmpty else { return warnings }
        var refusal = GenerationError(refusing: warnings)
        refusal.provider = providers.count == 1 ? providers[0].id : nil
        throw refusal
    }

    /// - Returns: Whether it takes a mask, as far as it is for the provider to say.
    private func set<P: AsyncGeneratorProvider>(
        _ values: Options, of provider: P, in request: inout GenerationRequest
    ) throws -> Bool {
        var options = P.Options()
        for (name, value) in values { try options.set(name, to: value) }
        var takesMask = false
        if let mask, var own = options as? GradioOptions {
            own.mask = mask
            options = own as? P.Options ?? options
            takesMask = true
        }
        request[options: P.self] = options
        return takesMask
    }

    /// Which of the providers know an option: those that say so, else those whose app has to be asked.
    private static func owners(of name: String, among providers: [any AsyncGeneratorProvider]) -> [Int] {
        let names = providers.map { Self.names(of: $0) }
        let sure = names.indices.filter { names[$0]?.contains(name) == true }
        return sure.isEmpty ? names.indices.filter { names[$0] == nil } : sure
    }

    private static func names<P: AsyncGeneratorProvider>(of provider: P) -> [String]? { P.Options.names }
}
