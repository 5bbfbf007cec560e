public import Foundation
public import GeneratorCore
internal import GeneratorTransport

/// A Gradio app that makes pictures at one endpoint. A provider of your own holds one and lets it do the work.
///
/// ```swift
/// struct PosterProvider: AsyncGeneratorProvider {
///     let id: ProviderID = "posters"
///     let models = ModelCatalog(
///         ModelDescriptor("poster-1", capabilities: ModelCapabilities(seed: 0...999, steps: 1...20)))
///     let environment = GenerationEnvironment()
///     let task = GradioPictureTask(
///         space: "somebody/posters", endpoint: "/paint",
///         mapping: ["text": .prompt, "luck": .seed, "effort": .steps, "mood": .value("calm")])
///
///     func run(_ call: GenerationCall<NoProviderOptions>, in context: GenerationContext) async throws {
///         try await context.yield(.image(task.run(call, in: context)))
///     }
/// }
/// ```
///
/// What the mapping does not name is mapped by rule, as ``GradioProvider`` does it.
public struct GradioPictureTask: Sendable {
    /// Where the app is.
    package let place: GradioPlace
    let endpoint: (name: String?, id: Int?)
    let mapping: GradioMapping
    /// Whether the mapping says all arguments in their order, so that the app need not be asked for their names.
    let isOrdered: Bool
    /// What is sent where nobody asked for anything, as near as the app's ranges allow.
    let defaults: GenerationSettings?
    /// From which seeds one is drawn where nobody asked for one and the app draws none.
    let draws: ClosedRange<Int>?
    let route: GradioRoute
    /// How the endpoint was called the last time: the same one is called so again.
    private let known = Locked<GradioPlan?>(nil)

    /// A Space by its name on the Hub.
    /// - Parameters:
    ///   - space: The Space's name, `owner/name`.
    ///   - endpoint: The endpoint's name; the one that suits by default.
    ///   - mapping: What its parameters mean, where the rules do not know it.
    ///   - isOrdered: Whether the mapping names all arguments in their order, so that the app need not be asked for their
    ///     names, and what it writes beside its pictures is not for people; `false` by default.
    ///   - defaults: What is sent where nobody asked for anything, as near as the app's ranges allow; what the app says by
    ///     default.
    ///   - hubURL: The Hub; `https://huggingface.co` by default.
    ///   - route: The way to the app; its queue where it has one by default.
    ///   - waitForSpace: How long a Space that sleeps or is being built is waited for; not at all by default. The time-out of
    ///     the generation goes on meanwhile.
    public init(
        space: String, endpoint: String? = nil, mapping: GradioMapping = [:], isOrdered: Bool = false,
        defaults: GenerationSettings? = nil, hubURL: URL? = nil, route: GradioRoute = .automatic,
        waitForSpace: Duration? = nil
    ) {
        self.init(
            place: GradioPlace(url: nil, space: space, hubURL: hubURL, patience: waitForSpace),
            endpoint: (endpoint, nil), mapping: mapping, isOrdered: isOrdered, defaults: defaults, route: route)
    }

    /// An app at a URL.
    /// - Parameters:
    ///   - url: Where it runs; may have a path.
    ///   - space: Its name on the Hub, where it is a Space.
    ///   - endpoint: The endpoint's name; the one that suits by default.
    ///   - mapping: What its parameters mean, where the rules do not know it.
    ///   - isOrdered: Whether the mapping names all arguments in their order, so that the app need not be asked for their
    ///     names, and what it writes beside its pictures is not for people; `false` by default.
    ///   - defaults: What is sent where nobody asked for anything, as near as the app's ranges allow; what the app says by
    ///     default.
    ///   - hubURL: The Hub; `https://huggingface.co` by default.
    ///   - route: The way to the app; its queue where it has one by default.
    ///   - waitForSpace: How long a Space that sleeps or is being built is waited for; not at all by default. The time-out of
    ///     the generation goes on meanwhile.
    public init(
        url: URL, space: String? = nil, endpoint: String? = nil, mapping: GradioMapping = [:],
        isOrdered: Bool = false, defaults: GenerationSettings? = nil, hubURL: URL? = nil,
        route: GradioRoute = .automatic, waitForSpace: Duration? = nil
    ) {
        self.init(
            place: GradioPlace(url: url, space: space, hubURL: hubURL, patience: waitForSpace),
            endpoint: (endpoint, nil), mapping: mapping, isOrdered: isOrdered, defaults: defaults, route: route)
    }

    package init(
        place: GradioPlace, endpoint: (name: String?, id: Int?), mapping: GradioMapping, isOrdered: Bool = false,
        defaults: GenerationSettings? = nil, draws: ClosedRange<Int>? = nil, route: GradioRoute = .automatic
    ) {
        self.place = place
        self.endpoint = endpoint
        self.mapping = mapping
        self.isOrdered = isOrdered
        self.defaults = defaults
        self.draws = draws
        self.route = route
    }

    /// Makes the pictures of a call, and yields what happens on the way.
    /// - Parameters:
    ///   - call: The checked request.
    ///   - context: Yields events, sends requests.
    ///   - options: Values for single parameters.
    /// - Returns: The result, which the caller yields; with what the app wrote beside its pictures as its text.
    /// - Throws: `GenerationError`: `invalidRequest` for an app that cannot be called with what is known, before anything is
    ///   submitted; `TransportError`, `CancellationError`.
    public func run<Options: ProviderOptions>(
        _ call: GenerationCall<Options>, in context: GenerationContext, options: GradioOptions = GradioOptions()
    ) async throws -> ImageResponse {
        // What cannot be read is refused before anything is sent.
        let pictures = try await GradioPictures(call.settings.inputImages, mask: options.mask)
        let token = try await place.token(in: context)
        let visit = try await place.visit(loadingInfo: !isOrdered, in: context)
        do {
            return try await response(
                to: call, pictures, with: visit.app, token: token, in: context, options: options)
        } catch {
            throw try await visit.explained(error, in: context)
        }
    }

    private func response<Options: ProviderOptions>(
        to call: GenerationCall<Options>, _ pictures: GradioPictures, with app: GradioApp, token: ZeroGPUToken,
        in context: GenerationContext, options: GradioOptions
    ) async throws -> ImageResponse {
        let (result, job) = try await result(of: call, pictures, with: app, token: token, in: context, options: options)
        return try await Self.response(of: job, to: result, in: context)
    }

    @inline(never)
    private static func response(
        of job: GradioPictureJob, to result: GradioResult, in context: GenerationContext
    ) async throws -> ImageResponse {
        let response = try job.response(to: result, in: context)
        guard !response.images.isEmpty else { throw job.lackOfPicture(in: result) }
        if let warning = job.seedWarning(result) { try await context.yield(.warning(warning)) }
        return response
    }

    /// The result of a call, with an app that is there already.
    /// - Parameters:
    ///   - call: The checked request.
    ///   - pictures: Its input pictures.
    ///   - app: The app.
    ///   - token: What lets the call use its caller's share of the Hub's GPUs.
    ///   - session: A session to run it in, for an app that remembers something.
    ///   - warnings: What else of the request cannot be honoured.
    ///   - tellsNothing: Whether the caller tells itself that the app is at work.
    ///   - context: Yields events, sends requests.
    ///   - options: Values for single parameters.
    /// - Returns: What the app returned, and the job that makes a response of it.
    /// - Throws: As ``run(_:in:options:)``.
    package func result<Options: ProviderOptions>(
        of call: GenerationCall<Options>, _ pictures: GradioPictures, with app: GradioApp, token: ZeroGPUToken,
        session: GradioSession? = nil, reporting warnings: [GenerationWarning] = [], tellsNothing: Bool = false,
        in context: GenerationContext, options: GradioOptions = GradioOptions()
    ) async throws -> (GradioResult, GradioPictureJob) {
        let job = try await job(of: call, pictures, with: app, reporting: warnings, in: context, options: options)
        // The direct route tells nothing on the way.
        if route == .run, !tellsNothing { try await context.status("Generating") }
        let output = try await job.run(by: route, session: session, headers: token.headers, in: context)
        return (job.result(output), job)
    }

    /// On its own, as whatever waits for a short time only: inlined, its variables would be kept for as long as the picture is
    /// waited for.
    @inline(never)
    private func job<Options: ProviderOptions>(
        of call: GenerationCall<Options>, _ pictures: GradioPictures, with app: GradioApp,
        reporting warnings: [GenerationWarning], in context: GenerationContext, options: GradioOptions
    ) async throws -> GradioPictureJob {
        let plan = try await plan(of: app, withPictures: !pictures.isEmpty, options: options.values)
        return try await GradioPictureJob.prepared(
            self, plan, of: app, for: call, pictures, options.values, reporting: warnings, in: context)
    }

    /// What the app's endpoint takes.
    func plan(of app: GradioApp, withPictures: Bool, options: [String: JSONValue]) async throws -> GradioPlan {
        guard isOrdered else {
            return try app.plan(
                endpoint: endpoint.name, mapping: mapping, withPictures: withPictures, options: options)
        }
        let found =
            try endpoint.name.map { try app.endpoint($0, orID: endpoint.id, taking: mapping.entries.count) }
            ?? app.endpoint(number: endpoint.id ?? 0)
        if let plan = known.withLock({ $0 }), plan.endpoint == found { return plan }
        let plan = try await found.plan(following: mapping) { try await app.loadingInfo() }
        known.withLock { $0 = plan }
        return plan
    }
}

extension GradioApp {
    /// Finds out how the app is called for a picture: which endpoint, and what its parameters mean. Nothing is sent. Names and
    /// defaults of parameters are known after ``loadingInfo()``; without them labels have to do.
    /// - Parameters:
    ///   - name: The endpoint's name; the one that suits by default.
    ///   - mapping: What its parameters mean, where the rules do not know it.
    ///   - withPictures: Whether there are input pictures.
    ///   - options: Values for single parameters, by their names or labels.
    /// - Returns: The plan.
    /// - Throws: `GenerationError`: `notFound` for an endpoint that is not there; `invalidRequest` that says why the app cannot
    ///   be called so, names the candidates, and says how to choose.
    public func plan(
        endpoint name: String? = nil, mapping: GradioMapping = [:], withPictures: Bool = false,
        options: [String: JSONValue] = [:]
    ) throws -> GradioPlan {
        do {
            return try unhiddenPlan(endpoint: name, mapping: mapping, withPictures, options)
        } catch let error as GenerationError {
            // Names and labels are the server's words.
            throw error.hiding(headers(for: url))
        }
    }

    private func unhiddenPlan(
        endpoint name: String?, mapping: GradioMapping, _ withPictures: Bool, _ options: [String: JSONValue]
    ) throws -> GradioPlan {
        guard let name else {
            return try GradioEndpointChoice(
                endpoints: endpoints, mapping: mapping, withPictures: withPictures, options: options
            ).plan()
        }
        let plan = try GradioPlan(endpoint(name), mapping: mapping)
        guard let obstacle = plan.obstacle(withPictures: withPictures, options: options, isChosen: true) else {
            return plan
        }
        throw GenerationError(
            .invalidRequest,
            "The endpoint \(plan.endpoint.label) \(obstacle). Say with mapping what its parameters mean, or give their "
                + "values as options. It has: \(plan.endpoint.parameterTitles).")
    }
}
