import Foundation
import Gradio

/// One file of `Fixtures/gradio`: what a real server of one release answered.
package struct GradioRecording: Sendable {
    package struct Exchange: Sendable {
        package let label: String
        package let method: String
        package let target: String
        /// Name and value of each field.
        package let requestHeaders: [(name: String, value: String)]
        package let requestBody: String
        package let statusLine: String
        package let headers: [(name: String, value: String)]
        package let isChunked: Bool
        /// The chunks of a chunked answer; the body as one where the framing is `content-length`.
        package let chunks: [String]
        /// How the answer ended.
        package let end: String

        package var status: Int { statusLine.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0 }
        package var body: String { chunks.joined() }
        /// Whether this is the stream of a job.
        package var isStream: Bool { method == "GET" && target.contains("/call/") && isChunked }
        /// Whether this is the stream of a session of the queue.
        package var isQueueStream: Bool { method == "GET" && target.contains("/queue/data") && isChunked }
        /// Whether the server ended the body as it should.
        package var isComplete: Bool { end.hasPrefix("complete") }
        /// Whether the server dropped the connection in the middle of the body.
        package var isCut: Bool { end.hasPrefix("eof") }
    }

    package static let versions = ["4.44.1", "5.23.3", "5.50.0", "6.31.0"]

    package let flow: String
    package let version: String
    package let exchanges: [Exchange]

    /// The streams of jobs.
    package var streams: [Exchange] { exchanges.filter(\.isStream) }
    /// The streams of the queue.
    package var queueStreams: [Exchange] { exchanges.filter(\.isQueueStream) }

    package init(_ flow: String, _ version: String) throws {
        try self.init(contentsOf: Self.folder.appendingPathComponent("\(version)/\(flow).json"))
    }

    /// Every recording of a release.
    package static func all(of version: String) throws -> [GradioRecording] {
        try FileManager.default.contentsOfDirectory(
            at: folder.appendingPathComponent(version), includingPropertiesForKeys: nil
        )
        .filter { $0.pathExtension == "json" }
        .sorted { $0.lastPathComponent < $1.lastPathComponent }
        .map(GradioRecording.init)
    }

    private static var folder: URL {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 1...3 { root.deleteLastPathComponent() }
        return root.appendingPathComponent("Fixtures/gradio")
    }

    private init(contentsOf file: URL) throws {
        let json = try JSONValue(parsing: Data(contentsOf: file))
        flow = json["flow"]?.string ?? ""
        version = json["gradio"]?.string ?? ""
        exchanges = (json["exchanges"]?.array ?? []).map(Exchange.init)
    }
}

extension GradioRecording.Exchange {
    fileprivate init(_ json: JSONValue) {
        func fields(_ value: JSONValue?) -> [(name: String, value: String)] {
            (value?["headers"]?.array ?? []).compactMap(\.string).map { line in
                let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
                return (parts.first ?? "", parts.count > 1 ? parts[1] : "")
            }
        }
        let request = json["request"], response = json["response"]
        let line = (request?["line"]?.string ?? "").split(separator: " ").map(String.init)
        label = json["label"]?.string ?? ""
        method = line.first ?? ""
        target = line.count > 1 ? line[1] : ""
        requestHeaders = fields(request)
        requestBody = request?["body"]?.string ?? ""
        statusLine = response?["status_line"]?.string ?? ""
        headers = fields(response)
        isChunked = response?["framing"]?.string == "chunked"
        chunks = (response?["chunks"]?.array ?? []).compactMap { $0[1]?.string }
        end = response?["end"]?.string ?? ""
    }
}
