/// Runs a provider: the parts of a generation that are the same for everybody.
struct GenerationEngine<P: AsyncGeneratorProvider>: Sendable {
    let provider: P
    let request: GenerationRequest?
    let job: JobHandle?

    init(provider: P, request: GenerationRequest) {
        self.provider = provider
        self.request = request
        job = nil
    }

    init(provider: P, job: JobHandle) {
        self.provider = provider
        self.job = job
        request = nil
    }

    /// Makes every picture of the request, one after the other; keeps going where only one picture failed.
    @Sendable func run(into sink: GenerationSink) async throws {
        guard let request else { return }
        let resolution: ModelResolution
        do {
            try RequestCheck.validate(request)
            resolution = try provider.models.resolve(for: request)
        } catch var error as GenerationError {
            error.provider = provider.id
            throw error
        }
        // For each picture, as in an error. Trying all of them again would pay again for each that was taken.
        var accepted: [Bool?] = []
        for index in 0..<request.count {
            let context = GenerationContext(
                provider: provider.id, environment: provider.environment, request: request, index: index, sink: sink)
            do {
                let call = try call(request, resolution, index, context)
                try await finish(context) { try await provider.run(call, in: context) }
                accepted.append(true)
            } catch let error as GenerationError {
                accepted.append(error.wasAccepted)
                sink.failures.withLock { $0.append(error) }
                if !error.concernsOnePicture { break }
            }
        }
        guard var first = sink.failures.withLock({ $0.first }) else { return }
        first.wasAccepted = accepted.contains(true) ? true : accepted.contains(nil) ? nil : false
        throw first
    }

    private func finish(_ context: GenerationContext, _ work: @escaping @Sendable () async throws -> Void) async throws
    {
        do {
            try await context.deadline.run(work)
            try await context.flushWarnings()
            guard context.state.hasResult else {
                throw GenerationError(.noImage, "\(provider.id) finished without a result.")
            }
        } catch {
            // Only the consumer cancels this task; then there is nobody to tell anything else.
            if Task.isCancelled { throw CancellationError() }
            // What failed may have been billed all the same, with settings other than those asked for.
            try await context.flushWarnings()
            throw describe(error, context)
        }
    }

    private func call(
        _ request: GenerationRequest, _ resolution: ModelResolution, _ index: Int, _ context: GenerationContext
    ) throws -> GenerationCall<P.Options> {
        do {
            if resolution.route == .fallback {
                guard request.unsupported == .warn else {
                    throw GenerationError(
                        .unknownModel,
                        "There is no such model, and the request would rather fail than take \(resolution.model.id).")
                }
                context.hold([
                    GenerationWarning(
                        .modelReplaced, setting: "model", requested: request.model.map(JSONValue.string),
                        used: .string(resolution.model.id),
                        "There is no such model; \(resolution.model.id) was taken instead.")
                ])
            }
            let settings = try context.settings(within: resolution.model.capabilities)
            let makesPictures = resolution.model.kinds.contains(.image)
            let explicit = request.prompt?.trimmingWhitespace() ?? ""
            let spoken = makesPictures ? request.messages.picturePrompt : request.messages.transcript
            let prompt = explicit.isEmpty ? spoken : explicit
            // A transcript is never empty, but may have nobody say anything.
            let isSilent = explicit.isEmpty && request.messages.allSatisfy { $0.text.trimmingWhitespace().isEmpty }
            guard !isSilent, !prompt.trimmingWhitespace().isEmpty else {
                throw GenerationError(.invalidRequest, "The prompt is empty. Say what the picture should show.")
            }
            return GenerationCall(
                model: resolution.model, requestedModel: request.model, prompt: prompt, messages: request.messages,
                settings: settings, options: request[options: P.self] ?? P.Options(), index: index)
        } catch {
            throw describe(error, context)
        }
    }

    /// Adds to an error what only core knows.
    private func describe(_ error: any Error, _ context: GenerationContext) -> GenerationError {
        var described = GenerationError(wrapping: error)
        let state = context.state
        described.provider = described.provider ?? provider.id
        described.job = described.job ?? state.job
        // A provider that says yes knows more than the requests tell; its no is only the default.
        if described.wasAccepted != true { described.wasAccepted = state.wasAccepted }
        described.message = context.hiding(in: described.message)
        if described.code == .timedOut, described.wasAccepted == true {
            described.message += " The service had accepted the job; it may still be working on it."
        }
        return described
    }
}

extension GenerationEngine where P: ResumableProvider {
    @Sendable func resume(into sink: GenerationSink) async throws {
        guard let job else { return }
        let context = GenerationContext(
            provider: provider.id, environment: provider.environment, request: nil, index: 0, sink: sink)
        guard job.provider == provider.id, job.isResumable else {
            throw GenerationError(
                .invalidRequest, "The job \(job.id.printable(limit: 80)) cannot be resumed by \(provider.id).",
                provider: provider.id, job: job, wasAccepted: true)
        }
        context.adopt(job)
        try await finish(context) { try await provider.resume(job, in: context) }
    }
}

extension ModelCatalog {
    fileprivate func resolve(for request: GenerationRequest) throws -> ModelResolution {
        let isNamed = request.model?.trimmingWhitespace().isEmpty == false
        let isPrompt = request.prompt?.trimmingWhitespace().isEmpty == false
        // A prompt by itself asks for a picture; with an image beside it, it is a question about that image.
        let hasImage = !request.inputImages.isEmpty || request.messages.contains { !$0.images.isEmpty }
        return try resolve(isNamed || !isPrompt || hasImage ? request.model : defaultPictureModel)
    }
}

extension GenerationError {
    /// Whether the next picture may fare better: the failure lies in the one job, not in the service or the request.
    fileprivate var concernsOnePicture: Bool {
        let own: Set<Code> = [
            .generationFailed, .contentFiltered, .noImage, .timedOut, .connectionLost, .invalidResponse,
            .responseTooLarge,
            .serviceError,
        ]
        return own.contains(code)
    }
}
