internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

/// Reads the messages of one job, whichever way they come. Exactly one of the three is there: an enumeration with
/// iterators in it is more than the optimiser of Swift 6.3 can compile.
///
/// A class, because it is large, and what waits for a message would hold copies of it.
final class GradioJobReader {
    private var events: ServerSentEvents<HTTPBody>.Iterator?
    /// An event that was looked at before its turn.
    private var early: ServerSentEvent?
    /// What a session's stream says about the job.
    private var mail: GradioMailbox.Letters.Iterator?
    /// The direct route's answer, which needs no stream.
    private let answer: [JSONValue]?
    /// `nil` for the events of the call flow, which need no memory.
    private var queue: GradioQueueDecoder?

    /// Reads a job's event stream; without `queue` that of the call flow.
    init(_ stream: HTTPBody, queue: GradioQueueDecoder? = nil) {
        events = stream.serverSentEvents().makeAsyncIterator()
        answer = nil
        self.queue = queue
    }

    /// Reads what a session's stream says about a job.
    init(_ mail: GradioMailbox.Letters, queue: GradioQueueDecoder) {
        self.mail = mail.makeAsyncIterator()
        answer = nil
        self.queue = queue
    }

    /// Has the answer already.
    init(answer: [JSONValue]) {
        self.answer = answer
    }

    /// - Returns: The next message about the job, or `nil` at the end of the stream.
    func next() async throws -> GradioMessage? {
        if let answer { return .completed(answer) }
        if mail != nil { return try await nextLetter() }
        while let event = if let early { early } else { try await events?.next() } {
            if let message = try read(event) { return message }
        }
        return nil
    }

    @inline(never)
    private func nextLetter() async throws -> GradioMessage? {
        while let letter = try await mail?.next() {
            if let message = try queue?.message(for: letter.open()) { return message }
        }
        return nil
    }

    /// - Returns: The next message about the job, or `nil` at the end of the stream.
    @available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
    func next(isolation actor: isolated (any Actor)?) async throws -> GradioMessage? {
        if let answer { return .completed(answer) }
        if mail != nil { return try await nextLetter(isolation: actor) }
        while let event = if let early { early } else { try await events?.next(isolation: actor) } {
            if let message = try read(event) { return message }
        }
        return nil
    }

    @available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
    @inline(never)
    private func nextLetter(isolation actor: isolated (any Actor)?) async throws -> GradioMessage? {
        while let letter = try await mail?.next(isolation: actor) {
            if let message = try queue?.message(for: letter.open()) { return message }
        }
        return nil
    }

    @inline(never)
    private func read(_ event: ServerSentEvent) throws -> GradioMessage? {
        early = nil
        guard let queue else { return try GradioCallDecoder().message(for: event) }
        // A thousand jobs that wait tell each other's places a thousand times: of those that are here only the newest counts.
        var event = event
        while queue.isPlace(event), let next = try events?.nextIfHere() {
            guard queue.isPlace(next) else {
                early = next
                break
            }
            event = next
        }
        return try self.queue?.message(in: event.data)
    }
}
