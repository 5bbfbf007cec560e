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
        case .file(let file): return try await InputFile(file).readAll(upTo: limit)
        }
    }
}
