internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

extension ProdiaRun {
    /// The bytes of an input image, wherever it is. Nothing of Prodia's goes along where it is fetched.
    func data(of input: ImageInput) async throws -> Data {
        switch input {
        case .data(let data): data
        case .remote(let url): try await context.inputPicture(at: url, origin: HTTPOrigin(service.url)).data
        case .file(let file):
            try await InputFile(file).readAll(upTo: context.environment.downloads.maximumBytes)
        }
    }
}
