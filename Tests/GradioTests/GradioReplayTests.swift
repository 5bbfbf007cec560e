import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import GradioRecordings
import TestPace
import Testing

@testable import Gradio

@Suite("Recorded streams, replayed", .paced)
struct GradioReplayTests {
    /// What the stream must yield, computed event by event without any network.
    private func expected(
        _ stream: GradioRecording.Exchange
    ) throws -> (messages: [GradioMessage], error: GenerationError.Code?) {
        var messages: [GradioMessage] = []
        for chunk in stream.chunks {
            let lines = chunk.split(separator: "\n")
            let event = ServerSentEvent(type: String(lines[0].dropFirst(7)), data: String(lines[1].dropFirst(6)))
            do {
                messages.append(try GradioCallDecoder().message(for: event))
                if case .completed = messages.last { return (messages, nil) }
            } catch let error as GenerationError {
                return (messages, error.code)
            }
        }
        return (messages, .connectionLost)
    }

    private func replay(_ stream: GradioRecording.Exchange, _ pieces: [[UInt8]], _ version: String) async throws {
        let expected = try expected(stream)
        // A stream that the recorder left open is cut here: the client must not need its end.
        let replay = try ReplayServer(version: version, pieces: pieces, isComplete: stream.isComplete)
        let outcome = await JobOutcome(of: try await replay.submit())
        #expect(outcome.messages == expected.messages)
        #expect(outcome.error == expected.error)
        #expect(outcome.wasAccepted == (expected.error == nil ? nil : expected.error != .quotaExceeded))
        #expect(replay.calls == (1, 1))
    }

    @Test("as they came, chunk by chunk", arguments: GradioRecording.versions)
    func asRecorded(_ version: String) async throws {
        var count = 0
        for stream in try GradioRecording.all(of: version).flatMap(\.streams) where !stream.chunks.isEmpty {
            try await replay(stream, stream.chunks.map { Array($0.utf8) }, version)
            count += 1
        }
        #expect(count > 40)
    }

    @Test("in one piece, byte by byte, and in random pieces", arguments: GradioRecording.versions)
    func split(_ version: String) async throws {
        var generator = SystemRandomNumberGenerator()
        for flow in ["call_success", "call_preview", "call_error", "call_bad_event", "call_nonascii"] {
            for stream in try GradioRecording(flow, version).streams {
                let bytes = Array(stream.body.utf8)
                try await replay(stream, [bytes], version)
                try await replay(stream, bytes.map { [$0] }, version)
                for _ in 0..<5 {
                    var rest = bytes[...], pieces: [[UInt8]] = []
                    while !rest.isEmpty {
                        let size = Int.random(in: 1...120, using: &generator)
                        pieces.append(Array(rest.prefix(size)))
                        rest = rest.dropFirst(size)
                    }
                    try await replay(stream, pieces, version)
                }
            }
        }
    }

    @Test("split in two at every byte")
    func everyCut() async throws {
        let stream = try #require(GradioRecording("call_success", "6.31.0").streams.first)
        let bytes = Array(stream.body.utf8)
        let expected = try expected(stream).messages
        let next = Locked(0)
        let replay = try ReplayServer { responder in
            let cut = next.withLock { cut in
                cut += 1
                return cut
            }
            try await responder.beginStream(headers: [("content-type", "text/event-stream")])
            try await responder.send(Data(bytes[..<cut]))
            try await responder.send(Data(bytes[cut...]))
            try await responder.end()
        }
        let app = try await replay.connect()
        for _ in 1..<bytes.count {
            let outcome = await JobOutcome(of: try await app.submit("/infer", ["x"]))
            #expect(outcome.messages == expected)
            #expect(outcome.error == nil)
        }
    }

    @Test("other forms that the standard allows")
    func otherForms() async throws {
        let forms = [
            "event: complete\r\ndata: [1]\r\n\r\n", "event:complete\ndata:[1]\n\n", "data: [1]\nevent: complete\n\n",
            ": hello\n\nevent: complete\nid: 4\nretry: 10\ndata: [1]\n\n", "event: complete\ndata: [\ndata: 1]\n\n",
            "\u{FEFF}event: complete\ndata: [1]\n\n", "event: complete\rdata: [1]\r\r",
        ]
        for form in forms {
            let replay = try ReplayServer(text: form)
            let outcome = await JobOutcome(of: try await replay.submit())
            #expect(outcome.messages == [.completed([1])], "\(form.debugDescription)")
        }
    }

    @Test("a large event arrives whole")
    func large() async throws {
        let text = String(repeating: "å", count: 2_000_000)
        let replay = try ReplayServer(text: "event: complete\ndata: [\"\(text)\"]\n\n")
        let outcome = await JobOutcome(of: try await replay.submit())
        // Not compared in the expectation itself, which would print it.
        let isWhole = outcome.messages == [.completed([.string(text)])]
        #expect(isWhole)
    }
}
