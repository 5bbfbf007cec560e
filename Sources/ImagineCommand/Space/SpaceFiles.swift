internal import Foundation
internal import ImageGenerators

/// Fetches the files of an app.
struct SpaceFiles: Sendable {
    let app: GradioApp
    let context: GenerationContext

    /// The pictures that a value names; none where it cannot be read.
    static func pictures(in value: JSONValue, of app: GradioApp, in context: GenerationContext) -> [GeneratedImage] {
        GradioFile.all(in: value).filter(\.isCalledPicture).compactMap { try? app.image($0, in: context) }
    }

    /// Saves every file of an output, and keeps where; what was saved before a failure stays noted.
    func save(_ output: inout SpaceOutput, to directory: URL, named name: String) async throws {
        for index in output.files.indices {
            for position in output.files[index].indices {
                try await context.status("Saving a file")
                output.files[index][position].saved = try await app.download(
                    output.files[index][position].file, to: directory, named: name,
                    policy: context.environment.downloads, hiding: context.withoutSecrets)
            }
        }
    }
}
