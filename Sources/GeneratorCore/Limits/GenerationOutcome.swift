/// What became of one request of a ``GenerationBatch``.
public struct GenerationOutcome: Sendable, Equatable, Identifiable {
    /// The index of the request.
    public let index: Int
    /// All its pictures and texts, or why there are none. Where only some pictures failed, the others are a success, with
    /// the failures beside them.
    public let result: Result<ImageResponse, GenerationError>

    /// The index of the request.
    public var id: Int { index }

    init(_ result: Result<ImageResponse, GenerationError>, at index: Int) {
        self.result = result
        self.index = index
    }

    /// Waits for a stream's result.
    /// - Throws: `CancellationError` when the task is cancelled, once the server was told.
    init(of stream: GenerationStream, at index: Int) async throws {
        do {
            self.init(.success(try await stream.response()), at: index)
        } catch {
            if Task.isCancelled {
                await stream.cancel()
                throw CancellationError()
            }
            self.init(.failure(GenerationError(wrapping: error)), at: index)
        }
    }
}

extension GenerationOutcome: Codable {
    private enum CodingKeys: String, CodingKey { case index, response, error }

    /// Reads an outcome.
    /// - Parameter decoder: The decoder.
    /// - Throws: What the decoder throws.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let error = try container.decodeIfPresent(GenerationError.self, forKey: .error)
        self.init(
            try error.map { .failure($0) } ?? .success(container.decode(ImageResponse.self, forKey: .response)),
            at: try container.decode(Int.self, forKey: .index))
    }

    /// Writes the outcome.
    /// - Parameter encoder: The encoder.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(index, forKey: .index)
        switch result {
        case .success(let response): try container.encode(response, forKey: .response)
        case .failure(let error): try container.encode(error, forKey: .error)
        }
    }
}
