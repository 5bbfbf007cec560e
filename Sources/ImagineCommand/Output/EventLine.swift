internal import Foundation
internal import ImageGenerators

/// Events as the objects that `--json` writes, one a line.
enum EventLine {
    /// - Returns: The object without `elapsed`.
    static func object(for event: GenerationEvent, index: Int, files: [DownloadedFile?]) -> [String: JSONValue]? {
        switch event {
        case .reasoning(let reasoning): object(for: reasoning)
        case .submitted(let job):
            compact(["type": "submitted", "id": .string(job.id), "ticket": job.ticket.map(JSONValue.string)])
        case .preview(let response): ["type": "preview", "images": .array(response.images.map { image($0, nil) })]
        case .image(let response): object(for: response, index: index, files: files)
        case .text(let text): ["type": "text", "text": .string(text)]
        case .warning(let warning):
            compact([
                "type": "warning", "kind": .string(warning.kind.rawValue),
                "setting": warning.setting.map(JSONValue.string),
                "requested": warning.requested.map(plain), "used": warning.used.map(plain),
                "message": .string(warning.message),
            ])
        @unknown default: nil
        }
    }

    static func object(for output: SpaceOutput) -> [String: JSONValue] {
        let files = output.files.enumerated().flatMap { index, files in
            files.map { file in
                JSONValue.object(
                    compact([
                        "output": .integer(index), "url": file.url.map { .string($0.absoluteString) },
                        "file": file.saved.map { .string($0.path) },
                    ]))
            }
        }
        return compact([
            "type": "output", "data": .array(output.values), "files": files.isEmpty ? nil : .array(files),
        ])
    }

    static func object(for error: GenerationError, ticket: String?) -> [String: JSONValue] {
        compact([
            "type": "error", "code": .string(error.code.rawValue), "message": .string(error.message),
            "provider": error.provider.map { .string($0.rawValue) },
            "origin": error.origin.map { .string($0.description) }, "index": error.index.map(JSONValue.integer),
            "remedy": error.recoverySuggestion.map(JSONValue.string),
            "status": error.status.map(JSONValue.integer),
            "retryAfter": error.retryAfter.map { JSONValue(plain: $0.seconds) },
            "accepted": error.wasAccepted.map(JSONValue.bool), "ticket": ticket.map(JSONValue.string),
        ])
    }

    private static func object(for reasoning: Reasoning) -> [String: JSONValue] {
        let progress = reasoning.progress.map { progress in
            compact([
                "completed": JSONValue(plain: progress.completed), "total": progress.total.map(JSONValue.init(plain:)),
                "unit": progress.unit.map(JSONValue.string),
            ])
        }
        let queue = reasoning.queue.map { queue in
            compact([
                "position": queue.position.map(JSONValue.integer), "size": queue.size.map(JSONValue.integer),
                "eta": queue.estimate.map { JSONValue(plain: $0.seconds) },
            ])
        }
        return compact([
            "type": "reasoning", "status": .string(reasoning.status), "progress": progress.map(JSONValue.object),
            "queue": queue.map(JSONValue.object),
        ])
    }

    private static func object(
        for response: ImageResponse, index: Int, files: [DownloadedFile?]
    ) -> [String: JSONValue] {
        let images = response.images.enumerated().map { position, picture in
            image(picture, files.indices.contains(position) ? files[position] : nil)
        }
        return compact([
            "type": "image", "index": .integer(index), "provider": response.provider.map { .string($0.rawValue) },
            "via": response.via.map { .string($0.rawValue) }, "model": response.model.map(JSONValue.string),
            // A job that was picked up again may not tell what was asked for.
            "alt": response.alt.isEmpty ? nil : .string(response.alt), "images": .array(images),
        ])
    }

    private static func image(_ image: GeneratedImage, _ file: DownloadedFile?) -> JSONValue {
        let size = file?.size ?? image.size
        return .object(
            compact([
                "url": image.isLocal ? nil : .string(image.url.absoluteString),
                "file": file.map { .string($0.file.path) },
                "seed": image.seed.map(JSONValue.integer) ?? image.metadata["seed"],
                "width": size.map { .integer($0.width) }, "height": size.map { .integer($0.height) },
                "mediaType": (file?.format.mediaType ?? image.mediaType).map(JSONValue.string),
            ]))
    }

    private static func plain(_ value: JSONValue) -> JSONValue {
        if case .number(let number) = value { JSONValue(plain: number) } else { value }
    }

    private static func compact(_ members: [String: JSONValue?]) -> [String: JSONValue] {
        members.compactMapValues { $0 }
    }
}
