import Foundation
import GeneratorCore
import GeneratorTransport
import GradioRecordings
import TestPace
import Testing

@testable import Gradio

@Suite("Messages of the queue", .paced)
struct GradioQueueDecoderTests {
    /// The streams of `/queue/data` in a recording, each as the JSON of its messages.
    private static func streams(_ flow: String, _ version: String) throws -> [[JSONValue]] {
        try GradioRecording(flow, version).queueStreams.map { exchange in
            var parser = ServerSentEventParser()
            var messages: [JSONValue] = []
            try parser.append(Array(exchange.body.utf8)) { event in
                if let message = try? JSONValue(parsing: Data(event.data.utf8)) { messages.append(message) }
            }
            return messages
        }
    }

    /// What a reader of the first job of a stream sees, up to its end.
    private static func read(_ messages: [JSONValue]) -> (messages: [GradioMessage], error: GenerationError?) {
        let id = messages.lazy.compactMap { $0["event_id"]?.string }.first ?? ""
        var decoder = GradioQueueDecoder(id: id, sendsPatches: true)
        var seen: [GradioMessage] = []
        for message in messages {
            do {
                guard let message = try decoder.message(for: message) else { continue }
                seen.append(message)
                if case .completed = message { return (seen, nil) }
            } catch {
                return (seen, error as? GenerationError)
            }
        }
        return (seen, nil)
    }

    private static func only(
        _ flow: String, _ version: String
    ) throws -> (messages: [GradioMessage], error: GenerationError?) {
        read(try #require(try streams(flow, version).first))
    }

    /// What a text says to a decoder, read as most are read, and as a whole value.
    private static func readings(_ text: String, id: String) -> (quick: String, whole: String) {
        var quick = GradioQueueDecoder(id: id, sendsPatches: true), whole = quick
        let value = try? JSONValue(parsing: Data(text.utf8))
        func words(_ read: () throws -> GradioMessage?) -> String {
            do { return try read().map { "\($0)" } ?? "another's" } catch { return "\(error)" }
        }
        return (
            words { try quick.message(in: text) },
            value.map { value in words { try whole.message(for: value) } }
                ?? words { throw GenerationError(.invalidResponse, "The Space sent a message that is not JSON.") }
        )
    }

    @Test("a message is the same whether it is read at once or as a whole value", arguments: GradioRecording.versions)
    func frequentMessages(_ version: String) throws {
        for flow in ["queue_success", "queue_diffs", "queue_failure"] {
            guard let streams = try? Self.streams(flow, version) else { continue }
            for message in streams.joined() {
                let text = message.description
                for id in [message["event_id"]?.string ?? "", "another"] {
                    let (quick, whole) = Self.readings(text, id: id)
                    #expect(quick == whole)
                }
            }
        }
    }

    @Test(
        "what is written in an unusual way is the same message",
        arguments: [
            #"{"msg":"progress","event_id":"a","progress_data":[{"index":3,"length":9,"unit":"steps","progress":null,"desc":"D"}]}"#,
            #"{"msg":"progress","event_id":"a","progress_data":[{"index":1e0,"length":-4,"unit":7,"progress":2.5,"desc":"\u0041\n"},{}]}"#,
            #" { "msg" : "estimation" , "event_id" : "a" , "rank" : 2 , "queue_size" : 3.0 , "rank_eta" : 1.25 } "#,
            #"{"msg":"estimation","event_id":"a","rank":true,"queue_size":"3","rank_eta":NaN,"rank":99999999999999999999}"#,
            #"{"msg":"process_starts","event_id":null,"eta":-0.5}"#,
            #"{"msg":"process_starts","event_id":5,"eta":1e400}"#,
            #"{"msg":"progress","\u0065vent_id":"b","progress_data":null}"#,
            #"{"event_id":"\u0061","progress_data":[{"index":1,"index":"x","désc":"é","desc":"é 🔥"}],"msg":"progress","time":[1]}"#,
            #"{"msg":"heartbeat","msg":"progress","event_id":"b","event_id":"a"}"#,
            #"{"msg":"progress","event_id":"\u0061","progress_data":[{"index":2}]}"#,
            #"{"msg":"close_stream","event_id":null}"#,
        ])
    func unusualMessages(_ text: String) throws {
        let bytes = Array(text.utf8)
        var texts = [text]
        for index in bytes.indices {
            texts.append(String(decoding: bytes[..<index], as: UTF8.self))
            texts.append(String(decoding: bytes[..<index] + bytes[(index + 1)...], as: UTF8.self))
            for byte in #"{}[]",:\ a0-.e"#.utf8 {
                texts.append(String(decoding: bytes[..<index] + [byte] + bytes[(index + 1)...], as: UTF8.self))
                texts.append(String(decoding: bytes[..<index] + [byte] + bytes[index...], as: UTF8.self))
            }
        }
        for text in texts {
            let (quick, whole) = Self.readings(text, id: "a")
            #expect(quick == whole, "\(text)")
        }
    }

    @Test("place, start and result come in order", arguments: GradioRecording.versions)
    func success(_ version: String) throws {
        let seen = try Self.only("queue_success", version).messages
        guard case .queued(let place) = seen.first, case .started = seen.dropFirst().first,
            case .completed(let values) = seen.last
        else {
            Issue.record("\(seen)")
            return
        }
        #expect(place.position == 0 && place.size == 1)
        #expect(values.first.flatMap(GradioFile.init) != nil)
    }

    @Test("changes add up to what the result says", arguments: GradioRecording.versions)
    func patches(_ version: String) throws {
        let streams = try Self.streams("queue_diffs", version)
        #expect(streams.count >= 3)
        for stream in streams {
            let (seen, error) = Self.read(stream)
            #expect(error == nil)
            let generated = seen.compactMap { if case .generating(let values) = $0 { values } else { nil } }
            guard case .completed(let values) = seen.last else {
                Issue.record("\(seen)")
                continue
            }
            #expect(generated.count > 1)
            // The last yielded value is the result, so a single misapplied change would show.
            #expect(generated.last == values)
        }
    }

    @Test("every preview is a whole picture", arguments: GradioRecording.versions)
    func previews(_ version: String) throws {
        let seen = try Self.only("queue_preview", version).messages
        let previews = seen.compactMap {
            if case .generating(let values) = $0 { values.first.flatMap(GradioFile.init) } else { nil }
        }
        #expect(previews.count == 4 && previews.allSatisfy { $0.path?.hasSuffix(".webp") == true })
        #expect(Set(previews.map(\.path)).count == 4)
        let same = try Self.only("queue_preview_same", version).messages
        #expect(same.filter { if case .generating = $0 { true } else { false } }.count >= 2)
    }

    @Test("progress and log lines keep their words", arguments: GradioRecording.versions)
    func progress(_ version: String) throws {
        let bars = try Self.only("queue_progress", version).messages.compactMap { message -> [GradioProgress]? in
            if case .progress(let bars) = message { bars } else { nil }
        }
        #expect(bars.contains { $0.first?.length == 5 && $0.first?.unit == "steps" })
        let lines = try Self.only("queue_log", version).messages.compactMap { message -> GradioLog? in
            if case .log(let line) = message { line } else { nil }
        }
        #expect(lines.map(\.level).starts(with: ["info", "warning"]))
        #expect(lines.first?.text == "Waiting for a GPU to become available")
    }

    @Test("an error comes with the app's words", arguments: GradioRecording.versions)
    func failures(_ version: String) throws {
        let error = try #require(try Self.only("queue_error", version).error)
        #expect(error.code == .generationFailed && error.message.contains("not allowed"))
        #expect(!error.message.contains("'"))
        #expect(try Self.only("queue_crash", version).error?.code == .generationFailed)
        #expect(try Self.only("queue_preview_fail", version).error?.code == .generationFailed)
        let quota = try #require(try Self.only("queue_quota", version).error)
        #expect(quota.code == .quotaExceeded)
    }

    @Test(
        "a cancelled job is not a success", arguments: GradioRecording.versions, ["cancel_running", "cancel_generator"])
    func cancelled(_ version: String, _ flow: String) throws {
        #expect(try Self.only(flow, version).error?.code == .cancelled)
    }

    @Test("a job does not hear of another", arguments: GradioRecording.versions)
    func twoJobs(_ version: String) throws {
        let stream = try #require(try Self.streams("queue_two_jobs_one_stream", version).first)
        let ids = Set(stream.compactMap { $0["event_id"]?.string })
        #expect(ids.count == 2)
        for id in ids {
            var decoder = GradioQueueDecoder(id: id, sendsPatches: true)
            let seen = try stream.filter { $0["msg"] != "close_stream" }.compactMap { try decoder.message(for: $0) }
            #expect(seen.filter { if case .completed = $0 { true } else { false } }.count == 1)
        }
    }

    @Test("what concerns the whole stream ends the job")
    func lost() throws {
        var decoder = GradioQueueDecoder(id: "a", sendsPatches: true)
        for message in [
            ["msg": "unexpected_error", "event_id": nil, "message": "404: Session not found."], ["msg": "close_stream"],
            ["msg": "unexpected_error", "message": ""],
        ] as [JSONValue] {
            let error = #expect(throws: GenerationError.self) { try decoder.message(for: message) }
            #expect(error?.code == .connectionLost)
        }
    }

    @Test("a change that does not fit costs previews until the next whole one, and one warning")
    func misfit() throws {
        var decoder = GradioQueueDecoder(id: "a", sendsPatches: true)
        func generated(_ data: JSONValue) throws -> GradioMessage? {
            try decoder.message(
                for: ["msg": "process_generating", "event_id": "a", "success": true, "output": ["data": data]])
        }
        let change: JSONValue = [[["append", [], "b"]], []]
        #expect(try generated(["a", 1]) == .generating(["a", 1]))
        #expect(try generated(change) == .generating(["ab", 1]))
        guard case .log(let line) = try generated([[["append", ["x"], "b"]], []]) else {
            Issue.record("There is no warning.")
            return
        }
        #expect(line.level == "warning" && line.text.contains("does not fit"))
        #expect(try generated(change) == nil)
        #expect(try generated([]) == nil)
        #expect(try generated([[["replace", [], "c"]], []]) == nil)
        #expect(try generated([[["replace", [], "c"]], [["replace", [], 2]]]) == .generating(["c", 2]))
        #expect(try generated(change) == .generating(["cb", 2]))
        #expect(try generated([5]) == nil)
        #expect(
            try decoder.message(
                for: ["msg": "process_completed", "event_id": "a", "success": true, "output": ["data": ["end", 3]]])
                == .completed(["end", 3]))
    }

    @Test("unknown kinds are kept, odd values survive")
    func unknown() throws {
        var decoder = GradioQueueDecoder(id: "a", sendsPatches: true)
        #expect(
            try decoder.message(for: ["msg": "party", "event_id": "a"])
                == .unknown("party", ["msg": "party", "event_id": "a"]))
        #expect(try decoder.message(for: ["msg": "heartbeat", "event_id": nil]) == .heartbeat)
        #expect(try decoder.message(for: ["msg": "progress", "event_id": "a", "progress_data": []]) == .progress([]))
        #expect(try decoder.message(for: ["msg": "estimation", "event_id": "a"]) == .queued(QueuePlace()))
        #expect(
            try decoder.message(for: ["msg": "process_starts", "event_id": "a", "eta": -1]) == .started(estimate: nil))
        #expect(try decoder.message(for: 5) == .unknown("", 5))
    }
}
