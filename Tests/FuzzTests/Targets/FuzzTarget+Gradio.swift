import Foundation
import GeneratorCore
import GradioRecordings

@testable import GeneratorTransport
@testable import Gradio

extension FuzzTarget {
    static let gradio = [queue, call, patch, config, output]

    static let queue = FuzzTarget(
        "queue", seeds: { try recordings { $0.queueStreams.map(\.body) } },
        words: gradioWords + [
            "\"msg\":\"", "\"event_id\":", "process_generating", "process_completed", "progress_data",
        ]
    ) { bytes in
        for sendsPatches in [true, false] {
            var parser = ServerSentEventParser()
            var events: [ServerSentEvent] = []
            try parser.append(bytes) { events.append($0) }
            let values = events.map { try? JSONValue(parsing: Data($0.data.utf8)) }
            let id = values.lazy.compactMap { $0?["event_id"]?.string }.first ?? ""
            var decoder = GradioQueueDecoder(id: id, sendsPatches: sendsPatches)
            for (event, value) in zip(events, values) {
                var other = decoder
                let expected = Result { try value.flatMap { try other.message(for: $0) } }
                do {
                    let message = try decoder.message(in: event.data)
                    if let message { try demandSane(message) }
                    try demand(message == (try? expected.get()), "the text of \(event.data) is another message")
                } catch let finding as FuzzFinding {
                    throw finding
                } catch {
                    try demand(error is GenerationError, "\(error) is no GenerationError")
                    break
                }
            }
        }
    }

    static let call = FuzzTarget(
        "call", seeds: { try recordings { $0.streams.map(\.body) } },
        words: gradioWords + ["event: complete", "event: error", "event: generating", "data: "]
    ) { bytes in
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        try parser.append(bytes) { events.append($0) }
        for event in events {
            do {
                try demandSane(try GradioCallDecoder().message(for: event))
            } catch let finding as FuzzFinding {
                throw finding
            } catch {
                let failure = error as? GenerationError
                try demand(failure != nil, "\(error) is no GenerationError")
                let isClean = failure?.message.unicodeScalars.allSatisfy { !$0.isUnprintable || $0 == "\n" } ?? true
                try demand(isClean, "\(failure?.message.debugDescription ?? "")")
            }
        }
    }

    static let patch = FuzzTarget(
        "patch",
        seeds: {
            [
                #"[["a",{"b":[1,2]}],[[["append",[],"c"]],[["replace",["b",0],3],["add",["b",2],4],["delete",["b",-1],null]]]]"#,
                #"[[null],[[["replace",[],{"x":[]}],["add",["x",0],{}],["add",["x",0,"y"],[[]]]]],[[["delete",["x"]]]]]"#,
            ]
        },
        words: ["[\"replace\",[", "[\"append\",[", "[\"add\",[", "[\"delete\",[", "]", ",", "-1", "null", "{\"x\":"]
    ) { bytes in
        guard let steps = (try? JSONValue(parsing: Data(bytes)))?.array, let first = steps.first?.array else { return }
        var decoder = GradioQueueDecoder(id: "", sendsPatches: true)
        func message(_ values: [JSONValue]) -> JSONValue {
            ["msg": "process_generating", "success": true, "output": ["data": .array(values)]]
        }
        _ = try? decoder.message(for: message(first))
        for step in steps.dropFirst() {
            do {
                guard case .generating(let values) = try decoder.message(for: message(step.array ?? [])) else {
                    continue
                }
                // Nothing of it may be deeper than what a document may be.
                try demand(values.allSatisfy { $0.depth <= 600 }, "a value is \(values.map(\.depth)) deep")
            } catch {
                try demand(error is GenerationError, "\(error) is no GenerationError")
            }
        }
    }

    static let config = FuzzTarget(
        "config",
        seeds: {
            try GradioRecording.versions.flatMap { version in
                try GradioRecording.all(of: version).flatMap(\.exchanges)
                    .filter { $0.target.contains("config") || $0.target.contains("info") }
                    .prefix(2).map { shortened($0.body) }
            } + [#"{"version":"5.1","dependencies":[{"id":2,"api_name":"a","inputs":[1]}],"components":[{"id":1}]}"#]
        },
        words: gradioWords + [
            "\"dependencies\":[", "\"components\":[", "\"api_prefix\":\"", "\"api_name\":", "\"version\":\"",
        ]
    ) { bytes in
        guard let config = try? GradioConfig(parsing: Data(bytes)) else { return }
        try demand(!config.prefix.contains("..") && !config.prefix.contains("?"), "the prefix is \(config.prefix)")
        try demand(config.prefix.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "the prefix is \(config.prefix)")
        let info = (try? JSONValue(parsing: Data(bytes))) ?? .null
        for endpoint in config.endpoints.adding(info: info) {
            _ = (
                endpoint.label, endpoint.path, endpoint.parameters.map(\.range), endpoint.parameters.map(\.integerRange)
            )
            for arguments in [[], [1], ["text", 1e308, true, nil, []]] as [[JSONValue]] {
                do {
                    _ = try endpoint.arguments(arguments)
                } catch {
                    try demand(error is GenerationError, "\(error) is no GenerationError")
                }
            }
        }
    }

    static let output = FuzzTarget(
        "output",
        seeds: {
            [
                #"{"path":"/tmp/a.png","url":"http://127.0.0.1/file=a","size":7,"meta":{"_type":"gradio.FileData"}}"#,
                #"{"__type__":"update","value":{"image":{"name":"a","data":null}}}"#, #""data:image/png;base64,AAAA""#,
                #"[[{"path":"a"},"caption"],[{"video":{"path":"b"}},null]]"#,
            ]
        },
        words: gradioWords + ["\"__type__\":\"update\"", "\"value\":", "\"image\":", "\"video\":"]
    ) { bytes in
        guard let value = try? JSONValue(parsing: Data(bytes)) else { return }
        if let file = GradioFile(value) {
            let hasPlace = file.path?.isEmpty == false || file.url?.isEmpty == false
            try demand(hasPlace, "a file without a place: \(value)")
            _ = try file.argument.serialized()
        }
        _ = (GradioProgress(value), GradioLog(value))
    }

    private static let gradioWords = ["{\"", "\":", "\"path\":", "\"url\":", "[", "]", "null", "data: ", "\n\n"]

    /// The streams of all recordings, shortened to what a mutation can hit.
    private static func recordings(_ bodies: (GradioRecording) -> [String]) throws -> [String] {
        try GradioRecording.versions.flatMap { version in
            try GradioRecording.all(of: version).flatMap(bodies).map { shortened($0) }
        }
    }

    private static func shortened(_ text: String) -> String {
        String(decoding: text.utf8.prefix(8 << 10), as: UTF8.self)
    }
}

extension JSONValue {
    /// How deep its lists and objects are nested; 0 for all else.
    fileprivate var depth: Int {
        var depth = 0
        var level = [self]
        while true {
            level = level.flatMap { value in (value.array ?? []) + (value.object.map { Array($0.values) } ?? []) }
            guard !level.isEmpty else { return depth }
            depth += 1
        }
    }
}
