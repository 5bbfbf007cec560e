public import Foundation
internal import GeneratorTransport

/// Makes pictures with Prodia, over any generation of its interface.
///
/// ```swift
/// let image = try await ProdiaProvider(apiKey: key).image("A quiet harbour at dawn")
/// let file = try await image.save(to: folder, named: "harbour")
/// ```
///
/// A key that is not given comes from `GenerationCredentials/apiKey`, else from the environment: `PRODIA_TOKEN` for v2, `PRODIA_API_KEY` for
/// v1, either for both. It is sent to the interface's URL, also to one of your own: name only a server that may have it.
public struct ProdiaProvider: ResumableProvider {
    /// `prodia`.
    public let id: ProviderID = "prodia"
    /// The models of the chosen interface: job types in v2, where other types go to Prodia as they are; checkpoints in v1,
    /// where other names are looked up first; 65 checkpoints in the keyless interface, where the default stands in for
    /// other names, with a warning.
    public let models: ModelCatalog
    /// Transport, credentials, time-outs.
    public let environment: GenerationEnvironment
    /// The interface.
    public let api: ProdiaAPI
    /// 4. Prodia does not say how many jobs it accepts at a time, but answers 429 when there are too many.
    public let concurrency = 4

    private let url: URL?
    private let imagesURL: URL?
    private let variables: [String: String]

    /// The host from which the pictures of `legacy` and `v1` are downloaded.
    public static let defaultImagesURL = "https://images.prodia.xyz"

    /// Makes a provider.
    /// - Parameters:
    ///   - apiKey: The key or token; where none is given, the one of the environment.
    ///   - api: The interface; v2 by default.
    ///   - model: The model or alias to take where a request names none; the interface's own default where none is named.
    ///   - url: Where it runs, without the version's part of the path; `https://inference.prodia.com` by default, for
    ///     legacy and v1 `https://api.prodia.com`.
    ///   - imagesURL: Where the pictures of legacy and v1 lie. By default at `url`, where that is not Prodia's own,
    ///     else at `https://images.prodia.xyz`.
    ///   - environment: Transport, credentials, time-outs.
    public init(
        apiKey: String? = nil, api: ProdiaAPI = .v2, model: String? = nil, url: URL? = nil, imagesURL: URL? = nil,
        environment: GenerationEnvironment = GenerationEnvironment()
    ) {
        self.init(
            api: api, model: model, url: url, imagesURL: imagesURL, environment: environment.with(apiKey: apiKey),
            variables: ProcessInfo.processInfo.environment)
    }

    package init(
        api: ProdiaAPI, model: String? = nil, url: URL?, imagesURL: URL?, environment: GenerationEnvironment,
        variables: [String: String]
    ) {
        self.api = api
        self.url = url
        self.imagesURL = imagesURL
        self.environment = environment
        self.variables = variables
        var models = api.catalog
        if let model { models.defaultModel = (try? models.resolve(model))?.model.id ?? model }
        self.models = models
    }

    /// Makes one picture. Called by core; use `createAsyncGenerator(_:)` or `image(_:)`.
    /// - Parameters:
    ///   - call: The checked request.
    ///   - context: Yields events, sends requests.
    /// - Throws: `GenerationError`, `TransportError`, `CancellationError`.
    public func run(_ call: GenerationCall<ProdiaOptions>, in context: GenerationContext) async throws {
        let run = try run(api, in: context)
        switch api {
        case .legacy: try await run.legacy(call)
        case .v1: try await run.v1(call, known: models)
        case .v2: try await run.v2(call)
        case .v2Async: try await run.v2Async(call)
        }
    }

    /// Waits for a job that was accepted earlier. Called by core; use `ResumableProvider/resumeAsyncGenerator(_:)`.
    /// - Parameters:
    ///   - job: The job. It says which interface made it, and that one is asked; where the provider has no URL of its own,
    ///     only one at the same origin as ``api``, because the key is for that.
    ///   - context: Yields events, sends requests.
    /// - Throws: `GenerationError`, `TransportError`, `CancellationError`.
    public func resume(_ job: JobHandle, in context: GenerationContext) async throws {
        guard let api = job.state["api"]?.string.flatMap(ProdiaAPI.init), api.isResumable,
            ProdiaService.isSegment(job.id)
        else { throw GenerationError(.invalidRequest, "This is no job of Prodia's that can be picked up again.") }
        // A ticket may come from anybody, and must not choose where a key goes.
        guard url != nil || api == .legacy || api.defaultURL == self.api.defaultURL else {
            throw GenerationError(
                .invalidRequest,
                "The job belongs to Prodia's interface \(api.rawValue) at \(api.defaultURL), and the key was given for "
                    + "\(self.api.rawValue). Choose the interface of the job: `--api \(api.rawValue)`, or `api:` of the provider."
            )
        }
        let run = try run(api, in: context)
        try await context.status("Looking for the job")
        switch api {
        case .legacy, .v1: try await run.waitForPicture(of: job, prompt: "", atOnce: true)
        default: try await run.waitForOutputs(of: job, prompt: "", atOnce: true)
        }
    }

    /// Asks for the models of the chosen interface: v1 and legacy have lists, v2 has none, and what is known here is the
    /// answer.
    /// - Returns: The models.
    /// - Throws: `GenerationError`, `TransportError`, `CancellationError`.
    public func fetchModels() async throws -> ModelCatalog {
        guard api == .v1 || api == .legacy else { return models }
        let deadline = Deadline(in: environment.timeout, clock: environment.clock)
        var hiding: @Sendable (String) -> String = { $0 }
        do {
            let key = try key(for: api, environment.credentials)
            hiding = environment.hidingCredentials(and: key)
            let service = try service(api, key, environment.pipeline(until: deadline, hiding: hiding))
            var catalog = try await deadline.run {
                api == .v1 ? try await service.v1Models() : try await service.legacyModels()
            }
            // A model that is named after the key is none.
            catalog.models.removeAll { hiding($0.id) != $0.id }
            catalog.aliases = catalog.aliases.filter { hiding($0.key + "\n" + $0.value) == $0.key + "\n" + $0.value }
            return catalog
        } catch {
            if error is CancellationError { throw error }
            var described = GenerationError(wrapping: error)
            described.provider = id
            described.wasAccepted = false
            described.message = hiding(described.message)
            throw described
        }
    }

    private func run(_ api: ProdiaAPI, in context: GenerationContext) throws -> ProdiaRun {
        let key = try key(for: api, context.credentials)
        // It may be one that the process's environment holds.
        context.hide(key)
        return ProdiaRun(service: try service(api, key, context.http), context: context)
    }

    private func service(_ api: ProdiaAPI, _ key: Secret?, _ http: HTTPPipeline) throws -> ProdiaService {
        guard let target = url ?? URL(string: api.defaultURL), let standard = URL(string: Self.defaultImagesURL) else {
            throw GenerationError(.invalidRequest, "Prodia's URL cannot be used.")
        }
        let isOwn = ProdiaAPI.runsAtProdia(target)
        // Whoever runs a server of their own has the pictures there too, unless they say otherwise.
        let images = imagesURL ?? (isOwn ? standard : target)
        return ProdiaService(api: api, url: target, images: images, key: key, http: http)
    }

    private func key(for api: ProdiaAPI, _ credentials: GenerationCredentials) throws -> Secret? {
        guard api != .legacy else { return nil }
        if let key = credentials.apiKey, !key.isEmpty { return key }
        for name in api.variables {
            if let key = variables[name].map({ Secret($0) }), !key.isEmpty { return key }
        }
        throw GenerationError(
            .missingCredentials,
            "Prodia's interface \(api.rawValue) wants a key: give one, or set \(api.variables.joined(separator: " or "))."
        )
    }
}
