internal import GeneratorTransport

/// Asks several providers, one after the other, until one of them accepts the request.
///
/// ```swift
/// let provider = FallbackProvider([Flux1SchnellProvider(), ProdiaProvider(apiKey: key)])
/// for try await image in provider.createAsyncGenerator(prompt: "A quiet harbour").images { print(image.url) }
/// ```
///
/// The next provider is asked only if the one before certainly accepted nothing and yielded nothing, so that nothing is billed
/// twice. Each change of provider is a `.warning` of the kind ``GenerationWarning/Kind/providerReplaced``, which names both.
/// A provider that does not have the request's model is skipped. Each provider uses its own environment, and its own options
/// of the request. If several pictures are asked for, each of them may come from another provider. If all providers fail, the
/// error is that of the last one; the warnings before it say why the others failed.
public struct FallbackProvider: AsyncGeneratorProvider {
    /// The providers' names with commas between them.
    public let id: ProviderID
    /// The models of all providers. The settings that a model takes are checked by the provider that is asked.
    public let models: ModelCatalog
    /// The first provider's environment, without limits of its own: each provider has its time-out and its limiter.
    public let environment: GenerationEnvironment
    /// The smallest ``AsyncGeneratorProvider/concurrency`` of its providers.
    public let concurrency: Int

    private let providers: [any AsyncGeneratorProvider]

    /// Makes a provider of several.
    /// - Parameter providers: The providers, the first to be asked first. Where there are none, every request is refused.
    public init(_ providers: [any AsyncGeneratorProvider]) {
        self.providers = providers
        id = ProviderID(rawValue: providers.map(\.id.rawValue).joined(separator: ","))
        models = ModelCatalog(joining: providers.map(\.models))
        concurrency = providers.map(\.concurrency).min() ?? 1
        var environment = providers.first?.environment ?? GenerationEnvironment()
        environment.timeout = nil
        environment.limiter = nil
        environment.credentials = GenerationCredentials()
        self.environment = environment
    }

    /// Makes one picture, or one text. Called by core; use `createAsyncGenerator(model:prompt:)`.
    /// - Parameters:
    ///   - call: The request.
    ///   - context: Yields events.
    /// - Throws: ``GenerationError``: that of the last provider that was asked; `CancellationError`.
    public func run(_ call: GenerationCall<NoProviderOptions>, in context: GenerationContext) async throws {
        guard let request = context.request, let last = providers.last else {
            throw GenerationError(.invalidRequest, "There is no provider to ask.")
        }
        guard request.credentials?.apiKey == nil else {
            throw GenerationError(
                .invalidRequest,
                "An API key is for one service only. Give it to the provider, not to a request for several.")
        }
        for (provider, next) in zip(providers, providers.dropFirst()) {
            let attempt = FallbackAttempt(context, isLast: false)
            do {
                return try await attempt.run(provider, request)
            } catch let error as GenerationError where error.wasAccepted == false && !attempt.hasYielded {
                let hop = GenerationWarning(
                    .providerReplaced, setting: "provider", requested: .string(provider.id.rawValue),
                    used: .string(next.id.rawValue),
                    "\(provider.id) accepted nothing (\(error.code)): \(error.message.sentence) Now \(next.id) is asked."
                )
                try await context.sink.send(.warning(hop))
            }
        }
        try await FallbackAttempt(context, isLast: true).run(last, request)
    }
}

/// One provider's turn. What it warns of is held back until it yields more: it concerns nobody where the next one is asked.
private struct FallbackAttempt: Sendable {
    private let context: GenerationContext
    private let isLast: Bool
    private let state = Locked((warnings: [GenerationWarning](), hasYielded: false))

    init(_ context: GenerationContext, isLast: Bool) {
        self.context = context
        self.isLast = isLast
    }

    /// Whether a part of a result has reached the caller.
    var hasYielded: Bool { state.withLock { $0.hasYielded } }

    func run<P: AsyncGeneratorProvider>(_ provider: P, _ request: GenerationRequest) async throws {
        var sink = context.sink
        // What becomes known of the job is known to the whole.
        sink.progress = context.progress
        sink.send = { event in try await pass(event, from: provider.id) }
        do {
            try await GenerationEngine(provider: provider, request: request).makePicture(context.index, into: sink)
            try await flush()
        } catch let error as GenerationError {
            if isLast || error.wasAccepted != false || hasYielded { try await flush() }
            throw error
        }
    }

    private func pass(_ event: GenerationEvent, from provider: ProviderID) async throws {
        var event = event
        switch event {
        case .reasoning: break
        case .warning(let warning) where !hasYielded: return state.withLock { $0.warnings.append(warning) }
        case .submitted, .warning: try await flush()
        case .preview, .text: try await yield()
        case .image(var response):
            try await yield()
            (response.provider, response.via) = (context.provider, provider)
            event = .image(response)
        }
        try await context.sink.send(event)
    }

    private func yield() async throws {
        try await flush()
        state.withLock { $0.hasYielded = true }
    }

    private func flush() async throws {
        let warnings = state.withLock { state in
            defer { state.warnings = [] }
            return state.warnings
        }
        for warning in warnings { try await context.sink.send(.warning(warning)) }
    }
}

extension ModelCatalog {
    /// All models of several catalogues, each believed to take every setting: the provider that is asked knows better.
    fileprivate init(joining catalogs: [ModelCatalog]) {
        let models = catalogs.flatMap(\.models).map {
            ModelDescriptor($0.id, kinds: $0.kinds, capabilities: .unchecked)
        }
        let first = catalogs.first.map { $0.defaultPictureModel ?? $0.defaultModel } ?? "none"
        self.init(
            models.first { $0.id == first } ?? ModelDescriptor(first, capabilities: .unchecked),
            models.filter { $0.id != first },
            aliases: catalogs.reduce(into: [:]) { aliases, catalog in
                aliases.merge(catalog.aliases) { earlier, _ in earlier }
            }, unknownModels: .passThrough, passedThrough: .unchecked)
    }
}

extension ModelCapabilities {
    /// Every setting that a request may hold.
    fileprivate static let unchecked = ModelCapabilities(
        size: ImageSizeRule(sides: 1...1_000_000, multiple: 1, standard: PixelSize(width: 1024, height: 1024)),
        seed: 0...Int.max, steps: 1...Int.max, guidance: 0...Double.greatestFiniteMagnitude, negativePrompt: true,
        inputImages: Int.max)
}
