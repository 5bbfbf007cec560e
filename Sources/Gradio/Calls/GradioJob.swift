internal import Foundation

/// A job that a Gradio app has accepted.
///
/// Iterating opens the job's event stream, once: Gradio forgets a job whose stream was closed, and answers a second
/// request with heartbeats for ever. A stream that breaks cannot be resumed on any version of Gradio.
public struct GradioJob: AsyncSequence, Sendable {
    /// What the app says about the job.
    public typealias Element = GradioMessage

    /// Takes the messages.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let job: GradioJob
        private var events: ServerSentEvents<HTTPBody>.AsyncIterator?
        private var isOver = false
        private let decoder = GradioCallDecoder()

        fileprivate init(_ job: GradioJob) { self.job = job }

        /// Waits for the next message.
        /// - Returns: The message; `nil` after ``GradioMessage/completed(_:)``.
        /// - Throws: `GenerationError`: `generationFailed` with the app's words where it says any, `connectionLost` where
        ///   the stream ends early, `cancelled`, `timedOut`; `CancellationError`.
        public mutating func next() async throws -> GradioMessage? {
            try await next(isolation: nil)
        }

        /// Waits for the next message without leaving the caller's actor where it is already there.
        /// - Parameter actor: The caller's actor.
        /// - Returns: The message; `nil` after ``GradioMessage/completed(_:)``.
        /// - Throws: As ``next()``.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> GradioMessage? {
            if isOver { return nil }
            do {
                if events == nil { events = try await job.open().serverSentEvents().makeAsyncIterator() }
                guard let event = try await events?.next(isolation: actor) else {
                    throw job.lost("The stream ended early")
                }
                let message = try decoder.message(for: event)
                if case .completed = message { end() }
                return message
            } catch {
                end()
                throw job.describe(error)
            }
        }

        private mutating func end() {
            isOver = true
            // Dropping the iterator closes the stream: some servers repeat their last error for ever.
            events = nil
        }
    }

    /// The server's name for the job.
    public let id: String
    /// The endpoint that was called.
    public let endpoint: GradioEndpoint
    let app: GradioApp
    let lease: HTTPConnectionLease
    private let isOpened = Locked(false)

    init(id: String, endpoint: GradioEndpoint, app: GradioApp, lease: HTTPConnectionLease) {
        self.id = id
        self.endpoint = endpoint
        self.app = app
        self.lease = lease
    }

    /// Starts taking the messages.
    /// - Returns: An iterator. Only the first one of a job can be used.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

    /// Waits for the result.
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
    /// it is done: no version of Gradio can stop it. Before Gradio 4.31 there is no such route, and closing the stream
    /// has to do.
    /// - Throws: `GenerationError`, `TransportError`.
    public func cancel() async throws {
        guard app.version >= .cancel else { return }
        // In the simple flow the job's own name stands for its session.
        let body: JSONValue = ["session_hash": .string(id), "fn_index": .integer(endpoint.id), "event_id": .string(id)]
        let request = try app.request("cancel", method: "POST", json: body)
        let (response, data) = try await app.http.data(for: request)
        guard response.status < 400 else { throw GenerationError(refusal: response, data, wasAccepted: true) }
    }

    private func open() async throws -> HTTPBody {
        let isFirst = isOpened.withLock { isOpened in
            defer { isOpened = true }
            return !isOpened
        }
        guard isFirst else {
            throw GenerationError(
                .invalidRequest, "A job's messages can be read once; its stream cannot be opened again.")
        }
        var request = try app.request("call", endpoint.path ?? "", id)
        request.headers["Accept"] = "text/event-stream"
        request.intent = .follow(lease)
        let response = try await app.http.send(request)
        guard response.status == 200, response.mediaType == "text/event-stream" else {
            let body = (try? await response.body.collect(upTo: 64 << 10)) ?? Data()
            throw lost(
                "The Space answered \(response.status) (\(ServiceText(body: body).message)) in place of its events")
        }
        return response.body
    }

    fileprivate func lost(_ what: String) -> GenerationError {
        GenerationError(
            .connectionLost, "\(what): the job was accepted and its result is lost. It was not submitted again.",
            wasAccepted: true)
    }

    /// After acceptance every broken connection means the same: the result is lost.
    fileprivate func describe(_ error: any Error) -> any Error {
        if error is CancellationError { return error }
        var described = GenerationError(wrapping: error)
        if let error = error as? TransportError,
            [.connectionLost, .connectionFailed, .tlsFailed, .invalidResponse].contains(error.code)
        {
            described = lost("The connection broke")
            described.underlying = error
        }
        described.wasAccepted = true
        return described
    }
}
