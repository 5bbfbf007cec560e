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

    /// The pictures of a request. An object for the same reason.
    private final class Round: Sendable {
        let request: GenerationRequest
        let resolution: ModelResolution
        let queue: Locked<PictureQueue>

        init(_ request: GenerationRequest, _ resolution: ModelResolution) {
            self.request = request
            self.resolution = resolution
            queue = Locked(PictureQueue(request.count, perCall: resolution.model.capabilities.imagesPerCall))
        }

        /// Notes that one picture failed.
        func note(_ error: any Error, of index: Int, _ sink: GenerationSink) throws {
            guard let error = error as? GenerationError else { throw error }
            sink.failures.withLock { $0[index] = error }
            queue.withLock { $0.fail(error) }
        }

        /// Throws the first failure, which then speaks for the others.
        func throwFailure(_ sink: GenerationSink) throws {
            guard var first = sink.failures.withLock({ $0.min { $0.key < $1.key }?.value }) else { return }
            let wasAnyAccepted = queue.withLock { $0.wasAccepted }
            first.speaksForOthers = first.wasAccepted == false && wasAnyAccepted != false
            first.wasAccepted = wasAnyAccepted
            throw first
        }
    }

    private func round() throws -> Round? { try request.map { Round($0, try resolution(of: $0)) } }

    /// Makes every picture of the request, some side by side; keeps going where only one picture failed.
    @Sendable func run(into sink: GenerationSink) async throws {
        guard let round = try round() else { return }
        let limiter = limiter ?? provider.environment.limiter
        let atOnce = min(round.request.count, limiter?.limit ?? max(1, provider.concurrency))
        if atOnce == 1 {
            try await makeAll(of: round, limiter, into: sink)
        } else {
            try await sideBySide(atOnce, round, limiter, into: sink)
        }
        try round.throwFailure(sink)
    }

    @inline(never)
    private func sideBySide(
        _ count: Int, _ round: Round, _ limiter: ConcurrencyLimiter?, into sink: GenerationSink
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count { group.addTask { [self] in try await makeAll(of: round, limiter, into: sink) } }
            try await group.waitForAll()
        }
    }

    private func makeAll(of round: Round, _ limiter: ConcurrencyLimiter?, into sink: GenerationSink) async throws {
        while round.queue.withLock({ $0.hasNext }) {
            try await inTurn(of: limiter, sink) { try await makeNext(of: round, into: $0) }
        }
    }

    private func makeNext(of round: Round, into sink: GenerationSink) async throws {
        guard let pictures = round.queue.withLock({ $0.next() }) else { return }
        do {
            try await make(pictures, of: round, into: sink)
            round.queue.withLock { $0.accepted.append(true) }
        } catch {
            try round.note(error, of: pictures.lowerBound, sink)
        }
    }

    /// Makes one picture of the request. What goes wrong is thrown.
    func makePicture(_ index: Int, into sink: GenerationSink) async throws {
        guard let round = try round() else { return }
        try await inTurn(of: provider.environment.limiter, sink) { sink in
            try await make(index..<index + 1, of: round, into: sink)
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
        try await wait(for: limiter, sink, work)
    }

    @inline(never)
    private func wait(
        for limiter: ConcurrencyLimiter, _ sink: GenerationSink, _ work: (GenerationSink) async throws -> Void
    ) async throws {
        if limiter.isFull { try await sink.send(.reasoning(Reasoning(status: "Waiting for a turn"))) }
        var sink = sink
        sink.limiter = limiter
        try await limiter.run { try await work(sink) }
    }

    private func make(_ pictures: Range<Int>, of round: Round, into sink: GenerationSink) async throws {
        let (context, work) = try prepare(pictures, of: round, into: sink)
        try await finish(context, work)
    }

    private typealias Work = @Sendable () async throws -> Void

    @inline(never)
    private func prepare(
        _ pictures: Range<Int>, of round: Round, into sink: GenerationSink
    ) throws -> (GenerationContext, Work) {
        let context = GenerationContext(
            provider: provider.id, environment: provider.environment, request: round.request,
            index: pictures.lowerBound, count: pictures.count, sink: sink)
        let call = try call(round.request, round.resolution, context)
        return (context, { [provider] in try await provider.run(call, in: context) })
    }

    private func finish(_ context: GenerationContext, _ work: @escaping Work) async throws {
        do {
            try await context.deadline.run(onServer: false, on: context.sink.thread, work)
            try await conclude(context)
        } catch {
            throw try await failure(error, context)
        }
    }

    @inline(never)
    private func conclude(_ context: GenerationContext) async throws {
        try await context.flushWarnings()
        guard context.state.hasResult else {
            throw GenerationError(.noImage, "\(provider.id) finished without a result.")
        }
    }

    @inline(never)
    private func failure(_ error: any Error, _ context: GenerationContext) async throws -> any Error {
        // Only the consumer cancels this task; then there is nobody to tell anything else.
        if Task.isCancelled { return CancellationError() }
        // What failed may have been billed all the same, with settings other than those asked for.
        try await context.flushWarnings()
        return describe(error, context)
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
