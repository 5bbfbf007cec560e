internal import Foundation

/// The options of a request, each under the name of its provider's type.
struct RequestOptions: Sendable, Equatable {
    private var entries: [String: Entry] = [:]

    init() {}

    mutating func set<P: AsyncGeneratorProvider>(_ options: P.Options?, for provider: P.Type) {
        entries[Self.name(provider)] = options.map { .given($0) }
    }

    /// - Throws: `invalidRequest` for what was decoded and is none of this provider's.
    func options<P: AsyncGeneratorProvider>(for provider: P.Type) throws -> P.Options? {
        // To name a type takes longer than to ask for it.
        guard !entries.isEmpty else { return nil }
        switch entries[Self.name(provider)] {
        case nil: return nil
        case .given(let options): return options as? P.Options
        case .coded(let value):
            guard let options = try? JSONDecoder().decode(P.Options.self, from: value.serialized()) else {
                throw GenerationError(
                    .invalidRequest, "The options that were decoded with the request are none of this provider's.")
            }
            return options
        }
    }

    private static func name(_ provider: Any.Type) -> String { String(reflecting: provider) }

    enum Entry: Sendable {
        case given(any ProviderOptions)
        /// Of a decoded request: waits for the provider, because only that knows the type.
        case coded(JSONValue)

        var json: JSONValue? {
            switch self {
            case .given(let options): (try? JSONEncoder().encode(options)).flatMap { try? JSONValue(parsing: $0) }
            case .coded(let value): value
            }
        }
    }
}

extension RequestOptions.Entry: Equatable {
    static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.given(let left), .given(let right)): isEqual(left, right)
        default: left.json != nil && left.json == right.json
        }
    }

    private static func isEqual<Options: ProviderOptions>(_ left: Options, _ right: any ProviderOptions) -> Bool {
        left == right as? Options
    }
}

extension RequestOptions: Codable {
    init(from decoder: any Decoder) throws {
        entries = try [String: JSONValue](from: decoder).mapValues { .coded($0) }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        for (name, entry) in entries {
            switch entry {
            case .given(let options): try container.encode(options, forKey: Name(stringValue: name))
            case .coded(let value): try container.encode(value, forKey: Name(stringValue: name))
            }
        }
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
