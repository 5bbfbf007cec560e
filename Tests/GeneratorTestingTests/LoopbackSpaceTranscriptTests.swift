import Foundation
import GeneratorTesting
import Gradio
import GradioRecordings
import TestPace
import Testing

@Suite("The embedded Space answers as the recorded servers did", .paced)
struct LoopbackSpaceTranscriptTests {
    /// Flows whose requests the embedded Space understands word by word, one after the other.
    static let flows = [
        "call_success", "call_error", "call_crash", "call_none", "call_bad_event", "call_bad_args", "call_nonascii",
        "call_unprefixed", "call_out_of_range", "cancel_odd", "api_closed",
    ]

    @Test("flow by flow", arguments: flows, GradioRelease.all)
    func flow(_ flow: String, _ release: GradioRelease) async throws {
        var transcript = try SpaceTranscript(flow, release)
        #expect(!transcript.recording.exchanges.isEmpty)
        // What the embedded Space does not have is no part of the call flow.
        for exchange in transcript.recording.exchanges where !exchange.target.contains("/queue/") {
            try await transcript.compare(exchange)
        }
    }

    @Test("names that nobody knows", arguments: GradioRelease.all)
    func badName(_ release: GradioRelease) async throws {
        var transcript = try SpaceTranscript("call_bad_name", release)
        // The last one is about a private endpoint of the recorded app.
        for exchange in transcript.recording.exchanges.prefix(2) { try await transcript.compare(exchange) }
    }

    @Test("routes exist with the release's prefix only", arguments: GradioRelease.all)
    func prefix(_ release: GradioRelease) async throws {
        var transcript = try SpaceTranscript("prefix", release)
        // The texts of /config and /info are another app's; see below.
        for exchange in transcript.recording.exchanges where exchange.status != 200 || exchange.method == "POST" {
            try await transcript.compare(exchange)
        }
        #expect(transcript.recording.exchanges.contains { $0.status == 404 })
    }

    @Test("previews, and a failure between them", arguments: GradioRelease.all)
    func previews(_ release: GradioRelease) async throws {
        var transcript = try SpaceTranscript("call_preview", release)
        for exchange in transcript.recording.exchanges { try await transcript.compare(exchange) }
        transcript = try SpaceTranscript("call_preview_fail", release)
        for exchange in transcript.recording.exchanges {
            try await transcript.compare(exchange) {
                $0.replacing("!preview 4 !failafter 2 a boat", with: "!preview 2 !error failed in the middle")
            }
        }
    }

    @Test("a second reader hears heartbeats only", arguments: GradioRelease.all)
    func secondGet(_ release: GradioRelease) async throws {
        var transcript = try SpaceTranscript("call_second_get", release, heartbeat: .milliseconds(100))
        for exchange in transcript.recording.exchanges {
            // On a busy machine the first one may hear some as well.
            let hasNone = !exchange.body.contains("event: heartbeat")
            try await transcript.compare(exchange, without: { hasNone && $0.hasPrefix("event: heartbeat") })
        }
    }

    @Test("a stream that was left is forgotten", arguments: GradioRelease.all)
    func abandoned(_ release: GradioRelease) async throws {
        var transcript = try SpaceTranscript("call_abandon", release)
        let exchanges = transcript.recording.exchanges
        try await transcript.compare(exchanges[0]) { $0.replacing("!preview 6 !pace 0.4", with: "!preview 2 !never") }
        try await transcript.compare(exchanges[1])
        let space = transcript.space
        try await eventually { space.cancellations == 1 }
        for exchange in exchanges[2...] { try await transcript.compare(exchange) }
        #expect(space.submissions == 1)
    }

    @Test("a cancelled job completes without values", arguments: GradioRelease.all)
    func cancelled(_ release: GradioRelease) async throws {
        var transcript = try SpaceTranscript("cancel_call", release)
        let exchanges = transcript.recording.exchanges
        // The recorded app was cancelled after some previews; how many is a matter of time.
        try await transcript.compare(exchanges[0]) { $0.replacing("!preview 8 !pace 0.4", with: "!preview 1 !never") }
        let peer = try await transcript.send(exchanges[1])
        let first = await peer.receive { RawAnswer($0)?.chunks.count == 1 }.0
        #expect(first.contains("event: generating\ndata: [{\"path\""))
        try await transcript.compare(exchanges[2])
        let (rest, _) = await peer.receive { String(decoding: $0, as: UTF8.self).hasSuffix("0\r\n\r\n") }
        let last = try #require(exchanges[1].chunks.last)
        #expect(rest == "\(String(last.utf8.count, radix: 16))\r\n\(last)\r\n0\r\n\r\n")
        #expect(transcript.space.cancellations == 1)
    }

    @Test("a process that dies cuts the stream", arguments: ["4.44.1", "5.23.3", "6.31.0"])
    func dies(_ version: String) async throws {
        let release = try #require(GradioRelease.all.first { $0.description == version })
        var transcript = try SpaceTranscript("server_dies", release)
        for exchange in transcript.recording.exchanges { try await transcript.compare(exchange) }
    }

    @Test("/config and /info say nothing that the release does not", arguments: GradioRelease.all)
    func discovery(_ release: GradioRelease) async throws {
        let transcript = try SpaceTranscript("discovery", release)
        for exchange in transcript.recording.exchanges {
            let peer = try await transcript.send(exchange)
            let (text, _) = await peer.receive { RawAnswer($0)?.isComplete ?? false }
            let answer = try #require(RawAnswer(Array(text.utf8)))
            #expect(answer.statusLine == exchange.statusLine)
            #expect(answer.headers.contains { $0.name == "content-type" && $0.value == "application/json" })
            #expect(answer.headers.contains { $0.name == "content-length" })
            let theirs = try JSONValue(parsing: Data(exchange.body.utf8))
            let ours = try JSONValue(parsing: Data(answer.chunks.joined().utf8))
            let problems = Self.surplus(ours, theirs, at: exchange.label)
            #expect(problems.isEmpty, "\(problems)")
            guard exchange.label == "config" else { continue }
            for key in ["version", "api_prefix", "protocol", "root", "space_id", "enable_queue", "show_error"] {
                #expect(ours[key] == theirs[key], "\(key)")
            }
        }
    }

    /// The members of `ours` that `theirs` has not, or with another type. Lists are compared by their like elements.
    private static func surplus(_ ours: JSONValue, _ theirs: JSONValue, at path: String) -> [String] {
        switch (ours, theirs) {
        case (.object(let ours), .object(let theirs)):
            return ours.flatMap { key, value -> [String] in
                // The recorded app has one endpoint, which shows what an endpoint looks like.
                let like = path.hasSuffix(".named_endpoints") ? "/infer" : key
                // Hidden endpoints have no name.
                if key == "api_name", value == false { return [] }
                guard let other = theirs[like] else { return ["\(path).\(key)"] }
                return surplus(value, other, at: "\(path).\(key)")
            }
        case (.array(let ours), .array(let theirs)):
            return ours.flatMap { element -> [String] in
                // An element of a kind that the recorded app has as well: the same component, parameter or endpoint.
                let alike = theirs.filter { other in
                    ["type", "component", "api_name"].allSatisfy { key in
                        element[key]?.string == other[key]?.string
                    }
                }
                // The recorded app has no such component: the official client judges it.
                if alike.isEmpty, path.hasSuffix("s"), element["api_name"] == nil { return [] }
                let found = (alike.isEmpty ? theirs : alike).map { surplus(element, $0, at: path + "[]") }
                return found.min { $0.count < $1.count } ?? []
            }
        case (.null, _), (_, .null): return []
        case (.string, .string), (.bool, .bool): return []
        default: return ours.double != nil && theirs.double != nil ? [] : ["\(path): \(ours) for \(theirs)"]
        }
    }
}
