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

    /// A value for each parameter; local files are uploaded when everything else is in order.
    func arguments(
        of endpoint: GradioEndpoint, for app: GradioApp, in context: GenerationContext
    ) async throws -> [JSONValue] {
        let file: JSONValue = [:]
        _ = try await arguments(of: endpoint, for: app) { path in
            _ = try Arguments.readable(path, "file")
            return file
        }
        return try await arguments(of: endpoint, for: app) { path in
            try await context.status("Uploading a file")
            return try await app.upload(URL(fileURLWithPath: path)).argument
        }
    }

    private func arguments(
        of endpoint: GradioEndpoint, for app: GradioApp, replacing file: (String) async throws -> JSONValue
    ) async throws -> [JSONValue] {
        switch values {
        case .positions(var values):
            // As in GradioEndpoint.arguments: whoever counts the state gives a value for every parameter.
            let countsState = values.count == endpoint.parameters.count
            let parameters = endpoint.parameters.filter { countsState || !$0.isState }
            for (index, parameter) in zip(values.indices, parameters) {
                values[index] = try await parameter.value(values[index], for: app, replacing: file)
            }
            return try endpoint.arguments(values)
        case .names(var values):
            for parameter in endpoint.parameters {
                guard let name = parameter.name, let value = values[name] else { continue }
                values[name] = try await parameter.value(value, for: app, replacing: file)
            }
            return try endpoint.arguments(named: values)
        }
    }
}

extension GradioParameter {
    /// The value with uploaded files in place of the names of local ones.
    fileprivate func value(
        _ value: JSONValue, for app: GradioApp, replacing file: (String) async throws -> JSONValue
    ) async throws -> JSONValue {
        switch component {
        // Until Gradio 6 a video stood beside its subtitles.
        case "video" where app.version < GradioVersion("6"):
            return try await value.string.asyncMap { ["video": try await file($0)] } ?? value
        case "image", "audio", "video", "model3d": return try await value.string.asyncMap(file) ?? value
        case "file", "uploadbutton", "gallery":
            guard let list = value.array else { return try await value.string.asyncMap(file) ?? value }
            var files: [JSONValue] = []
            for item in list {
                let uploaded = try await item.string.asyncMap(file)
                files.append(uploaded.map { component == "gallery" ? ["image": $0] : $0 } ?? item)
            }
            return .array(files)
        default: return value
        }
    }
}

extension Optional where Wrapped: Sendable {
    fileprivate func asyncMap<Result>(_ work: (Wrapped) async throws -> Result) async throws -> Result? {
        guard let self else { return nil }
        return try await work(self)
    }
}
