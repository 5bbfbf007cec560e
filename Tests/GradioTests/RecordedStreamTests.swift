import Foundation
import GeneratorCore
import GeneratorTransport
import GradioRecordings
import TestPace
import Testing

@testable import Gradio

@Suite("Every recorded stream", .paced)
struct RecordedStreamTests {
    /// Byte by byte through parser and decoder, and cut in two at every byte.
    ///
    /// The parser is a value: what it knows at the end of each block is copied and goes on from there with a piece up to
    /// the cut and one that ends two blocks later. The decoders take whole events, so where these are the same the
    /// messages are.
    @Test("says the same however it is cut", arguments: GradioRecording.versions)
    func cuts(_ version: String) throws {
        var count = 0
        for stream in try RecordedStream.all(of: version) {
            let bytes = stream.bytes
            let whole = try RecordedStream.events([bytes])
            var parser = ServerSentEventParser()
            var start = 0, before = 0
            var wrong: [Int] = []
            for cut in bytes.indices {
                if cut > start, cut == Self.endOfBlock(bytes, after: start) {
                    try parser.append(Array(bytes[start..<cut])) { _ in before += 1 }
                    start = cut
                }
                var copy = parser, events: [ServerSentEvent] = []
                let end = Self.endOfBlock(bytes, after: Self.endOfBlock(bytes, after: cut))
                try copy.append(Array(bytes[start..<cut])) { events.append($0) }
                try copy.append(Array(bytes[cut..<end])) { events.append($0) }
                let isRight =
                    whole[before...].starts(with: events) && (end < bytes.count || whole.count == before + events.count)
                if !isRight { wrong.append(cut) }
            }
            #expect(wrong.isEmpty, "\(stream.flow)")
            let single = try RecordedStream.events(bytes.map { [$0] })
            #expect(single == whole, "\(stream.flow)")
            for job in stream.jobs {
                #expect(stream.reading(job, of: single) == stream.reading(job, of: whole), "\(stream.flow)")
            }
            count += 1
        }
        #expect(count > 100)
    }

    /// Just after the next empty line.
    private static func endOfBlock(_ bytes: [UInt8], after start: Int) -> Int {
        var index = start + 1
        while index < bytes.count, !(bytes[index] == 10 && bytes[index - 1] == 10) { index += 1 }
        return min(index + 1, bytes.count)
    }

    @Test("ends as it must", arguments: GradioRecording.versions)
    func ends(_ version: String) throws {
        var seen: [String: [RecordedStream.End]] = [:]
        for stream in try RecordedStream.all(of: version) {
            let events = try RecordedStream.events([stream.bytes])
            for job in stream.jobs { seen[stream.flow, default: []].append(stream.reading(job, of: events).end) }
        }
        var expected = Self.ends
        // Numbers that a slider does not take are errors since 5.39.
        if version == "4.44.1" || version == "5.23.3" {
            expected["call_out_of_range"] = Array(repeating: .completed, count: 5)
            expected["call_bad_args"]?[2] = .completed
        }
        if version == "4.44.1" { expected["call_unprefixed"] = [.completed, .failed(.connectionLost)] }
        // Before that the reason of a failure is not told, and every argument counts.
        if version == "6.31.0" {
            expected["call_quota"] = [.failed(.quotaExceeded), .failed(.generationFailed)]
            expected["call_misc"]?[2] = .completed
        }
        for flow in Set(seen.keys).union(expected.keys) { #expect(seen[flow] == expected[flow], "\(flow)") }
    }

    private static let ends: [String: [RecordedStream.End]] = {
        typealias End = RecordedStream.End
        let completed = End.completed, unfinished = End.unfinished
        let failed = End.failed(.generationFailed), cancelled = End.failed(.cancelled)
        let lost = End.failed(.connectionLost), quota = End.failed(.quotaExceeded)
        return [
            "api_closed": [completed],
            "auth": [completed],
            "call_abandon": [unfinished, lost, lost],
            "call_bad_args": [failed, completed, failed, failed],
            "call_bad_event": [lost],
            "call_bad_name": [lost],
            "call_crash": [failed],
            "call_error": [failed],
            "call_error_noshow": [failed, failed],
            "call_heartbeat": [completed],
            "call_misc": [completed, completed, failed, completed, completed, completed, completed],
            "call_nonascii": [completed, failed],
            "call_none": [completed],
            "call_out_of_range": [failed, completed, failed, failed, failed],
            "call_preview": [completed],
            "call_preview_fail": [failed],
            "call_quota": [failed, failed],
            "call_second_get": [completed, unfinished],
            "call_success": [completed],
            "call_url_length": [completed, completed],
            "cancel_call": [cancelled],
            "cancel_generator": [cancelled],
            "cancel_queued": [cancelled, completed],
            "cancel_running": [cancelled, completed],
            "file_names": [completed],
            "janus_image": [completed, completed, completed],
            "janus_noimage": [failed],
            "janus_understand": [completed, completed],
            "queue_abandon": [unfinished, lost, lost],
            "queue_bad": [failed, completed],
            "queue_crash": [failed, failed, failed],
            "queue_diffs": Array(repeating: completed, count: 20),
            "queue_error": [failed, failed],
            "queue_estimation": [completed, completed, completed, completed],
            "queue_heartbeat": [completed],
            "queue_log": [completed],
            "queue_login": [completed],
            "queue_preview": [completed],
            "queue_preview_fail": [failed],
            "queue_preview_progress": [completed],
            "queue_preview_same": [completed, completed, completed],
            "queue_progress": [completed, completed],
            "queue_quota": [quota, failed, quota],
            "queue_server_dies": [unfinished],
            "queue_server_stopped": [lost],
            "queue_success": [completed],
            "queue_two_jobs_one_stream": [completed, completed],
            "queue_unknown_session": [lost],
            "queue_zerogpu": [failed, .failed(.serviceUnavailable)],
            "server_dies": [unfinished],
            "server_stopped": [lost],
            "state": [completed, completed, completed, failed, completed],
        ]
    }()

    @Test("ends with the values that the server says it ends with", arguments: GradioRecording.versions)
    func lastValues(_ version: String) throws {
        var count = 0
        for stream in try RecordedStream.all(of: version) {
            let events = try RecordedStream.events([stream.bytes])
            for job in stream.jobs {
                let reading = stream.reading(job, of: events)
                guard case .completed(let values) = reading.messages.last else { continue }
                let said = events.filter { event in
                    guard stream.isQueue else { return event.type == "complete" }
                    let message = RecordedStream.message(event)
                    return message["event_id"]?.string == job && message["msg"] == "process_completed"
                }
                .map { event in
                    let message = RecordedStream.message(event)
                    return stream.isQueue ? message["output"]?["data"] : message
                }
                #expect(said == [.array(values)], "\(stream.flow)")
                count += 1
            }
        }
        #expect(count > 60)
    }

    /// The queue sends changes, `/call` sends every value whole: after each change the client must hold that value.
    @Test("of changes holds whole values after every change", arguments: GradioRecording.versions)
    func changes(_ version: String) throws {
        let recording = try GradioRecording("queue_diffs", version)
        #expect(recording.queueStreams.count == 10)
        #expect(recording.streams.count == recording.queueStreams.count)
        var changes = 0
        for (changing, whole) in zip(recording.queueStreams, recording.streams) {
            let patched = try Self.values(changing, "queue_diffs")
            let sent = try Self.values(whole, "queue_diffs")
            #expect(patched == sent, "\(changing.target)")
            #expect(patched.count > 2)
            changes += patched.count - 2
        }
        #expect(changes > 20)
        // The test above is worth something only where changes were sent.
        #expect(recording.queueStreams.contains { $0.body.contains("[\"append\",") })
        #expect(recording.queueStreams.contains { $0.body.contains("[\"delete\",") })
        #expect(recording.queueStreams.contains { $0.body.contains("[\"add\",") })
        #expect(recording.queueStreams.contains { $0.body.contains("[\"replace\",") })
    }

    /// What a generator yielded, and its result. The two routes write the `url` of a file differently up to 5.22.
    private static func values(_ exchange: GradioRecording.Exchange, _ flow: String) throws -> [JSONValue] {
        let stream = try RecordedStream(exchange, flow: flow)
        let events = try RecordedStream.events([stream.bytes])
        return stream.reading(try #require(stream.jobs.first), of: events).messages.compactMap {
            switch $0 {
            case .generating(let values), .completed(let values): .array(values.map(\.withoutURL))
            default: nil
            }
        }
    }
}

extension JSONValue {
    fileprivate var withoutURL: JSONValue {
        switch self {
        case .array(let elements): .array(elements.map(\.withoutURL))
        case .object(let members): .object(members.filter { $0.key != "url" }.mapValues(\.withoutURL))
        default: self
        }
    }
}
