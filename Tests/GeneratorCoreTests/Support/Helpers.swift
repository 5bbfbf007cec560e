import Foundation
import GeneratorCore
import GeneratorTesting
import Testing

/// A small picture.
let pixel = LoopbackPicture(prompt: "pixel", seed: 1, width: 16, height: 16).gradient

/// Never sends anything: whatever a test sends by mistake fails.
struct NoTransport: HTTPTransport {
    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        throw TransportError(.connectionFailed, "No network here.")
    }
}

/// Answers every request as told.
struct CannedTransport: HTTPTransport {
    let answer: @Sendable (HTTPRequest) async throws -> (Int, String)

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let (status, body) = try await answer(request)
        return HTTPResponse(status: status, headers: [:], url: request.url, body: HTTPBody(Data(body.utf8)))
    }
}

/// Waits until the task is cancelled, then throws.
func waitForCancellation() async throws {
    try await Task.sleep(for: .seconds(3600))
}

extension GenerationEnvironment {
    /// Sends nothing, knows no credentials, waits on `clock`.
    static func sealed(_ clock: ManualClock? = nil, _ transport: any HTTPTransport = NoTransport()) -> Self {
        GenerationEnvironment {
            $0.transport = transport
            $0.credentials = GenerationCredentials()
            $0.retry = .never
            // Where a test moves no clock no time passes: a machine that is busy ends no wait early.
            $0.clock = GeneratorClock(clock ?? ManualClock())
        }
    }
}

extension ScriptedProvider {
    init(sealed models: ModelCatalog? = nil, clock: ManualClock? = nil, _ script: @escaping Script) {
        self.init(models: models, environment: .sealed(clock), script: script)
    }
}

extension GenerationContext {
    /// Yields a picture.
    func yieldImage(_ alt: String = "", seed: Int? = nil) async throws {
        try await yield(.image(ImageResponse(images: [image(data: pixel, seed: seed)], alt: alt)))
    }
}

extension GenerationStream {
    /// What a consumer sees: all events, and how they ended.
    func collect() async -> (events: [GenerationEvent], error: (any Error)?) {
        var events: [GenerationEvent] = []
        do {
            for try await event in self { events.append(event) }
            return (events, nil)
        } catch {
            return (events, error)
        }
    }

    /// How the events ended, which must be with a ``GenerationError``.
    func failure() async throws -> GenerationError {
        try #require(await collect().error as? GenerationError)
    }
}

extension [GenerationEvent] {
    /// One word for each event.
    var words: [String] {
        map { event in
            switch event {
            case .reasoning(let reasoning): reasoning.status
            case .submitted(let job): "submitted \(job.id)"
            case .preview: "preview"
            case .image(let response): "image \(response.alt)"
            case .text(let text): "text \(text)"
            case .warning(let warning): "warning \(warning.setting ?? "")"
            }
        }
    }

    var warnings: [GenerationWarning] {
        compactMap { if case .warning(let warning) = $0 { warning } else { nil } }
    }

    var images: [GeneratedImage] {
        compactMap { if case .image(let response) = $0 { response.images } else { nil } }.flatMap { $0 }
    }
}
