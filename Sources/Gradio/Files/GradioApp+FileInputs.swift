internal import Foundation
package import GeneratorCore
internal import GeneratorTransport

extension GradioApp {
    /// A value with files of this app in place of what people write for them.
    /// - Parameters:
    ///   - value: The value.
    ///   - parameter: What it is for.
    ///   - context: Sends the requests, and hears of every step.
    /// - Returns: The value to send.
    /// - Throws: `GenerationError` (`fileUnreadable` among others), `TransportError`.
    package func replacingFiles(
        in value: JSONValue, of parameter: GradioParameter, in context: GenerationContext
    ) async throws -> JSONValue {
        try await parameter.replacingFiles(in: value, for: version) { input in
            switch input {
            case .path(let path):
                try await context.status("Uploading a file")
                return try await upload(URL(fileURLWithPath: path)).argument
            case .data(let text):
                let content = try DataURL(text, limit: context.environment.downloads.maximumBytes)
                let format = ImageFormat(signature: content.data)
                try await context.status("Uploading a file")
                return try await upload(
                    content.data, name: "file.\(format?.fileExtension ?? "bin")",
                    mediaType: format?.mediaType ?? content.mediaType
                ).argument
            // Sounds and other files the app fetches itself, as it does for Gradio's own clients.
            case .url(let url) where !parameter.takesPictures:
                return ["path": .string(url.absoluteString), "meta": ["_type": "gradio.FileData"]]
            case .url(let url):
                try await context.status("Fetching a picture")
                let picture = try await context.inputPicture(at: url, origin: HTTPOrigin(self.url))
                try await context.status("Uploading a file")
                return try await upload(picture).argument
            }
        }
    }
}

extension GradioParameter {
    /// Whether its files are pictures.
    fileprivate var takesPictures: Bool {
        ["image", "gallery", "imageslider", "imageeditor", "annotatedimage"].contains(component)
    }
}
