internal import Foundation
public import GeneratorCore
internal import GeneratorTransport

/// A session with a Gradio app, for apps that remember something between calls (`gr.State`).
///
/// The server keeps the state under the session's name, and drops it some time after the session was last used. All jobs
/// of a session share one event stream; they may run at the same time. What breaks the stream ends all of them, and
/// a job of which 10,000 messages or 64 MiB wait unread ends with `responseTooLarge`.
///
/// ```swift
/// let session = app.session()
/// let first = try await session.submit("/chat", [nil, "Hello"]).output()
/// let second = try await session.submit("/chat", [nil, "What did I say?"]).output()
/// ```
public final class GradioSession: Sendable {
    fileprivate struct State {
        var mailboxes: [String: GradioMailbox] = [:]
        /// How many submissions wait for their answer; what the stream says meanwhile may be about their jobs.
        var joining = 0
        var early: [JSONValue] = []
        var earlySize = 0
        /// Whether more was said meanwhile than is kept.
        var isEarlyLost = false
        var reader: Task<Void, Never>?
        /// How many readers were begun. One that was cancelled may still be at work beside its successor, whose jobs are
        /// none of its business.
        var readers = 0
        /// The connection of the latest submission, for the next stream.
        var lease: HTTPConnectionLease?
    }

    /// The session's name (`session_hash`). Keep it to go on with the conversation later.
    public let id: String
    private let app: GradioApp
    private let state = Locked(State())

    init(app: GradioApp, id: String) {
        self.app = app
        self.id = id
    }

    deinit { state.withLock { $0.reader }?.cancel() }

    /// Submits a job of this session. (`POST /queue/join`)
    /// - Parameters:
    ///   - endpoint: The endpoint's name, with or without the slash.
    ///   - arguments: The arguments in order; state may be left out.
    ///   - headers: Sent with the submission only.
    /// - Returns: The accepted job.
    /// - Throws: As ``GradioApp/submit(_:_:route:headers:)``.
    public func submit(
        _ endpoint: String, _ arguments: [JSONValue], headers: HTTPHeaders = [:]
    ) async throws -> GradioJob {
        try await submit(app.endpoint(endpoint), arguments, headers: headers)
    }

    /// Submits a job of this session. (`POST /queue/join`)
    /// - Parameters:
    ///   - endpoint: The endpoint.
    ///   - arguments: The arguments in order; state may be left out.
    ///   - headers: Sent with the submission only.
    /// - Returns: The accepted job.
    /// - Throws: As ``GradioApp/submit(_:_:route:headers:)``.
    public func submit(
        _ endpoint: GradioEndpoint, _ arguments: [JSONValue], headers: HTTPHeaders = [:]
    ) async throws -> GradioJob {
        let values = try endpoint.arguments(arguments)
        try app.requireQueue(for: endpoint)
        let lease = HTTPConnectionLease()
        state.withLock { $0.joining += 1 }
        let job: String
        do {
            job = try await app.join(endpoint, values, session: id, headers: headers, lease: lease)
        } catch {
            state.withLock { $0.endJoining() }
            throw (error as? GenerationError)?.hiding(PromptHiding(endpoint.words(among: values))) ?? error
        }
        let (mail, mailbox) = GradioMailbox.make { [weak self] in self?.abandon(job) }
        state.withLock { state in
            state.mailboxes[job] = mailbox
            // In the same step: what the stream says from now on comes behind.
            for message in state.early where message["event_id"]?.string == job { state.deliver(message) }
            if state.isEarlyLost { state.overflow(job) }
            state.endJoining()
            state.lease = lease
            guard state.reader == nil else { return }
            state.readers += 1
            let number = state.readers
            state.reader = Task { [weak self, app, id] in
                await Self.read(app, session: id, as: number) { [weak self] in self }
            }
        }
        return GradioJob(
            id: job, endpoint: endpoint, app: app, source: .shared(mail, self), lease: lease,
            words: endpoint.words(among: values))
    }

    /// With nobody left to listen the stream is closed, which tells the server.
    private func abandon(_ job: String) {
        let reader = state.withLock { state -> Task<Void, Never>? in
            guard state.mailboxes.removeValue(forKey: job) != nil, state.mailboxes.isEmpty else { return nil }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.cancel()
    }

    /// Reads the session's stream. Another one is opened only for jobs that came after the server had closed it.
    private static func read(
        _ app: GradioApp, session: String, as number: Int, _ owner: @Sendable () -> GradioSession?
    ) async {
        while let (known, lease) = owner()?.waitingOrDone(number) {
            var failure: any Error = GenerationError(gradioJobLost: "the stream ended early")
            var isBroken = false
            do {
                let stream = try await app.open(app.streamRequest(of: session, lease: lease))
                reading: for try await event in stream.serverSentEvents() {
                    guard let message = try JSONValue.ifValid(event.data) else {
                        throw GenerationError(.invalidResponse, "The Space sent a message that is not JSON.")
                    }
                    switch message["msg"]?.string {
                    case "close_stream": break reading
                    // About the whole stream; some servers repeat it for ever.
                    case "unexpected_error": throw GenerationError(gradioJobLost: message["message"]?.string ?? "")
                    default: owner()?.deliver(message, from: number)
                    }
                }
            } catch {
                failure = error
                isBroken = true
            }
            // A job that was there when the stream was opened, and is not done now, has lost its result.
            owner()?.lose(isBroken ? nil : known, failure, from: number)
        }
    }

    /// The jobs that wait for messages; `nil` ends the reader, in the same step in which that is found out.
    private func waitingOrDone(_ number: Int) -> (jobs: Set<String>, lease: HTTPConnectionLease)? {
        state.withLock { state in
            guard state.readers == number else { return nil }
            guard !state.mailboxes.isEmpty, let lease = state.lease else {
                state.reader = nil
                return nil
            }
            return (Set(state.mailboxes.keys), lease)
        }
    }

    /// Ends the jobs of these names, or all of them, with an error.
    private func lose(_ jobs: Set<String>?, _ error: any Error, from number: Int) {
        let lost = state.withLock { state in
            guard state.readers == number else { return [GradioMailbox]() }
            let lost = state.mailboxes.filter { jobs?.contains($0.key) ?? true }
            for job in lost.keys { state.mailboxes[job] = nil }
            return Array(lost.values)
        }
        for mailbox in lost { mailbox.finish(error) }
    }

    private func deliver(_ message: JSONValue, from number: Int) {
        state.withLock { if $0.readers == number { $0.deliver(message) } }
    }
}

extension GradioSession.State {
    /// Puts a message into the mailboxes that it concerns.
    fileprivate mutating func deliver(_ message: JSONValue) {
        let size = message.extent.size
        guard let job = message["event_id"]?.string else {
            for (job, mailbox) in mailboxes where !mailbox.put(message, size) { overflow(job) }
            return
        }
        guard let mailbox = mailboxes[job] else {
            guard joining > 0 else { return }
            earlySize += size
            if early.count < GradioMailbox.countLimit, earlySize <= GradioMailbox.sizeLimit {
                early.append(message)
            } else {
                isEarlyLost = true
            }
            return
        }
        if !mailbox.put(message, size) {
            overflow(job)
        } else if message["msg"]?.string == "process_completed" {
            // The stream goes on until the server closes it: closing it now could take the session's next job with it.
            mailboxes[job] = nil
            mailbox.finish()
        }
    }

    /// Ends a job of which messages were lost: the result may have been among them.
    fileprivate mutating func overflow(_ job: String) {
        mailboxes.removeValue(forKey: job)?.finish(
            GenerationError(.responseTooLarge, "The job's messages were not read for too long."))
    }

    fileprivate mutating func endJoining() {
        joining -= 1
        guard joining == 0 else { return }
        early = []
        earlySize = 0
        isEarlyLost = false
    }
}
