internal import Foundation
internal import ImageGenerators

/// Fetches the files of an app: pictures as everywhere, other files as they are.
struct SpaceFiles: Sendable {
    let app: GradioApp
    let context: GenerationContext

    /// The pictures that a value names; none where it cannot be read.
    static func pictures(in value: JSONValue, of app: GradioApp, in context: GenerationContext) -> [GeneratedImage] {
        GradioFile.all(in: value).compactMap { try? app.image($0, in: context) }
            .filter { $0.isLocal || $0.url.isPicture }
    }

    /// Saves every file of an output, and keeps where; what was saved before a failure stays noted.
    func save(_ output: inout SpaceOutput, to directory: URL, named name: String) async throws {
        for index in output.files.indices {
            for position in output.files[index].indices {
                try await context.status("Saving a file")
                output.files[index][position].saved = try await save(
                    output.files[index][position], to: directory, named: name)
            }
        }
    }

    private func save(_ file: SpaceOutput.File, to directory: URL, named name: String) async throws -> URL {
        if file.url?.isPicture ?? true {
            return try await app.image(file.file, in: context).save(to: directory, named: name).file
        }
        guard let url = file.url else {
            throw GenerationError(.invalidResponse, "The app sent a file without a place.")
        }
        return try await download(url, to: directory, named: name)
    }

    /// Downloads a file of any kind, piece by piece. Only its ending comes from the server, letters and digits of it.
    private func download(_ url: URL, to directory: URL, named name: String) async throws -> URL {
        let addresses = AddressPolicy(configured: HTTPOrigin(app.url))
        let limit = context.environment.downloads.maximumBytes
        try await addresses.check(url)
        var request = HTTPRequest(url: url, headers: app.headers(for: url))
        request.bufferLimit = max(request.bufferLimit, limit)
        let response = try await context.http.send(request, addresses: addresses)
        guard response.status == 200 else { throw try await HTTPStatusError(reading: response) }
        let ending = String(
            context.withoutSecrets(url.pathExtension).lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
                .prefix(10))
        guard response.mediaType != "text/html" || ["html", "htm"].contains(ending) else {
            throw GenerationError(.invalidResponse, "A web page came in place of a file. The link may have expired.")
        }
        let file = TemporaryFile(in: directory)
        do {
            var count = 0
            for try await chunk in response.body {
                count += chunk.count
                guard count <= limit else {
                    throw GenerationError(.responseTooLarge, "A file of the app is larger than \(limit) bytes.")
                }
                try file.append(chunk)
            }
            return try file.publish(as: FileName.sanitised(name), extension: ending.isEmpty ? "bin" : ending)
        } catch {
            file.discard()
            throw error
        }
    }
}

extension URL {
    /// Whether its ending is that of a picture whose bytes can be checked.
    fileprivate var isPicture: Bool {
        ["png", "jpg", "jpeg", "webp", "gif", "avif"].contains(pathExtension.lowercased())
    }
}
