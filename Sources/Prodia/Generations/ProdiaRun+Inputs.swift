internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

extension ProdiaRun {
    /// The bytes of an input image, wherever it is. Nothing of Prodia's goes along where it is fetched.
    func data(of input: ImageInput) async throws -> Data {
        let limit = context.environment.downloads.maximumBytes
        switch input {
        case .data(let data): return data
        case .remote(let url):
            do {
                return try await context.image(at: url, origin: HTTPOrigin(url)).load().data
            } catch var error as GenerationError {
                // A result that cannot be fetched was accepted; this is no result yet.
                error.wasAccepted = false
                throw error
            }
        case .file(let file):
            let name = file.lastPathComponent.printable(limit: 100)
            do {
                let handle = try FileHandle(forReadingFrom: file)
                defer { try? handle.close() }
                let data = try handle.read(upToCount: limit < .max ? limit + 1 : limit) ?? Data()
                guard data.count <= limit else {
                    throw GenerationError(.fileUnreadable, "The file \(name) is larger than \(limit) bytes.")
                }
                return data
            } catch let error as GenerationError {
                throw error
            } catch {
                throw GenerationError(.fileUnreadable, "The file \(name) cannot be read.", underlying: error)
            }
        }
    }
}
