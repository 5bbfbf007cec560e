import Foundation
import GeneratorTesting
import Gradio
import GradioRecordings
import TestPace
import Testing

@Suite("The embedded queue answers as the recorded servers did", .paced)
struct SpaceQueueTranscriptTests {
    /// The recorded app has one function, which yields only when it is asked to; here those are two.
    private func plain(_ body: String) -> String { body.replacing("256, 256, 3.5, 28]", with: "256, 256, 28]") }

    private func generator(_ body: String) -> String { body.replacing("\"fn_index\": 2", with: "\"fn_index\": 4") }

    /// The recorded app has no bar, and no GPU to wait for.
    private func isExtra(_ chunk: String) -> Bool {
        chunk.contains("\"msg\":\"progress\"") || chunk.contains("\"title\":\"ZeroGPU queue\"")
            || chunk.contains("GPU to become available") || chunk.contains("acquired a GPU")
    }

    @Test("success and failures", arguments: ["queue_success", "queue_error"], GradioRelease.all)
    func flow(_ flow: String, _ release: GradioRelease) async throws {
        var transcript = try SpaceTranscript(flow, release)
        #expect(transcript.recording.exchanges.count >= 2)
        for exchange in transcript.recording.exchanges {
            try await transcript.compare(exchange, rewriting: plain, without: isExtra)
        }
    }

    @Test("an app that breaks, with words and without", arguments: GradioRelease.all)
    func crash(_ release: GradioRelease) async throws {
        var transcript = try SpaceTranscript("queue_crash", release)
        let exchanges = transcript.recording.exchanges
        // In between, the recorded app hid its errors.
        for exchange in exchanges[..<2] + exchanges[4...] {
            try await transcript.compare(exchange, rewriting: plain, without: isExtra)
        }
    }

    @Test("the refusal of ZeroGPU", arguments: GradioRelease.all)
    func quota(_ release: GradioRelease) async throws {
        var transcript = try SpaceTranscript("queue_quota", release)
        for exchange in transcript.recording.exchanges.prefix(2) {
            try await transcript.compare(exchange, rewriting: plain, without: isExtra)
        }
    }

    @Test("lines of the app", arguments: GradioRelease.all)
    func log(_ release: GradioRelease) async throws {
        var transcript = try SpaceTranscript("queue_log", release)
        for exchange in transcript.recording.exchanges {
            try await transcript.compare(exchange) { body in
                plain(body).replacing(
                    "!log a fox", with: "!log Waiting for a GPU to become available; !warn All GPUs are in use; a fox")
            } without: {
                isExtra($0) || $0.contains("\"level\":\"success\"")
            }
        }
    }

    @Test("the bar of the steps", arguments: GradioRelease.all)
    func progress(_ release: GradioRelease) async throws {
        var transcript = try SpaceTranscript("queue_progress", release)
        for exchange in transcript.recording.exchanges.prefix(2) {
            try await transcript.compare(exchange) { body in
                body.replacing("!steps 5 !pace 0.1 a fox", with: "a fox").replacing("3.5, 28]", with: "5]")
            } without: {
                // Real servers skip steps that come too fast, and end a bar with its last step or with nothing.
                $0.contains("\"msg\":\"progress\"") && !$0.contains("\"index\":0,") && !$0.contains("\"index\":4,")
            }
        }
    }

    @Test("previews as changes, and a failure between them", arguments: GradioRelease.all)
    func previews(_ release: GradioRelease) async throws {
        var transcript = try SpaceTranscript("queue_preview", release)
        for exchange in transcript.recording.exchanges {
            // The last of the recorded app's values is its result.
            try await transcript.compare(
                exchange, rewriting: { generator($0).replacing("!preview 4", with: "!preview 3") }, without: isExtra)
        }
        transcript = try SpaceTranscript("queue_preview_fail", release)
        for exchange in transcript.recording.exchanges.prefix(2) {
            try await transcript.compare(
                exchange,
                rewriting: {
                    generator($0)
                        .replacing("!preview 4 !failafter 2 a boat", with: "!preview 2 !error failed in the middle")
                }, without: isExtra)
        }
    }

    @Test("a cancelled job completes without values", arguments: GradioRelease.all)
    func cancelled(_ release: GradioRelease) async throws {
        var transcript = try SpaceTranscript("cancel_running", release)
        let exchanges = transcript.recording.exchanges
        try await transcript.compare(exchanges[0], rewriting: { plain($0).replacing("!slow 3 x", with: "!never") })
        let peer = try await transcript.send(exchanges[1])
        let begin = await peer.receive { (RawAnswer($0)?.chunks.count ?? 0) >= 2 }.0
        try await transcript.compare(exchanges[2])
        let end = await peer.receive { String(decoding: $0, as: UTF8.self).hasSuffix("\r\n0\r\n\r\n") }.0
        let answer = try #require(RawAnswer(Array((begin + end).utf8)))
        #expect(answer.isComplete)
        let ours = answer.chunks.filter { !isExtra($0) }.map { transcript.comparable($0, of: exchanges[1]) }
        #expect(ours == exchanges[1].chunks.map { transcript.comparable($0, of: exchanges[1]) })
        // The worker is free for the next job.
        for exchange in exchanges[3...] { try await transcript.compare(exchange, rewriting: plain, without: isExtra) }
    }

    @Test("uploads", arguments: GradioRelease.all)
    func uploads(_ release: GradioRelease) async throws {
        var transcript = try SpaceTranscript("uploads", release)
        // The last one is about a server with another limit.
        for exchange in transcript.recording.exchanges where exchange.status != 413 {
            try await transcript.compare(exchange)
        }
    }
}
