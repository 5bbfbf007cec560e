package import GeneratorCore
internal import GeneratorTransport

/// The input pictures of a call, looked at before anything is sent.
package struct GradioPictures: Sendable {
    private let pictures: [UploadablePicture]
    private let mask: UploadablePicture?

    /// - Throws: `fileUnreadable` where one cannot be read, or is none.
    package init(_ inputs: [ImageInput] = [], mask: ImageInput? = nil) async throws {
        var pictures: [UploadablePicture] = []
        for input in inputs { pictures.append(try await UploadablePicture(input)) }
        self.pictures = pictures
        if let mask { self.mask = try await UploadablePicture(mask) } else { self.mask = nil }
    }

    /// Whether there is none.
    package var isEmpty: Bool { pictures.isEmpty }

    /// Whether there is a mask.
    var hasMask: Bool { mask != nil }

    /// The size of the first one, where that is known without fetching it.
    func firstSize() async -> PixelSize? { await pictures.first?.size() }

    /// Uploads the last ones: they belong to the latest turn of a conversation.
    /// - Returns: The pictures and the mask, as a call takes them.
    func upload(
        last count: Int, to app: GradioApp, in context: GenerationContext
    ) async throws -> (pictures: [JSONValue], mask: JSONValue?) {
        var files: [JSONValue] = []
        for picture in pictures.suffix(count) {
            files.append(try await picture.upload(to: app, in: context).argument)
        }
        return (files, try await mask?.upload(to: app, in: context).argument)
    }
}
