internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

extension ProdiaRun {
    /// Waits for a job of the old interfaces, and yields its picture. (`GET /job/{id}`)
    func waitForPicture(of job: JobHandle, prompt: String, atOnce: Bool = false) async throws {
        let id = job.id
        let done = try await poller.result(atOnce: atOnce) { () -> JobPollResult<JSONValue> in
            let document = try service.json(try await service.look(["job", id]))
            guard let state = document["status"]?.string?.trimmingWhitespace(), !state.isEmpty else {
                throw TransportError(.invalidResponse, "Prodia's answer holds no status.", reachedServer: true)
            }
            switch state.lowercased() {
            case "succeeded": return .done(document)
            case "failed":
                let reason = document["error"]?.string ?? document["message"]?.string
                return .failed(GenerationError(jobFailure: reason ?? "it does not say why."))
            default:
                try await report(state: state)
                return .pending(state: state)
            }
        }
        let picture = try context.image(
            at: link(to: id, in: done), origin: HTTPOrigin(service.images), seed: job.state["seed"]?.integer,
            size: job.size, metadata: ["job": .string(id)])
        try await context.yield(
            .image(
                ImageResponse(
                    images: [picture], alt: prompt, model: job.state["model"]?.string?.printable(limit: 200))))
    }

    /// The link that the job names; the old playground built it from the job's name.
    private func link(to id: String, in job: JSONValue) throws -> URL {
        guard let text = job["imageUrl"]?.string, !text.isEmpty else {
            return service.images.appending(path: "\(id).png")
        }
        guard text.utf8.count <= 8192, let link = URL(string: text, relativeTo: service.images)?.absoluteURL,
            HTTPOrigin(link) != nil
        else {
            throw GenerationError(.invalidResponse, "Prodia's link to the picture is none.", wasAccepted: true)
        }
        return link
    }
}

extension JobHandle {
    /// The size that was asked for.
    var size: PixelSize? {
        guard let width = state["width"]?.integer, let height = state["height"]?.integer, width > 0, height > 0 else {
            return nil
        }
        return PixelSize(width: width, height: height)
    }
}
