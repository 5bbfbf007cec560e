public import Foundation

/// What a provider works with during one generation: it yields events here and sends its requests from here.
public struct GenerationContext: Sendable {
    /// What is known about the job so far.
    struct Progress: Sendable {
        /// As in ``GenerationError/wasAccepted``.
        var wasAccepted: Bool? = false
        var job: JobHandle?
        var pendingWarnings: [GenerationWarning] = []
        var hasResult = false
        /// What was asked last.
        var url: URL?
    }

    /// What all copies share. A context is handed through every function of a generation, and each that waits keeps one: whole,
    /// they would be a third of the memory of a job.
    private final class Shared: Sendable {
        let provider: ProviderID
        let environment: GenerationEnvironment
        let credentials: GenerationCredentials
        let deadline: Deadline
        let http: HTTPPipeline
        let secrets: Locked<[SecretHiding]>
        let prompts: PromptHiding
        let request: GenerationRequest?
        let index: Int
        let count: Int
        let sink: GenerationSink
        let started: Duration
        let progress: Locked<Progress>

        init(
            provider: ProviderID, environment: GenerationEnvironment, request: GenerationRequest?, index: Int,
            count: Int,
            sink: GenerationSink
        ) {
            self.provider = provider
            self.environment = environment
            self.request = request
            self.index = index
            self.count = count
            self.sink = sink
            credentials = request?.credentials ?? environment.credentials
            let secrets = Locked([SecretHiding(credentials, request?.proxy ?? environment.proxy)])
            self.secrets = secrets
            deadline = Deadline(in: request?.timeout ?? environment.timeout, clock: environment.clock)
            started = environment.clock.now()
            let progress = sink.progress ?? Locked(Progress())
            sink.begun.withLock { $0[index] = progress }
            let prompts = PromptHiding(request?.words ?? [])
            self.prompts = prompts
            var http = environment.pipeline(until: deadline, proxy: request?.proxy) { line in
                GenerationContext.hidden(prompts, secrets.withLock { $0 }, in: line)
            }
            http.onCreate = { wasAccepted in progress.withLock { if $0.job == nil { $0.wasAccepted = wasAccepted } } }
            http.onSend = { url in progress.withLock { $0.url = url } }
            self.http = http
            self.progress = progress
        }
    }

    private let shared: Shared
    /// The provider that the work was passed on to.
    private var via: ProviderID?

    init(
        provider: ProviderID, environment: GenerationEnvironment, request: GenerationRequest?, index: Int,
        count: Int = 1, sink: GenerationSink
    ) {
        shared = Shared(
            provider: provider, environment: environment, request: request, index: index, count: count, sink: sink)
    }

    /// The provider's name.
    public var provider: ProviderID { shared.provider }
    /// The environment with which the provider was made.
    public var environment: GenerationEnvironment { shared.environment }
    /// The keys and tokens for this generation.
    public var credentials: GenerationCredentials { shared.credentials }
    /// The end of all waits.
    public var deadline: Deadline { shared.deadline }
    /// Sends requests, with redirects, retries and the deadline.
    public var http: HTTPPipeline { shared.http }

    /// What no text of a service may repeat: the caller's credentials, and what a server gave on the way.
    private var secrets: Locked<[SecretHiding]> { shared.secrets }
    /// The request's own words, which no text of a service may repeat either.
    private var prompts: PromptHiding { shared.prompts }
    var request: GenerationRequest? { shared.request }
    var index: Int { shared.index }
    private var count: Int { shared.count }
    var sink: GenerationSink { shared.sink }
    private var started: Duration { shared.started }
    var progress: Locked<Progress> { shared.progress }

    /// The same context for another provider to which the work is passed on. The results then name it as `via`.
    /// - Parameter provider: The provider that does the work.
    /// - Returns: The context.
    public func passed(to provider: ProviderID) -> GenerationContext {
        var context = self
        context.via = provider
        return context
    }

    /// The time since this generation began.
    public var elapsed: Duration { shared.environment.clock.now() - started }

    /// What is known about the job so far.
    var state: Progress { progress.withLock { $0 } }

    /// Yields an event. Waits while the consumer is behind.
    /// - Parameter event: The event.
    /// - Throws: `CancellationError` once nobody listens any more.
    public func yield(_ event: GenerationEvent) async throws {
        let (event, tellsResult) = completed(event)
        if tellsResult { try await flushWarnings() }
        try await sink.send(event)
    }

    /// An event with what only the context knows, and whether warnings have to be told before it. It is no part of
    /// ``yield(_:)``, which would have room for each kind of event while it waits.
    private func completed(_ event: GenerationEvent) -> (GenerationEvent, tellsResult: Bool) {
        switch event {
        case .reasoning(var reasoning):
            if reasoning.elapsed == .zero { reasoning.elapsed = elapsed }
            reasoning.index = index
            reasoning.status = hiding(in: reasoning.status)
            return (.reasoning(reasoning), false)
        case .submitted(let job):
            // First of all: if the wait that follows is cut short, the error must still name the job.
            adopt(job)
            return (event, true)
        case .preview(var response):
            response.index = index
            response.model = response.model.map(withoutSecrets)
            return (.preview(response), false)
        case .image(var response):
            response.index = index
            response.model = response.model.map(withoutSecrets)
            if response.provider == nil { response.provider = provider }
            if response.via == nil { response.via = via }
            if response.elapsed == .zero { response.elapsed = elapsed }
            progress.withLock { progress in
                progress.hasResult = progress.hasResult || !response.images.isEmpty
                response.job = response.job ?? progress.job
            }
            return (.image(response), true)
        case .warning(var warning):
            warning.message = hiding(in: warning.message)
            return (.warning(warning), false)
        case .text(let text):
            progress.withLock { $0.hasResult = $0.hasResult || !text.isEmpty }
            return (.text(withoutSecrets(text)), true)
        }
    }

    /// Yields the result, in a function of its own: whoever waits for it would have room for the event.
    @inline(never)
    package func yield(image response: ImageResponse) async throws { try await yield(.image(response)) }

    /// Yields a status.
    /// - Parameters:
    ///   - status: A short text.
    ///   - progress: How far the work is.
    ///   - queue: The place in the queue.
    /// - Throws: `CancellationError` once nobody listens any more.
    public func status(
        _ status: String, progress: GenerationProgress? = nil, queue: QueuePlace? = nil
    ) async throws {
        try await yield(.reasoning(Reasoning(status: status, progress: progress, queue: queue)))
    }

    /// Checks the request's settings again, for a service that has to be asked for its ranges.
    ///
    /// Call it before anything is submitted. Its warnings replace those of the first check.
    /// - Parameter capabilities: What the model takes, as the service says.
    /// - Returns: The settings to send.
    /// - Throws: ``GenerationError`` (`unsupportedSetting`) where the request would rather fail than be warned.
    public func settings(within capabilities: ModelCapabilities) throws -> GenerationSettings {
        guard let request else { return GenerationSettings() }
        let check = try RequestCheck(request, index: index, count: count, capabilities: capabilities)
        progress.withLock { progress in
            progress.pendingWarnings.removeAll { $0.kind == .adjusted || $0.kind == .unsupported }
            progress.pendingWarnings += check.warnings
        }
        return check.settings
    }

    /// The size as the caller asked for it; `nil` if the caller gave none, so that the service's default can be used.
    public var requestedSize: ImageSize? { request?.size }

    /// Reports options of the provider that cannot be used. Call it before anything is submitted, and after
    /// ``settings(within:)``, which replaces earlier warnings.
    /// - Parameter warnings: One for each option. Its words have to be true both as a warning and as an error.
    /// - Throws: ``GenerationError`` (`unsupportedSetting`) where the request would rather fail than be warned.
    public func report(_ warnings: [GenerationWarning]) throws {
        guard !warnings.isEmpty else { return }
        if request?.unsupported == .fail {
            throw GenerationError(refusing: warnings)
        }
        hold(warnings)
    }

    /// Keeps warnings until something is submitted or yielded, because a later check may replace them.
    func hold(_ warnings: [GenerationWarning]) {
        progress.withLock { $0.pendingWarnings += warnings }
    }

    /// Takes over a job that was accepted in an earlier run.
    func adopt(_ job: JobHandle) {
        progress.withLock { progress in
            progress.job = job
            progress.wasAccepted = true
        }
    }

    /// Says that the service, which had taken the job, refused it before any work on it: nothing is billed, and trying
    /// again later is no second payment.
    package func withdrawAcceptance() {
        progress.withLock { $0.wasAccepted = false }
    }

    @inline(never)
    func flushWarnings() async throws {
        let warnings = progress.withLock { progress in
            defer { progress.pendingWarnings = [] }
            return progress.pendingWarnings
        }
        for var warning in warnings {
            warning.message = hiding(in: warning.message)
            try await sink.send(.warning(warning))
        }
    }

    /// Begins work that goes on also when this task is cancelled.
    package func task<Success: Sendable>(
        _ work: sending @escaping () async throws -> Success
    ) -> Task<Success, any Error> {
        sink.thread.task(work)
    }

    /// Waits for work that goes on at a service, and tells the service to stop when this task is cancelled.
    ///
    /// - Parameters:
    ///   - work: Waits for the service.
    ///   - stop: Tells the service to stop. It runs in a task of its own, which the cancellation does not reach, and
    ///     is given two seconds. What it throws is ignored: nobody is left to hear it.
    /// - Returns: What the work returned.
    /// - Throws: What the work threw.
    public func cancelling<Success>(
        _ work: () async throws -> Success, onCancel stop: @escaping @Sendable () async throws -> Void
    ) async throws -> Success {
        do {
            return try await work()
        } catch {
            if Task.isCancelled { await boundedWait(.seconds(2), on: environment.clock) { try? await stop() } }
            throw error
        }
    }

    /// A server's name, where it repeats neither.
    func shown(_ origin: HTTPOrigin?) -> HTTPOrigin? {
        origin.flatMap { hiding(in: $0.description) == $0.description ? $0 : nil }
    }

    /// A service's words without the request's own and without credentials: people paste errors into bug reports.
    func hiding(in message: String) -> String {
        Self.hidden(prompts, secrets.withLock { $0 }, in: message)
    }

    /// What providers say again and again. Whoever says it, it repeats nothing that anybody asked for.
    private static let ownWords = ["Generating", "Waiting in the queue", "Connecting to the Space"]

    fileprivate static func hidden(_ prompts: PromptHiding, _ secrets: [SecretHiding], in text: String) -> String {
        if ownWords.contains(text) { return text }
        return secrets.reduce(prompts.hidden(in: text)) { $1.hidden(in: $0) }
    }

    /// Keeps a credential out of all texts that a server gave on the way: a token, or the cookie of a login.
    /// - Parameter secret: The credential.
    package func hide(_ secret: Secret?) {
        guard let secret, !secret.isEmpty else { return }
        let hiding = SecretHiding([secret.reveal()])
        secrets.withLock { $0.append(hiding) }
    }

    /// A service's text without credentials.
    /// - Parameter text: The text.
    /// - Returns: The text with `<secret>` in place of each.
    package func withoutSecrets(_ text: String) -> String {
        secrets.withLock { $0 }.reduce(text) { $1.hidden(in: $0) }
    }

    /// Describes a picture that lies on a server.
    /// - Parameters:
    ///   - url: Where it lies.
    ///   - headers: What a request for it must carry; not sent across a redirect to another origin.
    ///   - origin: The configured origin of the provider: the only private address that `url` may name.
    ///   - seed: The seed that it was made from.
    ///   - size: Its size.
    ///   - metadata: What else the service says about it.
    /// - Returns: The picture, not downloaded yet.
    public func image(
        at url: URL, headers: HTTPHeaders = [:], origin: HTTPOrigin?, seed: Int? = nil, size: PixelSize? = nil,
        metadata: [String: JSONValue] = [:]
    ) -> GeneratedImage {
        // The deadline of the generation ends with it; the clock goes on.
        let pipeline = environment.pipeline(
            until: Deadline(in: nil, clock: environment.clock), proxy: request?.proxy,
            hiding: { [self] line in hiding(in: line) })
        let source = GeneratedImage.Remote(
            request: HTTPRequest(url: url, headers: headers), addresses: AddressPolicy(configured: origin),
            downloader: Downloader(pipeline: pipeline, policy: environment.downloads),
            hiding: { [self] message in hiding(in: message) }, provider: provider)
        return GeneratedImage(source: .remote(source), seed: seed, size: size, mediaType: nil, metadata: metadata)
    }

    /// Describes a picture whose bytes are here.
    /// - Parameters:
    ///   - data: The bytes.
    ///   - seed: The seed that it was made from.
    ///   - metadata: What else the service says about it.
    /// - Returns: The picture.
    public func image(data: Data, seed: Int? = nil, metadata: [String: JSONValue] = [:]) -> GeneratedImage {
        GeneratedImage(data: data, seed: seed, metadata: metadata)
    }
}
