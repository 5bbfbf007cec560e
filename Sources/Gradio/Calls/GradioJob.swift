internal import Foundation
public import GeneratorCore
internal import GeneratorTransport

/// A job that a Gradio app has accepted.
///
/// Iterating opens the job's event stream, once: Gradio forgets a job whose stream was closed, and answers a second
/// request with heartbeats for ever. A stream that breaks cannot be resumed on any version of Gradio.
public struct GradioJob: AsyncSequence, Sendable {
    /// A message of the app about the job.
    public typealias Element = GradioMessage

    /// Where the messages come from.
    enum Source: Sendable {
        /// The event stream of the call flow.
        case call
        /// The stream of a session, which the job has to itself.
        case queue(session: String)
        /// The stream of a session that several jobs share.
        case shared(GradioMailbox.Letters, GradioSession)
        /// The direct route's answer, which came with the submission.
        case answered([JSONValue])
    }

    /// Waits for the messages of the job.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let job: GradioJob
        private var reader: GradioJobReader?
        private var isOver = false
        /// Whether the app has shown any of its work.
        private var isAtWork = false

        fileprivate init(_ job: GradioJob) { self.job = job }

        /// Waits for the next message.
        /// - Returns: The message; `nil` after ``GradioMessage/completed(_:)``.
        /// - Throws: `GenerationError`: `generationFailed` with the app's words where it says any, `contentFiltered`,
        ///   `quotaExceeded` or `serviceUnavailable` where the Hub gave the job no GPU (it counts as not accepted then,
        ///   unless the app has shown some of its work), `connectionLost` where the stream ends early, `cancelled`,
        ///   `timedOut`; `CancellationError`.
        @inline(never)
        public mutating func next() async throws -> GradioMessage? {
            if isOver { return nil }
            do {
                if reader == nil { reader = try await job.open() }
                return try passed(await reader?.next())
            } catch {
                throw failed(error)
            }
        }

        /// Waits for the next message without leaving the caller's actor where it is already there.
        /// - Parameter actor: The caller's actor.
        /// - Returns: The message; `nil` after ``GradioMessage/completed(_:)``.
        /// - Throws: As ``next()``.
        @available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
        @inline(never)
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> GradioMessage? {
            if isOver { return nil }
            do {
                if reader == nil { reader = try await job.open() }
                return try passed(await reader?.next(isolation: actor))
            } catch {
                throw failed(error)
            }
        }

        @inline(never)
        private mutating func passed(_ message: GradioMessage?) throws -> GradioMessage {
            guard let message else {
                // A session's mail ends in silence when its reader's task is cancelled.
                try Task.checkCancellation()
                throw job.lost("The stream ended early")
            }
            switch message {
            case .completed: end()
            case .progress(let bars):
                isAtWork = isAtWork || bars.contains(where: \.hasBegun)
                return .progress(job.hiding(bars))
            case .generating: isAtWork = true
            case .log(let line): return .log(job.hiding(line))
            default: break
            }
            return message
        }

        @inline(never)
        private mutating func failed(_ error: any Error) -> any Error {
            end()
            return job.describe(error, isAtWork: isAtWork)
        }

        private mutating func end() {
            isOver = true
            // Dropping the reader closes the stream: some servers repeat their last error for ever.
            reader = nil
        }
    }

    /// What all copies share: the iterator has one, and whoever waits for the job.
    private final class Shared: Sendable {
        let id: String
        let endpoint: GradioEndpoint
        let app: GradioApp
        let source: Source
        let lease: HTTPConnectionLease
        let words: PromptHiding
        let secrets = Locked<(known: [String], hiding: SecretHiding)?>(nil)
        let use = Locked(Use.unused)

        init(
            id: String, endpoint: GradioEndpoint, app: GradioApp, source: Source, lease: HTTPConnectionLease,
            words: [String]
        ) {
            self.id = id
            self.endpoint = endpoint
            self.app = app
            self.source = source
            self.lease = lease
            self.words = PromptHiding(words)
        }
    }

    /// What became of the stream, which can be opened once.
    private enum Use { case unused, read, cancelled }

    private let shared: Shared

    /// The server's name for the job; empty after a direct call, which has none.
    public var id: String { shared.id }
    /// The endpoint that was called.
    public var endpoint: GradioEndpoint { shared.endpoint }
    var app: GradioApp { shared.app }
    var source: Source { shared.source }
    var lease: HTTPConnectionLease { shared.lease }
    /// What was said in the call, which no text of the app may repeat.
    private var words: PromptHiding { shared.words }
    /// The credentials that the app was sent up to now, which no text of the app may repeat either.
    private var secrets: Locked<(known: [String], hiding: SecretHiding)?> { shared.secrets }
    private var use: Locked<Use> { shared.use }

    init(
        id: String, endpoint: GradioEndpoint, app: GradioApp, source: Source, lease: HTTPConnectionLease,
        words: [String] = []
    ) {
        shared = Shared(id: id, endpoint: endpoint, app: app, source: source, lease: lease, words: words)
    }

    /// Starts taking the messages.
    /// - Returns: An iterator. Only the first one of a job can be used.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

    /// Waits for the result, however long that takes: set an end with `Deadline.run(_:)`.
    /// - Returns: One value for each output.
    /// - Throws: As iterating.
    public func output() async throws -> [JSONValue] {
        for try await message in self {
            if case .completed(let values) = message { return values }
        }
        throw lost("The stream ended early")
    }

    /// Tells the server to stop.
    ///
    /// A waiting job is taken out of the queue, a generator stops after its present step. A plain function goes on until
    /// it is done: no version of Gradio can stop it. Leave the loop over the job first: up to Gradio 5 only its closed
    /// stream takes a waiting job out of the queue, and before 4.31 there is nothing else. For that reason a waiting job of
    /// a shared ``GradioSession`` goes on there.
    /// - Throws: `GenerationError`, `CancellationError`.
    public func cancel() async throws {
        let session: String
        switch source {
        // In the simple flow the job's own name stands for its session.
        case .call: session = id
        case .queue(let name): session = name
        case .shared(_, let shared): session = shared.id
        case .answered: return
        }
        // A stream that was never opened cannot be closed, and a waiting job would be worked on all the same.
        if claim(for: .cancelled), let request = try? streamRequest() { try? await app.open(request).cancel() }
        guard app.version >= .cancel else { return }
        let body: JSONValue = [
            "session_hash": .string(session), "fn_index": .integer(endpoint.id), "event_id": .string(id),
        ]
        let request = try app.request(["cancel"], method: "POST", json: body)
        let (response, data) = try await app.data(for: request)
        guard response.status < 400 else {
            throw GenerationError(refusal: response, data, wasAccepted: true).hiding(app.sent(with: request))
        }
    }

    /// Whether the caller is the first who wants the stream.
    private func claim(for purpose: Use) -> Bool {
        use.withLock { use in
            guard use == .unused else { return false }
            use = purpose
            return true
        }
    }

    private func open() async throws -> GradioJobReader {
        if let reader = try readerOfWhatIsHere() { return reader }
        guard let request = try streamRequest() else { throw lost("There is no stream") }
        return try reader(of: await app.open(request))
    }

    /// The reader where the job needs no stream of its own.
    private func readerOfWhatIsHere() throws -> GradioJobReader? {
        guard claim(for: .read) else {
            if use.withLock({ $0 == .cancelled }) {
                throw GenerationError(.cancelled, "The job was cancelled before anybody read its messages.")
            }
            throw GenerationError(
                .invalidRequest, "A job's messages can be read once; its stream cannot be opened again.")
        }
        switch source {
        case .answered(let values): return GradioJobReader(answer: values)
        case .shared(let mail, _):
            return GradioJobReader(mail, queue: GradioQueueDecoder(id: id, sendsPatches: app.sendsPatches))
        case .call, .queue: return nil
        }
    }

    private func reader(of stream: HTTPBody) -> GradioJobReader {
        if case .call = source { return GradioJobReader(stream) }
        return GradioJobReader(stream, queue: GradioQueueDecoder(id: id, sendsPatches: app.sendsPatches))
    }

    /// What the stream that the job has to itself is asked for with; `nil` where it has none.
    private func streamRequest() throws -> HTTPRequest? {
        switch source {
        case .call: try app.streamRequest(of: self)
        case .queue(let session): try app.streamRequest(of: session, job: id, lease: lease)
        case .shared, .answered: nil
        }
    }

    func lost(_ what: String) -> GenerationError {
        GenerationError(
            .connectionLost, "\(what): the job was accepted and its result is lost. It was not submitted again.",
            wasAccepted: true)
    }

    /// After acceptance every broken connection means the same: the result is lost.
    fileprivate func describe(_ error: any Error, isAtWork: Bool) -> any Error {
        if error is CancellationError { return error }
        var described = GenerationError(wrapping: error)
        if let error = error as? TransportError ?? described.underlying as? TransportError,
            [.connectionLost, .connectionFailed, .tlsFailed, .invalidResponse].contains(error.code)
        {
            described = lost("The connection broke")
            described.underlying = error
        }
        // The queue took the job, but the Hub gave it no GPU: for whoever may try again it was refused.
        let isRefused = (error as? GenerationError)?.isLackOfGPU == true && !isAtWork
        described.wasAccepted = !isRefused
        described.origin = described.origin ?? HTTPOrigin(app.url)
        return described.hiding(app.headers(for: app.url)).hiding(words)
    }

    /// Bars without the words of the call and the credentials that the app was sent.
    fileprivate func hiding(_ bars: [GradioProgress]) -> [GradioProgress] {
        let secrets = secretHiding
        return bars.map { bar in
            var bar = bar
            bar.text = bar.text.map { secrets.hidden(in: words.hidden(in: $0)) }
            bar.unit = bar.unit.map { secrets.hidden(in: words.hidden(in: $0)) }
            return bar
        }
    }

    fileprivate func hiding(_ line: GradioLog) -> GradioLog {
        var line = line
        line.text = secretHiding.hidden(in: words.hidden(in: line.text))
        return line
    }

    /// Made once for the same credentials: all forms of a token are many, and messages are as well.
    private var secretHiding: SecretHiding {
        let credentials = app.headers(for: app.url).credentials
        return secrets.withLock { secrets in
            if let secrets, secrets.known == credentials { return secrets.hiding }
            let hiding = SecretHiding(credentials)
            secrets = (credentials, hiding)
            return hiding
        }
    }
}
