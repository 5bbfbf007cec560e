internal import GeneratorTransport

/// Runs a provider: the parts of a generation that are the same for everybody. A class, because every function that waits
/// keeps it, and providers are large.
final class GenerationEngine<P: AsyncGeneratorProvider>: Sendable {
    let provider: P
    let request: GenerationRequest?
    let job: JobHandle?
    /// Whose turn each picture waits for, in place of the environment's.
    let limiter: ConcurrencyLimiter?

    init(provider: P, request: GenerationRequest, limiter: ConcurrencyLimiter? = nil) {
        self.provider = provider
        self.request = request
        self.limiter = limiter
        job = nil
    }

    init(provider: P, job: JobHandle) {
        self.provider = provider
        self.job = job
        limiter = nil
        request = nil
    }

    /// Makes every picture of the request, some side by side; keeps going where only one picture failed.
    @Sendable func run(into sink: GenerationSink) async throws {
        guard let request else { return }
        let resolution = try resolution(of: request)
        let limiter = limiter ?? provider.environment.limiter
        let queue = Locked(PictureQueue(request.count, perCall: resolution.model.capabilities.imagesPerCall))
        let work: @Sendable () async throws -> Void = { [self] in
            while queue.withLock({ $0.hasNext }) {
                try await inTurn(of: limiter, sink) { try await makeNext(in: queue, request, resolution, into: $0) }
            }
        }
        let atOnce = min(request.count, limiter?.limit ?? max(1, provider.concurrency))
        if atOnce == 1 { try await work() } else { try await Self.sideBySide(atOnce, work) }
        try Self.throwFailure(of: queue, sink)
    }

    private func makeNext(
        in queue: Locked<PictureQueue>, _ request: GenerationRequest, _ resolution: ModelResolution,
        into sink: GenerationSink
    ) async throws {
        guard let pictures = queue.withLock({ $0.next() }) else { return }
        do {
            try await make(pictures, of: request, resolution, into: sink)
            queue.withLock { $0.accepted.append(true) }
        } catch let error as GenerationError {
            sink.failures.withLock { $0[pictures.lowerBound] = error }
            queue.withLock { $0.fail(error) }
        }
    }

    @inline(never)
    private static func sideBySide(_ count: Int, _ work: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count { group.addTask(operation: work) }
            try await group.waitForAll()
        }
    }

    /// Throws the first failure, which then speaks for the others.
    private static func throwFailure(of queue: Locked<PictureQueue>, _ sink: GenerationSink) throws {
        guard var first = sink.failures.withLock({ $0.min { $0.key < $1.key }?.value }) else { return }
        let wasAnyAccepted = queue.withLock { $0.wasAccepted }
        first.speaksForOthers = first.wasAccepted == false && wasAnyAccepted != false
        first.wasAccepted = wasAnyAccepted
        throw first
    }

    /// Makes one picture of the request. What goes wrong is thrown.
    func makePicture(_ index: Int, into sink: GenerationSink) async throws {
        guard let request else { return }
        let resolution = try resolution(of: request)
        try await inTurn(of: provider.environment.limiter, sink) { sink in
            try await make(index..<index + 1, of: request, resolution, into: sink)
        }
    }

    private func resolution(of request: GenerationRequest) throws -> ModelResolution {
        do {
            try RequestCheck.validate(request)
            return try provider.models.resolve(for: request)
        } catch var error as GenerationError {
            error.provider = provider.id
            throw error
        }
    }

    /// Does work when it is its turn. Whoever has the turn already, because the work was passed on, does not wait for it.
    private func inTurn(
        of limiter: ConcurrencyLimiter?, _ sink: GenerationSink, _ work: (GenerationSink) async throws -> Void
    ) async throws {
        guard let limiter, limiter !== sink.limiter else { return try await work(sink) }
        if limiter.isFull { try await sink.send(.reasoning(Reasoning(status: "Waiting for a turn"))) }
        var sink = sink
        sink.limiter = limiter
        try await limiter.run { try await work(sink) }
    }

    private func make(
        _ pictures: Range<Int>, of request: GenerationRequest, _ resolution: ModelResolution, into sink: GenerationSink
    ) async throws {
        let context = GenerationContext(
            provider: provider.id, environment: provider.environment, request: request, index: pictures.lowerBound,
            count: pictures.count, sink: sink)
        let call = try call(request, resolution, context)
        try await finish(context) { [provider] in try await provider.run(call, in: context) }
    }

    private func finish(_ context: GenerationContext, _ work: @escaping @Sendable () async throws -> Void) async throws
    {
        do {
            try await context.deadline.run(onServer: false, on: context.sink.thread, work)
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
        _ request: GenerationRequest, _ resolution: ModelResolution, _ context: GenerationContext
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
                settings: settings, options: try request.options.options(for: P.self) ?? P.Options(),
                index: context.index)
        } catch {
            throw describe(error, context)
        }
    }

    /// Adds to an error what only core knows.
    private func describe(_ error: any Error, _ context: GenerationContext) -> GenerationError {
        var described = GenerationError(wrapping: error)
        let state = context.state
        described.provider = described.provider ?? provider.id
        described.origin = context.shown(described.origin ?? state.url.flatMap(HTTPOrigin.init))
        described.job = described.job ?? state.job
        if let request, request.count > 1 { described.index = described.index ?? context.index }
        // A provider that says yes knows more than the requests tell; its no is only the default.
        if described.wasAccepted != true { described.wasAccepted = state.wasAccepted }
        described.message = context.hiding(in: described.message)
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
        try await finish(context) { [provider] in try await provider.resume(job, in: context) }
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
