internal import Foundation
internal import GeneratorCore
internal import GeneratorTesting

extension Fault {
    /// Streams of events that are none, or never end.
    static let events: [Fault] = [
        stream("events of unknown kinds", []) { [unknown, unknown] + $0 },
        stream("events of other jobs", []) { events in
            events.filter { !$0.contains("close_stream") && $0.contains("event_id") }
                .map { $0.replacing(/"event_id": ?"[^"]*"/, with: "\"event_id\":\"another\"") } + events
        },
        stream("events in the wrong order", lost) { Array($0.reversed()) },
        stream("events without an end", lost) { $0.dropLast(2) },
        stream("no events at all", lost) { _ in [] },
        stream("every event twice", lost) { $0.flatMap { [$0, $0] } },
        stream("events after the end", []) { $0 + [unknown] + $0 },
        stream("events that are no JSON", lost) { $0.map { $0.replacing(/data: ?\{/, with: "data: {{") } },
        stream("fields that nobody knows", []) { ["retry: 7\nid: x\nfoo: bar\n:comment\n\n"] + $0 },
        stream("carriage returns for line ends", []) { $0.map { $0.replacing("\n", with: "\r") } },
        stream("patches that do not fit", lost) { patches("[[\"replace\",[\"9\",\"x\"],1],[\"append\",[0],{}]]") + $0 },
        stream("patches that nest", lost) { events in
            let edits = (0..<2000).map {
                "[\"add\",[\(Array(repeating: "0", count: $0 % 600 + 1).joined(separator: ","))],[0]]"
            }
            return patches("[\(edits.joined(separator: ","))]") + events
        },
        endless("heartbeats") { isCall in
            isCall ? "event: heartbeat\ndata: null\n\n" : "data: {\"msg\":\"heartbeat\"}\n\n"
        },
        endless("log lines") { _ in "data: {\"msg\":\"log\",\"log\":\"still here\",\"level\":\"info\"}\n\n" },
        endless("warnings") { _ in "data: {\"msg\":\"log\",\"log\":\"careful\",\"level\":\"warning\"}\n\n" },
        endless("events of unknown kinds") { _ in unknown },
        endless("comments") { _ in ": nothing\n\n" },
        Fault(.content, "a line without end", in: [.stream], [.responseTooLarge, .connectionLost]) { exchange in
            try await exchange.raw(exchange.head(await exchange.genuine(), framing: []) + "data: ")
            try await exchange.repeatForEver(Data(repeating: UInt8(ascii: "x"), count: 1 << 16))
        }.heavy,
        Fault(.content, "an event without end", in: [.stream], [.responseTooLarge, .connectionLost]) { exchange in
            try await exchange.raw(exchange.head(await exchange.genuine(), framing: []))
            try await exchange.repeatForEver(Data(String(repeating: "data: xxxxxxxx\n", count: 5000).utf8))
        }.heavy,
    ]

    private static let unknown = "event: wonder\ndata: {\"msg\":\"wonder\",\"x\":1}\n\n"
    private static let lost: Set<GenerationError.Code> = [
        .connectionLost, .invalidResponse, .generationFailed, .noImage, .responseTooLarge,
    ]

    private static func stream(
        _ name: String, _ errors: Set<GenerationError.Code>, _ change: @escaping @Sendable ([String]) -> [String]
    ) -> Fault {
        changed(name, .content, in: [.stream], errors) { answer in
            let text = String(decoding: answer.body, as: UTF8.self)
            let events = text.components(separatedBy: "\n\n").filter { !$0.isEmpty }.map { $0 + "\n\n" }
            answer.body = Data(change(events).joined().utf8)
        }
    }

    private static func endless(_ name: String, _ event: @escaping @Sendable (_ isCall: Bool) -> String) -> Fault {
        Fault(.content, "\(name) for ever", in: [.stream], [.timedOut, .responseTooLarge]) { exchange in
            let answer = await exchange.genuine()
            try await exchange.raw(exchange.head(answer, framing: []))
            let event = event(answer.body.starts(with: Data("event:".utf8)))
            try await exchange.repeatForEver(
                every: .milliseconds(20), Data(String(repeating: event, count: 50).utf8))
        }.ending(by: .deadline)
    }

    private static func patches(_ edits: String) -> [String] {
        ["[[\"kept\"]]", edits].map { data in
            "data: {\"msg\":\"process_generating\",\"output\":{\"data\":\(data),\"is_generating\":true},\"success\":true}\n\n"
        }
    }
}
