internal import Foundation

extension GradioApp {
    /// Runs a job for a provider: submits it, tells the context what happens, and cancels it when the context's task is
    /// cancelled.
    /// - Parameters:
    ///   - endpoint: The endpoint.
    ///   - arguments: The arguments in order.
    ///   - context: Where the events go.
    ///   - preview: Makes a preview of values on the way to the result; none by default.
    /// - Returns: The result, one value for each output.
    /// - Throws: `GenerationError`, `TransportError`, `CancellationError`.
    public func generate(
        _ endpoint: GradioEndpoint, _ arguments: [JSONValue], in context: GenerationContext,
        preview: @escaping @Sendable ([JSONValue]) -> ImageResponse? = { _ in nil }
    ) async throws -> [JSONValue] {
        // Not cancelled with us: only the answer names the job, and without its name nobody can stop it.
        let submission = Task { try await submit(endpoint, arguments) }
        return try await context.cancelling {
            let job = try await withTaskCancellationHandler {
                try await submission.value
            } onCancel: {
                Task {
                    try? await Task.sleep(for: .seconds(1))
                    submission.cancel()
                }
            }
            try Task.checkCancellation()
            try await context.yield(
                .submitted(JobHandle(provider: context.provider, id: job.id, isResumable: false)))
            try await context.status("Generating")
            for try await message in job {
                switch message {
                case .completed(let values): return values
                case .heartbeat: try await context.status("Generating")
                case .generating(let values):
                    if let preview = preview(values) { try await context.yield(.preview(preview)) }
                case .unknown(let name, _): try await context.status(name)
                }
            }
            throw GenerationError(.connectionLost, "The Space's stream ended without a result.")
        } onCancel: {
            try await submission.value.cancel()
        }
    }

    /// The picture that a value of a result names.
    /// - Parameters:
    ///   - value: A file, or a gallery's entry.
    ///   - context: Makes the picture.
    ///   - seed: The seed that it was made from.
    ///   - size: The size that was asked for.
    /// - Returns: The picture; `nil` where the value names none.
    /// - Throws: `GenerationError` (`invalidResponse`) for a `data:` URL that cannot be read.
    public func image(
        _ value: JSONValue, in context: GenerationContext, seed: Int? = nil, size: PixelSize? = nil
    ) throws -> GeneratedImage? {
        guard let file = GradioFile(value), let url = url(for: file) else { return nil }
        if url.scheme == "data" {
            guard let content = try? DataURL(url.absoluteString, limit: context.environment.downloads.maximumBytes)
            else {
                throw GenerationError(.invalidResponse, "The Space sent a picture that cannot be read.")
            }
            return context.image(data: content.data, seed: seed)
        }
        return context.image(at: url, headers: headers(for: url), origin: HTTPOrigin(self.url), seed: seed, size: size)
    }
}
