import Foundation
import GeneratorTransport
import Testing

/// One case of `Fixtures/sse/whatwg.json`.
struct EventStreamCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Expected: Decodable, Sendable {
        let type: String
        let data: String
        let lastEventID: String
    }

    let name: String
    let bytes: Data
    let events: [Expected]
    let lastEventID: String
    let reconnectionTime: Int64?

    var testDescription: String { name }

    var outcome: EventStreamOutcome {
        EventStreamOutcome(
            events: events.map { ServerSentEvent(type: $0.type, data: $0.data, lastEventID: $0.lastEventID) },
            lastEventID: lastEventID,
            reconnectionTime: reconnectionTime.map { .milliseconds($0) })
    }

    static func all() throws -> [EventStreamCase] {
        struct Fixture: Decodable {
            let cases: [EventStreamCase]
        }
        var root = URL(fileURLWithPath: #filePath)
        for _ in 1...4 { root.deleteLastPathComponent() }
        let file = root.appendingPathComponent("Fixtures/sse/whatwg.json")
        return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file)).cases
    }
}
