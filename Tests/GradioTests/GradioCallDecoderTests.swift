import Foundation
import GeneratorCore
import GeneratorTransport
import GradioRecordings
import TestPace
import Testing

@testable import Gradio

@Suite("Events of a job", .paced)
struct GradioCallDecoderTests {
    private func message(_ type: String, _ data: String) throws -> GradioMessage {
        try GradioCallDecoder().message(for: ServerSentEvent(type: type, data: data))
    }

    private func failure(_ data: String) throws -> GenerationError {
        try #require(throws: GenerationError.self) { try message("error", data) }
    }

    @Test("every event of every recording decodes", arguments: GradioRecording.versions)
    func recorded(_ version: String) throws {
        var seen: [String: Int] = [:]
        for recording in try GradioRecording.all(of: version) {
            for stream in recording.streams {
                for chunk in stream.chunks {
                    let lines = chunk.split(separator: "\n")
                    #expect(lines.count == 2, "\(recording.flow)")
                    let type = String(lines[0].dropFirst(7)), data = String(lines[1].dropFirst(6))
                    let expected = try ExpectedMessage(type: type, data: data)
                    #expect(ExpectedMessage { try message(type, data) } == expected, "\(recording.flow): \(chunk)")
                    seen[type, default: 0] += 1
                }
            }
        }
        #expect(Set(seen.keys) == ["generating", "complete", "heartbeat", "error"])
        #expect(seen.values.reduce(0, +) > 50)
    }

    @Test("values come whole")
    func values() throws {
        #expect(try message("heartbeat", "null") == .heartbeat)
        #expect(try message("generating", "[1, null]") == .generating([1, nil]))
        #expect(try message("complete", "[]") == .completed([]))
        #expect(try message("complete", "[null, 7]") == .completed([nil, 7]))
        #expect(try message("complete", "{\"a\": 1}") == .completed([["a": 1]]))
    }

    @Test("unknown kinds are kept")
    func unknown() throws {
        #expect(try message("message", "hello") == .unknown("message", "hello"))
        #expect(try message("progress", "{\"step\": 1}") == .unknown("progress", ["step": 1]))
        #expect(try message("log", "") == .unknown("log", ""))
        #expect(try message("generating", "null") == .unknown("generating", nil))
        #expect(try message("heartbeat2", "null") == .unknown("heartbeat2", nil))
    }

    @Test("a cancelled job is not a success")
    func cancelled() {
        let error = #expect(throws: GenerationError.self) { try message("complete", "null") }
        #expect(error?.code == .cancelled)
    }

    @Test("broken JSON is no result", arguments: ["", "[1", "<html>", "None"])
    func broken(_ data: String) {
        for type in ["complete", "generating"] {
            #expect(throws: GenerationError.self) { try message(type, data) }
        }
        #expect(throws: GenerationError.self) { try message("error", data) }
    }

    @Test(
        "says why, where the app says it",
        arguments: [
            ("null", "generationFailed", "does not say why"), ("{}", "generationFailed", "does not say why"),
            ("[]", "generationFailed", "does not say why"), ("7", "generationFailed", "does not say why"),
            ("{\"error\": null, \"visible\": true}", "generationFailed", "does not say why"),
            ("{\"error\": \"\"}", "generationFailed", "does not say why"),
            ("{\"error\": \"''\"}", "generationFailed", "does not say why"),
            ("{\"error\": \"<br> \", \"title\": \"Error\"}", "generationFailed", "does not say why"),
            ("{\"error\": \"\", \"title\": \"Too long\"}", "generationFailed", "Too long"),
            ("{\"error\": \"boom\", \"visible\": true}", "generationFailed", "boom"),
            ("{\"error\": \"no\", \"title\": \"Error\", \"duration\": 10}", "generationFailed", "no"),
            (
                "{\"error\": \"none left\", \"title\": \"ZeroGPU queue timeout\"}", "serviceUnavailable",
                "ZeroGPU queue timeout: none left"
            ),
            ("{\"error\": \"'not allowed'\"}", "generationFailed", "not allowed"),
            ("{\"error\": \"\\\"don't\\\"\"}", "generationFailed", "don't"),
            ("{\"error\": \"'\"}", "generationFailed", "'"),
            ("{\"error\": \"a\\u001b[31mb\"}", "generationFailed", "a [31mb"),
            ("\"\"", "connectionLost", "no longer knows the job:"),
            ("\"404: Session not found.\"", "connectionLost", "404: Session not found."),
            ("\"404: Not Found\"", "connectionLost", "404: Not Found"),
            ("\"Server stopped unexpectedly.\"", "connectionLost", "Server stopped unexpectedly."),
            ("Server stopped", "connectionLost", "Server stopped"),
        ])
    func failures(_ data: String, _ code: String, _ words: String) throws {
        let error = try failure(data)
        #expect(error.code.rawValue == code)
        #expect(error.message.contains(words), "\(error.message)")
        if code == "generationFailed", !words.contains("why") { #expect(error.message == words) }
    }

    @Test(
        "a used up allowance says when to come back",
        arguments: [
            ("You have exceeded your free ZeroGPU quota (60s requested vs. 0s left). Try again in 1:02:03.", 3723),
            ("You have exceeded your GPU quota (60s left vs. 75s requested). Please try again in 23:05", 1385),
            (
                "You have exceeded your GPU quota (60s requested vs. 0s left). <a href=x>Create a free account</a> to get more",
                nil
            ),
        ] as [(String, Int?)])
    func quota(_ text: String, _ seconds: Int?) throws {
        let object: JSONValue = ["error": .string(text), "title": "ZeroGPU quota exceeded"]
        let error = try failure(String(decoding: object.serialized(), as: UTF8.self))
        #expect(error.code == .quotaExceeded)
        #expect(error.retryAfter == seconds.map { .seconds($0) })
        #expect(!error.message.contains("<a"))
        #expect(error.message.hasPrefix("ZeroGPU quota exceeded: You have exceeded"))
        // The words alone will do: older servers send no title.
        let bare: JSONValue = ["error": .string(text)]
        #expect(try failure(String(decoding: bare.serialized(), as: UTF8.self)).code == .quotaExceeded)
    }
}

/// What an event must become, written down a second time from its text.
enum ExpectedMessage: Equatable {
    case message(GradioMessage)
    case error(GenerationError.Code, words: String)

    init(type: String, data: String) throws {
        let json = try JSONValue(parsing: Data(data.utf8))
        switch (type, json) {
        case ("heartbeat", _): self = .message(.heartbeat)
        case ("generating", .array(let values)): self = .message(.generating(values))
        case ("complete", .array(let values)): self = .message(.completed(values))
        case ("complete", _): self = .error(.cancelled, words: "")
        case ("error", .string(let text)): self = .error(.connectionLost, words: text)
        case ("error", _):
            let text = json["error"]?.string ?? ""
            let isQuota = text.contains("quota")
            self = .error(isQuota ? .quotaExceeded : .generationFailed, words: String(text.prefix(20)))
        default: self = .message(.unknown(type, json))
        }
    }

    init(_ decode: () throws -> GradioMessage) {
        do {
            self = .message(try decode())
        } catch let error as GenerationError {
            self = .error(error.code, words: error.message)
        } catch {
            self = .error(GenerationError.Code(rawValue: "\(error)"), words: "")
        }
    }

    static func == (left: ExpectedMessage, right: ExpectedMessage) -> Bool {
        switch (left, right) {
        case (.message(let left), .message(let right)): left == right
        case (.error(let left, let leftWords), .error(let right, let rightWords)):
            left == right && (rightWords.isEmpty || leftWords.contains(rightWords))
        default: false
        }
    }
}
