internal import Foundation
internal import GeneratorTransport
internal import Gradio

/// An input picture that goes to a Space, looked at before anything is sent.
struct UploadablePicture: Sendable {
    private let input: ImageInput

    /// - Throws: `fileUnreadable` where the picture cannot be read, or is none.
    init(_ input: ImageInput) throws {
        self.input = input
        let format: ImageFormat?
        switch input {
        case .data(let data): format = ImageFormat(signature: data)
        case .file(let url): format = try ImageFormat(contentsOf: url)
        case .remote: return
        }
        if format == nil {
            throw GenerationError(
                .fileUnreadable, "The input is no picture in a known format (PNG, JPEG, WebP, GIF, AVIF).")
        }
    }

    /// A remote picture is fetched here, without the app's credentials: newer servers fetch none themselves.
    func upload(to app: GradioApp, policy: DownloadPolicy) async throws -> GradioFile {
        switch input {
        case .file(let url): return try await app.upload(url)
        case .data(let data):
            guard let format = ImageFormat(signature: data) else { break }
            return try await app.upload(data, name: "image.\(format.fileExtension)", mediaType: format.mediaType)
        case .remote(let url):
            let picture = try await app.picture(at: url, policy: policy)
            return try await app.upload(
                picture.data, name: "image.\(picture.format.fileExtension)", mediaType: picture.format.mediaType)
        }
        throw GenerationError(.fileUnreadable, "The input is no picture in a known format.")
    }
}
