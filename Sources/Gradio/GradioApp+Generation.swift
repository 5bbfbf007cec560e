public import Foundation

extension Reasoning {
    /// The status of an app's bars: the innermost counts, because it moves.
    fileprivate init(_ bars: [GradioProgress]) {
        self.init(status: "Generating")
        guard let bar = bars.last else { return }
        status = bar.text ?? status
        progress = bar.index.map { GenerationProgress(completed: $0, total: bar.length, unit: bar.unit) }
        if let fraction = bar.fraction, progress == nil { progress = GenerationProgress(completed: fraction, total: 1) }
    }
}

/// What the messages about a job mean to whoever waits for its pictures. A class, because the function that waits for them
/// would have room for each kind of event.
private final class GradioNews {
    /// How the job stands.
    private var status = Reasoning(status: "Generating")
    private var page = GradioPage()
    private let preview: ([JSONValue]) -> ImageResponse?

    init(_ preview: @escaping ([JSONValue]) -> ImageResponse?) { self.preview = preview }

    /// Tells how the job stands.
    @inline(never)
    func begin(in context: GenerationContext) async throws { try await context.yield(.reasoning(status)) }

    /// What the app's page shows at the end.
    private func result(_ values: [JSONValue]) -> [JSONValue] {
        page.show(values)
        return page.values
    }

    /// Tells what a message says.
    /// - Returns: The result, with the last one.
    @inline(never)
    func tell(_ message: GradioMessage, to context: GenerationContext) async throws -> [JSONValue]? {
        if case .completed(let values) = message { return result(values) }
        if let event = event(of: message) { try await context.yield(event) }
        return nil
    }

    /// - Returns: What is to be told of a message; `nil` where it says nothing new.
    private func event(of message: GradioMessage) -> GenerationEvent? {
        switch message {
        case .queued(let place):
            guard place != status.queue else { return nil }
            status = Reasoning(status: "Waiting in the queue", queue: place)
        case .started: status = Reasoning(status: "Generating")
        case .progress(let bars): status = Reasoning(bars)
        // It says that nothing has changed.
        case .heartbeat: break
        case .log(let line) where line.level == "warning": return .warning(GenerationWarning(.service, line.text))
        case .log(let line): return .reasoning(Reasoning(status: line.text))
        case .generating(let values):
            page.show(values)
            return preview(page.values).map(GenerationEvent.preview)
        // A message of no kind says nothing that could be shown.
        case .unknown(let name, _): return name.printable.isEmpty ? nil : .reasoning(Reasoning(status: name))
        case .completed: return nil
        }
        return .reasoning(status)
    }
}

extension GradioApp {
    /// Connects for a provider: with the context's credentials, and with the Hub's word where the Space does not answer.
    /// - Parameters:
    ///   - url: Where the Space runs; may have a path.
    ///   - space: Its name on the Hub, `owner/name`, where it is known.
    ///   - hub: The Hub's URL.
    ///   - context: Sends the requests.
    /// - Returns: The app.
    /// - Throws: As ``connect(to:space:hub:using:)``.
    public static func connect(
        to url: URL, space: String? = nil, hub: URL, in context: GenerationContext
    ) async throws -> GradioApp {
        try await context.status("Connecting to the Space")
        let app = try await connect(
            to: url, space: space.flatMap(GradioSpace.init),
            hub: GradioHub(url: hub, credentials: context.credentials), using: context.http)
        app.loginCookies.forEach { context.hide($0) }
        return app
    }

    /// Runs a job for a provider: submits it, tells the context what happens, and cancels it when the context's task is
    /// cancelled.
    /// - Parameters:
    ///   - endpoint: The endpoint.
    ///   - arguments: The arguments in order.
    ///   - route: Which way; by default the queue where there is one.
    ///   - session: A session to run it in, for an app that remembers something; the route is the queue then.
    ///   - headers: Sent with the submission only.
    ///   - context: Where the events go.
    ///   - preview: Makes a preview of values on the way to the result; none by default.
    /// - Returns: The result, one value for each output: what the app's page shows at the end. A value that was yielded
    ///   before stays where the last one leaves it as it is (`gr.skip()`).
    /// - Throws: `GenerationError`, `TransportError`, `CancellationError`.
    public func generate(
        _ endpoint: GradioEndpoint, _ arguments: [JSONValue], route: GradioRoute = .automatic,
        session: GradioSession? = nil, headers: HTTPHeaders = [:], in context: GenerationContext,
        preview: @escaping @Sendable ([JSONValue]) -> ImageResponse? = { _ in nil }
    ) async throws -> [JSONValue] {
        do {
            return try await follow(
                endpoint, arguments, route: route, session: session, headers: headers, in: context, preview: preview)
        } catch {
            Self.note(error, in: context)
            throw error
        }
    }

    @inline(never)
    private static func note(_ error: any Error, in context: GenerationContext) {
        guard let error = error as? GenerationError, error.isLackOfGPU, error.wasAccepted == false else { return }
        context.withdrawAcceptance()
    }

    private func follow(
        _ endpoint: GradioEndpoint, _ arguments: [JSONValue], route: GradioRoute, session: GradioSession?,
        headers: HTTPHeaders, in context: GenerationContext,
        preview: @escaping @Sendable ([JSONValue]) -> ImageResponse?
    ) async throws -> [JSONValue] {
        if session == nil, try self.route(route, for: endpoint) == .run {
            // Its only answer is the result: there is no name to learn first, and nothing that could be told to stop.
            return try await run(endpoint, endpoint.arguments(arguments), headers: headers)
        }
        // Not cancelled with us: only the answer names the job, and without its name nobody can stop it.
        let submission = context.task {
            if let session { return try await session.submit(endpoint, arguments, headers: headers) }
            return try await submit(endpoint, arguments, route: route, headers: headers)
        }
        return try await context.cancelling {
            let job = try await Self.accepted(submission, in: context)
            // The queue says by itself what happens; the call flow is silent until there is a result.
            let news = GradioNews(preview)
            if case .call = job.source { try await news.begin(in: context) }
            for try await message in job {
                if let result = try await news.tell(message, to: context) { return result }
            }
            throw GenerationError(.connectionLost, "The Space's stream ended without a result.")
        } onCancel: {
            try await submission.value.cancel()
        }
    }

    /// Waits until the app has taken the job, and tells its name.
    @inline(never)
    private static func accepted(
        _ submission: Task<GradioJob, any Error>, in context: GenerationContext
    ) async throws -> GradioJob {
        let job = try await withTaskCancellationHandler {
            try await submission.value
        } onCancel: {
            Task {
                try? await context.environment.clock.sleep(.seconds(1))
                submission.cancel()
            }
        }
        try Task.checkCancellation()
        try await context.yield(.submitted(JobHandle(provider: context.provider, id: job.id, isResumable: false)))
        return job
    }

    /// The picture that a value of a result names.
    /// - Parameters:
    ///   - value: A file, or a gallery's entry.
    ///   - context: Makes the picture.
    ///   - seed: The seed that it was made from.
    ///   - size: The size that was asked for.
    /// - Returns: The picture; `nil` where the value names none.
    /// - Throws: `GenerationError`: `invalidResponse` for a picture at no possible place and for a `data:` URL that cannot be
    ///   read or is no picture, `responseTooLarge` for one that is too large, `unsafeURL` for a link that is not http or https.
    public func image(
        _ value: JSONValue, in context: GenerationContext, seed: Int? = nil, size: PixelSize? = nil
    ) throws -> GeneratedImage? {
        try GradioFile(value).map { try image($0, in: context, seed: seed, size: size) }
    }

    /// The picture that a file of a result is.
    /// - Parameters:
    ///   - file: The file.
    ///   - context: Makes the picture.
    ///   - seed: The seed that it was made from.
    ///   - size: The size that was asked for.
    ///   - metadata: What else is known about it.
    /// - Returns: The picture.
    /// - Throws: As for a value.
    public func image(
        _ file: GradioFile, in context: GenerationContext, seed: Int? = nil, size: PixelSize? = nil,
        metadata: [String: JSONValue] = [:]
    ) throws -> GeneratedImage {
        if let text = file.dataURL {
            return context.image(
                data: try Self.picture(text, limit: context.environment.downloads), seed: seed, metadata: metadata)
        }
        guard let url = url(for: file) else {
            throw GenerationError(.invalidResponse, "The Space names its picture by a path or link that cannot be one.")
        }
        guard let origin = HTTPOrigin(url) else {
            throw GenerationError(.unsafeURL, "The Space's link to its picture is not http or https.")
        }
        guard !file.isFromPage || origin == self.origin else {
            throw GenerationError(
                .unsafeURL,
                "The Space's answer is a piece of a page whose picture lies at another place. It was not fetched.")
        }
        return context.image(
            at: url, headers: headers(for: url), origin: self.origin, seed: seed, size: size,
            metadata: metadata)
    }

    /// The bytes of a `data:` URL, which are looked at here because no download will do so.
    private static func picture(_ text: String, limit: DownloadPolicy) throws -> Data {
        do {
            let data = try DataURL(text, limit: limit.maximumBytes).data
            guard ImageFormat(signature: data) != nil else {
                throw GenerationError(.invalidResponse, "The Space sent something in place of a picture.")
            }
            return data
        } catch let error as TransportError {
            throw GenerationError(
                GenerationError.Code(rawValue: error.code.rawValue),
                "The Space sent a picture that cannot be read. \(error.message)", underlying: error)
        }
    }
}
