import Foundation
import GeneratorTesting
import Gradio
import GradioRecordings
import Testing

/// Asks an embedded Space what a recording asked a real server, and makes the two answers comparable.
struct SpaceTranscript {
    /// An answer with everything that may differ taken out.
    struct Answer: Equatable {
        enum End { case complete, cut, open }

        var statusLine: String
        var headers: [String]
        var isChunked: Bool
        var chunks: [String]
        var end: End
    }

    let space: LoopbackSpace
    let recording: GradioRecording
    /// The Space's ids and paths for those of the recording.
    private var names: [String: String] = [:]

    init(_ flow: String, _ release: GradioRelease, heartbeat: Duration = .seconds(3600)) throws {
        recording = try GradioRecording(flow, release.description)
        space = try LoopbackSpace(release: release, heartbeat: heartbeat, pace: .zero)
    }

    /// Asks for one exchange and compares the answer with the recorded one; the body may be rewritten where only the
    /// recorded app understood the prompt, and messages left out that only one of the two apps sends.
    mutating func compare(
        _ exchange: GradioRecording.Exchange, rewriting body: (String) -> String = { $0 },
        without isLeftOut: (String) -> Bool = { _ in false }, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let peer = try await send(exchange, rewriting: body)
        let isOpen = !exchange.isComplete && !exchange.isCut
        let wanted = exchange.isChunked && isOpen ? exchange.chunks.count : nil
        let received = await peer.receive { RawAnswer($0)?.isEnough(chunks: wanted) ?? false }
        let raw = try #require(RawAnswer(Array(received.0.utf8), isOver: received.1 == .finished))
        learn(from: raw, exchange)
        var recorded = Answer(
            statusLine: exchange.statusLine,
            headers: comparable(exchange.headers, of: exchange), isChunked: exchange.isChunked,
            chunks: exchange.chunks.map { comparable($0, of: exchange) },
            end: exchange.isComplete ? .complete : exchange.isCut ? .cut : .open)
        var answered = Answer(
            statusLine: raw.statusLine, headers: comparable(raw.headers, of: exchange), isChunked: raw.isChunked,
            chunks: raw.chunks.map { comparable($0, of: exchange) },
            end: raw.isComplete ? .complete : received.1 == .finished ? .cut : .open)
        // Of a stream that the recorder left, what came until then counts.
        if isOpen { answered.chunks = Array(answered.chunks.prefix(recorded.chunks.count)) }
        answered.chunks.removeAll(where: isLeftOut)
        let wantedChunks = recorded.chunks.filter { !isLeftOut($0) }
        // Bytes of a picture are the Space's own.
        if exchange.target.contains("/file="), exchange.status == 200 { answered.chunks = wantedChunks }
        recorded.chunks = wantedChunks
        #expect(
            answered == recorded, "\(recording.flow) \(exchange.method) \(exchange.target)",
            sourceLocation: sourceLocation)
    }

    /// Sends a recorded request as it was, but for the names that the Space gave.
    func send(_ exchange: GradioRecording.Exchange, rewriting body: (String) -> String = { $0 }) async throws -> RawPeer
    {
        let peer = try RawPeer(port: space.server.port)
        let text = renamed(body(exchange.requestBody))
        let fields = exchange.requestHeaders.filter { $0.name != "Content-Length" }.map { "\($0.name): \($0.value)" }
        let length = exchange.method == "POST" ? ["Content-Length: \(text.utf8.count)"] : []
        let head = ["\(exchange.method) \(renamed(exchange.target)) HTTP/1.1"] + fields + length
        await peer.send(head.joined(separator: "\r\n") + "\r\n\r\n" + text)
        return peer
    }

    private func renamed(_ text: String) -> String {
        names.reduce(text) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
    }

    /// Remembers what the Space calls what the recording calls otherwise.
    private mutating func learn(from raw: RawAnswer, _ exchange: GradioRecording.Exchange) {
        for pattern in [/"event_id": ?"([0-9a-f]+)"/, /"path": "([^"]+)"/] {
            let theirs = exchange.body.matches(of: pattern).map { String($0.1) }
            let ours = raw.chunks.joined().matches(of: pattern).map { String($0.1) }
            for (theirs, ours) in zip(theirs, ours) { names[theirs] = ours }
        }
    }

    // MARK: What may differ

    private func comparable(
        _ headers: [(name: String, value: String)], of exchange: GradioRecording.Exchange
    ) -> [String] {
        let isPicture = exchange.target.contains("/file=") && exchange.status == 200
        let hasOwnLength =
            isPicture || exchange.status == 500 || exchange.target.hasSuffix("/config")
            || exchange.target.hasSuffix("/info")
        return headers.compactMap { name, value -> String? in
            switch name.lowercased() {
            case "date", "server": nil
            case "content-length" where hasOwnLength: "content-length"
            case "last-modified"
            where value.wholeMatch(of: /[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT/) != nil:
                "last-modified"
            case "etag" where value.wholeMatch(of: /"[0-9a-f]{32}"/) != nil: "etag"
            default: "\(name.lowercased()): \(value)".replacing("webp", with: "png")
            }
        }
        .sorted()
    }

    func comparable(_ text: String, of exchange: GradioRecording.Exchange) -> String {
        var text = text.replacing(/"event_id": ?"[0-9a-f]{32}"/, with: "\"event_id\":\"ID\"")
            .replacing(/\/tmp\/gradio\/[0-9a-f]{64}\//, with: "/tmp/gradio/HASH/")
            .replacing("image.webp", with: "image.png")
            .replacing("infer_schnell", with: "infer")
            // How long something takes is a matter of the machine.
            .replacing(
                /"(eta|rank_eta|duration|average_duration|cache_duration|avg_time)":(null|[0-9.e-]+)/,
                with: { "\"\($0.1)\":TIME" }
            )
            .replacing(/"\/tmp\/gradio\/HASH\/tmp[0-9a-z_]+"/, with: "\"/tmp/gradio/HASH/tmp\"")
            .replacing(/0x[0-9a-f]{12}/, with: "0xADDRESS")
        // The seed is drawn where none is given, and a prompt alone does not give one.
        text = text.replacing(/, \d+\]\n\n$/, with: ", SEED]\n\n")
        if text.hasPrefix("Traceback (most recent call last):\n") {
            text = text.replacing(/(?s)\n  File .*\n(?=[A-Za-z_.]+Error: )/, with: "\n")
        }
        return text
    }
}

/// A raw answer, taken apart.
struct RawAnswer {
    let statusLine: String
    let headers: [(name: String, value: String)]
    private(set) var chunks: [String] = []
    private(set) var isComplete = false
    let isChunked: Bool

    /// - Returns: `nil` while the header section is not whole.
    init?(_ bytes: [UInt8], isOver: Bool = false) {
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let lines = parts[0].components(separatedBy: "\r\n")
        statusLine = lines[0]
        let fields = lines.dropFirst().map { line -> (name: String, value: String) in
            let field = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            return (field.first ?? "", field.count > 1 ? field[1] : "")
        }
        headers = fields
        func header(_ name: String) -> String? { fields.first { $0.name.lowercased() == name }?.value }
        isChunked = header("transfer-encoding") == "chunked"
        let bodyStart = parts[0].utf8.count + 4
        guard isChunked else {
            let body = bytes.dropFirst(bodyStart)
            chunks = body.isEmpty ? [] : [String(decoding: body, as: UTF8.self)]
            isComplete = isOver || body.count >= header("content-length").flatMap(Int.init) ?? .max
            return
        }
        var rest = bytes.dropFirst(bodyStart)
        while let end = rest.firstIndex(of: UInt8(ascii: "\r")) {
            guard let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16) else { return }
            let content = rest[end...].dropFirst(2)
            guard content.count >= size + 2 else { return }
            if size == 0 {
                isComplete = true
                return
            }
            chunks.append(String(decoding: content.prefix(size), as: UTF8.self))
            rest = content.dropFirst(size + 2)
        }
    }

    /// Whether the whole answer is here, or as many chunks as are waited for.
    func isEnough(chunks count: Int?) -> Bool { isComplete || count.map { chunks.count >= $0 } ?? false }
}
