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
        _ = try await arguments(of: endpoint, for: app) { input, _ in
            switch input {
            case .path(let path): _ = try Arguments.readable(path, "file")
            case .data(let text): _ = try DataURL(text, limit: policy.maximumBytes)
            case .url: break
            }
            return file
        }
        return try await arguments(of: endpoint, for: app) { input, parameter in
            switch input {
            case .path(let path):
                try await context.status("Uploading a file")
                return try await app.upload(URL(fileURLWithPath: path)).argument
            case .data(let text):
                let content = try DataURL(text, limit: policy.maximumBytes)
                let format = ImageFormat(signature: content.data)
                try await context.status("Uploading a file")
                return try await app.upload(
                    content.data, name: "file.\(format?.fileExtension ?? "bin")",
                    mediaType: format?.mediaType ?? content.mediaType
                ).argument
            // Sounds and other files the app fetches itself, as it does for Gradio's own clients.
            case .url(let url) where !parameter.takesPictures:
                return ["path": .string(url.absoluteString), "meta": ["_type": "gradio.FileData"]]
            case .url(let url):
                try await context.status("Fetching a picture")
                let picture = try await context.inputPicture(at: url, origin: HTTPOrigin(app.url))
                try await context.status("Uploading a file")
                return try await app.upload(picture).argument
            }
        }
    }

    private typealias Upload = (GradioFileInput, GradioParameter) async throws -> JSONValue

    private func arguments(
        of endpoint: GradioEndpoint, for app: GradioApp, replacing file: Upload
    ) async throws -> [JSONValue] {
        func replaced(_ value: JSONValue, of parameter: GradioParameter) async throws -> JSONValue {
            try await parameter.replacingFiles(in: value, for: app.version) { try await file($0, parameter) }
        }
        switch values {
        case .positions(var values):
            // As in GradioEndpoint.arguments: whoever counts what is hidden gives a value for every parameter.
            let countsHidden = values.count == endpoint.parameters.count
            let parameters = endpoint.parameters.filter { countsHidden || !$0.isHidden }
            for (index, parameter) in zip(values.indices, parameters) {
                values[index] = try await replaced(values[index], of: parameter)
            }
            return try endpoint.arguments(values)
        case .names(var values):
            for parameter in endpoint.parameters {
                guard let name = parameter.name, let value = values[name] else { continue }
                values[name] = try await replaced(value, of: parameter)
            }
            return try endpoint.arguments(named: values)
        }
    }
}

extension GradioParameter {
    /// Whether its files are pictures.
    fileprivate var takesPictures: Bool {
        ["image", "gallery", "imageslider", "imageeditor", "annotatedimage"].contains(component)
    }
}
