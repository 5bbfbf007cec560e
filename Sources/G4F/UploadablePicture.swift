internal import Foundation
internal import GeneratorTransport
internal import Gradio

/// An input picture that goes to a Space, looked at before anything is sent.
enum UploadablePicture: Sendable {
    case data(Data, ImageFormat)
    case file(InputFile)
    case remote(URL)

    /// - Throws: `fileUnreadable` where the picture cannot be read, or is none.
    init(_ input: ImageInput) async throws {
        switch input {
        case .data(let data): self = .data(data, try Self.format(of: data))
        case .file(let url):
            let file = try InputFile(url)
            _ = try Self.format(of: await file.head(ImageFormat.signatureLength))
            self = .file(file)
        case .remote(let url): self = .remote(url)
        }
    }

    private static func format(of bytes: Data) throws -> ImageFormat {
        guard let format = ImageFormat(signature: bytes) else {
            throw GenerationError(
                .fileUnreadable, "The input is no picture in a known format (PNG, JPEG, WebP, GIF, AVIF).")
        }
        return format
    }

    /// A remote picture is fetched here, without the app's credentials: newer servers fetch none themselves.
    func upload(to app: GradioApp, policy: DownloadPolicy) async throws -> GradioFile {
        switch self {
        case .file(let file): return try await app.upload(file)
        case .data(let data, let format):
            return try await app.upload(data, name: "image.\(format.fileExtension)", mediaType: format.mediaType)
        case .remote(let url):
            let picture = try await app.picture(at: url, policy: policy)
            return try await app.upload(
                picture.data, name: "image.\(picture.format.fileExtension)", mediaType: picture.format.mediaType)
        }
    }
}
