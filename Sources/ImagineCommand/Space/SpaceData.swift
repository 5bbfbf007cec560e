internal import Foundation
internal import ImageGenerators

/// The arguments of a call as a person writes them: by position or by name, files by their name on this machine.
struct SpaceData: Sendable {
    private enum Values {
        case positions([JSONValue])
        case names([String: JSONValue])
    }

    private let values: Values

    init(_ json: Data) throws {
        let hint = "--data takes a JSON array (by position) or a JSON object (by name)"
        switch try? JSONValue(parsing: json) {
        case .array(let values): self.values = .positions(values)
        case .object(let values): self.values = .names(values)
        case nil: throw UsageError("\(hint); this is no JSON.")
        default: throw UsageError("\(hint).")
        }
    }

    /// What a person said in it, which no error may repeat; names of files and of choices are not meant.
    var words: [String] {
        let all: [JSONValue] =
            switch values {
            case .positions(let values): values
            case .names(let values): Array(values.values)
            }
        return all.compactMap(\.string).filter { text in
            let ending = URL(fileURLWithPath: text).pathExtension
            return text.contains(where: \.isWhitespace) && !(1...5).contains(ending.count)
        }
    }

    /// A value for each parameter; files are uploaded when everything else is in order.
    func arguments(
        of endpoint: GradioEndpoint, for app: GradioApp, in context: GenerationContext
    ) async throws -> [JSONValue] {
        let file: JSONValue = [:]
        let policy = context.environment.downloads
        _ = try await arguments(of: endpoint) { value, parameter in
            try await parameter.replacingFiles(in: value, for: app.version) { input in
                switch input {
                case .path(let path): _ = try Arguments.readable(path, "file")
                case .data(let text): _ = try DataURL(text, limit: policy.maximumBytes)
                case .url: break
                }
                return file
            }
        }
        return try await arguments(of: endpoint) { value, parameter in
            try await app.replacingFiles(in: value, of: parameter, in: context)
        }
    }

    private func arguments(
        of endpoint: GradioEndpoint, _ replaced: (JSONValue, GradioParameter) async throws -> JSONValue
    ) async throws -> [JSONValue] {
        switch values {
        case .positions(var values):
            // As in GradioEndpoint.arguments: whoever counts what is hidden gives a value for every parameter.
            let countsHidden = values.count == endpoint.parameters.count
            let parameters = endpoint.parameters.filter { countsHidden || !$0.isHidden }
            for (index, parameter) in zip(values.indices, parameters) {
                values[index] = try await replaced(values[index], parameter)
            }
            return try endpoint.arguments(values)
        case .names(var values):
            for parameter in endpoint.parameters {
                guard let name = parameter.name, let value = values[name] else { continue }
                values[name] = try await replaced(value, parameter)
            }
            return try endpoint.arguments(named: values)
        }
    }
}
