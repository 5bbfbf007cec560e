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
}
