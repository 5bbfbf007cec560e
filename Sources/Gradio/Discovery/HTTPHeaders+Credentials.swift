internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

extension HTTPHeaders {
    /// The credentials among the fields, by the names that such fields have.
    var credentials: [String] {
        flatMap { field -> [String] in
            let name = field.name.lowercased()
            if name == "cookie" {
                // Each by its value: a name such as `access-token` is no secret.
                return field.value.split(separator: ";").compactMap { $0.split(separator: "=", maxSplits: 1).last }
                    .map(String.init)
            }
            guard ["auth", "token", "key", "secret"].contains(where: { name.contains($0) }) else { return [] }
            // Behind the scheme: `Bearer …`.
            return field.value.split(separator: " ").last.map { [String($0)] } ?? []
        }
    }
}

extension GenerationError {
    /// The error with words that repeat no credential of a request.
    func hiding(_ headers: HTTPHeaders) -> GenerationError { hiding(headers.credentials) }

    /// Makes one kind of error of all that may come of asking a server: only a cancellation stays what it is.
    /// - Parameters:
    ///   - url: Where the server is.
    ///   - work: Asks it.
    /// - Returns: What the work returned.
    /// - Throws: `GenerationError` that names the server, `CancellationError`.
    static func describing<Success>(at url: URL, _ work: () async throws -> Success) async throws -> Success {
        do {
            return try await work()
        } catch {
            throw describing(error, at: url)
        }
    }

    /// The same for an error that is there.
    @inline(never)
    static func describing(_ error: any Error, at url: URL) -> any Error {
        error is CancellationError ? error : GenerationError(wrapping: error, at: HTTPOrigin(url))
    }
}
