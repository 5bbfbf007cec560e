internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

/// Reads the messages of one job, whichever way they come.
struct GradioJobReader {
    /// Where they come from.
    enum Input {
        case events(ServerSentEvents<HTTPBody>.Iterator)
        case answer([JSONValue])
    }

    /// One thing that came.
    private enum Item {
        case event(ServerSentEvent)
        case answer([JSONValue])
    }

    private var input: Input
    /// `nil` for the events of the call flow, which need no memory.
    private var queue: GradioQueueDecoder?

    init(_ input: Input, queue: GradioQueueDecoder? = nil) {
        self.input = input
        self.queue = queue
    }

    /// - Returns: The next message about the job, or `nil` at the end of the stream.
    mutating func next() async throws -> GradioMessage? {
        while let item = try await pull() {
            if let message = try read(item) { return message }
        }
        return nil
    }

    /// - Returns: The next message about the job, or `nil` at the end of the stream.
    @available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
    mutating func next(isolation actor: isolated (any Actor)?) async throws -> GradioMessage? {
        while let item = try await pull(isolation: actor) {
            if let message = try read(item) { return message }
        }
        return nil
    }

    private mutating func read(_ item: Item) throws -> GradioMessage? {
        switch item {
        case .answer(let values): return .completed(values)
        case .event(let event):
            guard queue != nil else { return try GradioCallDecoder().message(for: event) }
            guard let data = try? JSONValue(parsing: Data(event.data.utf8)) else {
                throw GenerationError(.invalidResponse, "The Space sent a message that is not JSON.")
            }
            return try queue?.message(for: data)
        }
    }

    private mutating func pull() async throws -> Item? {
        switch input {
        case .answer(let values): return .answer(values)
        case .events(var events):
            let event = try await events.next()
            input = .events(events)
            return event.map(Item.event)
        }
    }

    @available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
    private mutating func pull(isolation actor: isolated (any Actor)?) async throws -> Item? {
        switch input {
        case .answer(let values): return .answer(values)
        case .events(var events):
            let event = try await events.next(isolation: actor)
            input = .events(events)
            return event.map(Item.event)
        }
    }
}
