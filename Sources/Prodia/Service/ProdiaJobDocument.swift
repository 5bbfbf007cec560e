internal import Foundation
internal import GeneratorCore

/// What Prodia says about a job of the current interface. Every member may be missing or of another type.
struct ProdiaJobDocument: Sendable {
    private let json: JSONValue

    /// Reads a document; `nil` for what is no JSON object.
    /// - Throws: `CancellationError`.
    init?(_ data: Data) throws {
        guard let json = try JSONValue.ifReadable(data), json.object != nil else { return nil }
        self.json = json
    }

    /// The job's name.
    var id: String? { json["id"]?.string.flatMap { ProdiaService.isSegment($0) ? $0 : nil } }
    /// The job's type.
    var type: String? { json["type"]?.string }
    /// The seed, also one that the service has drawn.
    var seed: Int? { json["config"]?["seed"]?.integer }
    /// The prompt.
    var prompt: String? { json["config"]?["prompt"]?.string }

    /// The size that was asked for.
    var size: PixelSize? {
        guard let width = json["config"]?["width"]?.integer, let height = json["config"]?["height"]?.integer,
            width > 0, height > 0
        else { return nil }
        return PixelSize(width: width, height: height)
    }

    /// Whether it was taken, and failed.
    var isFailed: Bool { json["state"]?["current"]?.string?.lowercased() == "failed" }

    /// Whether it is about a job that was taken, and not just anybody's JSON.
    var isJob: Bool { id != nil || isFailed }

    /// Why the job failed, or was refused, where it was.
    var failure: String? {
        if let error = json["error"]?.string, !error.isEmpty { return error }
        let last = json["state"]?["history"]?.array?.last
        if let message = last?["message"]?.string, !message.isEmpty, isFailed || json["id"] == nil { return message }
        return isFailed ? "it does not say why." : nil
    }

    /// What is worth knowing about each of its pictures.
    var metadata: [String: JSONValue] {
        var metadata: [String: JSONValue] = [:]
        metadata["job"] = id.map(JSONValue.string)
        metadata["elapsed"] = json["metrics"]?["elapsed"]?.double.flatMap(Self.number)
        metadata["dollars"] = json["price"]?["dollars"]?.double.flatMap(Self.number)
        metadata["product"] = json["price"]?["product"]?.string.map { .string($0.printable(limit: 200)) }
        return metadata
    }

    private static func number(_ number: Double) -> JSONValue? { number.isFinite ? .number(number) : nil }
}
