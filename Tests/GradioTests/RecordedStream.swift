import Foundation
import GeneratorCore
import GeneratorTransport
import GradioRecordings

@testable import Gradio

/// A recorded event stream and what its readers must hear.
struct RecordedStream {
    /// How a job ends for its reader.
    enum End: Equatable {
        case completed
        case failed(GenerationError.Code)
        /// The stream was left or cut before the job ended.
        case unfinished
    }

    struct Reading: Equatable {
        var messages: [GradioMessage] = []
        var end = End.unfinished
    }

    let flow: String
    let isQueue: Bool
    let bytes: [UInt8]
    /// The jobs that the stream tells about, in the order in which it does. A stream of `/call` has one, without a name.
    let jobs: [String]

    init(_ exchange: GradioRecording.Exchange, flow: String) throws {
        self.flow = flow
        isQueue = exchange.isQueueStream
        bytes = Array(exchange.body.utf8)
        guard isQueue else {
            jobs = [""]
            return
        }
        var jobs: [String] = []
        for event in try Self.events([bytes]) {
            guard let id = Self.message(event)["event_id"]?.string, !jobs.contains(id) else { continue }
            jobs.append(id)
        }
        // What concerns the whole stream is heard by any reader.
        self.jobs = jobs.isEmpty ? ["nobody"] : jobs
    }

    /// Every stream of a release, of both routes.
    static func all(of version: String) throws -> [RecordedStream] {
        try GradioRecording.all(of: version).flatMap { recording in
            try recording.exchanges.filter { $0.isStream || $0.isQueueStream }
                .map { try RecordedStream($0, flow: recording.flow) }
        }
    }

    static func events(_ pieces: [[UInt8]]) throws -> [ServerSentEvent] {
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        for piece in pieces { try parser.append(piece) { events.append($0) } }
        return events
    }

    static func message(_ event: ServerSentEvent) -> JSONValue {
        (try? JSONValue(parsing: Data(event.data.utf8))) ?? .null
    }

    /// What the reader of one job hears of these events, up to its end.
    func reading(_ job: String, of events: [ServerSentEvent]) -> Reading {
        var queue = GradioQueueDecoder(id: job, sendsPatches: true)
        var reading = Reading()
        for event in events {
            do {
                let message: GradioMessage? =
                    isQueue ? try queue.message(for: Self.message(event)) : try GradioCallDecoder().message(for: event)
                guard let message else { continue }
                reading.messages.append(message)
                if case .completed = message {
                    reading.end = .completed
                    return reading
                }
            } catch {
                reading.end = .failed((error as? GenerationError)?.code ?? .init(rawValue: "\(error)"))
                return reading
            }
        }
        return reading
    }
}
