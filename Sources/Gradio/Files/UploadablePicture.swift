package import Foundation
package import GeneratorCore
package import GeneratorTransport

/// An input picture that goes to a Space, looked at before anything is sent.
package enum UploadablePicture: Sendable {
    case here(DownloadedImage)
    case file(InputFile)
    case remote(URL)

    /// - Throws: `fileUnreadable` where the picture cannot be read, or is none.
    package init(_ input: ImageInput) async throws {
        switch input {
        case .data(let data):
            guard ImageFormat(signature: data) != nil else { throw GenerationError.noInputPicture }
            self = .here(try DownloadedImage(data: data))
        case .file(let url):
            let file = try InputFile(url)
            guard ImageFormat(signature: try await file.head(ImageFormat.signatureLength)) != nil else {
                throw GenerationError.noInputPicture
            }
            self = .file(file)
        case .remote(let url): self = .remote(url)
        }
    }

    /// A remote picture is fetched here, without the app's credentials: newer servers fetch none themselves.
    func upload(to app: GradioApp, in context: GenerationContext) async throws -> GradioFile {
        switch self {
        case .file(let file): try await app.upload(file)
        case .here(let picture): try await app.upload(picture)
        case .remote(let url):
            try await app.upload(await context.inputPicture(at: url, origin: HTTPOrigin(app.url)))
        }
    }

    /// Its size as its first bytes tell it; `nil` for one that lies elsewhere.
    func size() async -> PixelSize? {
        switch self {
        case .here(let picture): picture.size
        case .file(let file):
            (try? await file.head(ImageSizeProbe.headerLength)).flatMap { head in
                ImageFormat(signature: head).flatMap { ImageSizeProbe.size(of: head, format: $0) }
            }
        case .remote: nil
        }
    }
}

extension GenerationError {
    fileprivate static let noInputPicture = GenerationError(
        .fileUnreadable, "The input is no picture in a known format (\(ImageFormat.listing)).")
}
