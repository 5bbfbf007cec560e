import Flux1Schnell
import Foundation
import GeneratorTesting
import GeneratorTransport
import Gradio
import Testing

/// Everything that one generation yielded, and how it ended.
struct SchnellRun {
    private(set) var events: [GenerationEvent] = []
    private(set) var error: (any Error)?

    init(_ stream: GenerationStream) async {
        do {
            for try await event in stream { events.append(event) }
        } catch {
            self.error = error
        }
    }

    var failure: GenerationError? { error as? GenerationError }

    var images: [ImageResponse] { events.compactMap { if case .image(let image) = $0 { image } else { nil } } }
    var previews: [ImageResponse] { events.compactMap { if case .preview(let image) = $0 { image } else { nil } } }
    var warnings: [GenerationWarning] {
        events.compactMap { if case .warning(let warning) = $0 { warning } else { nil } }
    }
    var statuses: [String] { events.compactMap { if case .reasoning(let status) = $0 { status.status } else { nil } } }

    /// The kinds of the events, each run of equal ones once.
    var kinds: [String] {
        var kinds: [String] = []
        for event in events {
            let kind: String
            switch event {
            case .reasoning: kind = "reasoning"
            case .submitted: kind = "submitted"
            case .preview: kind = "preview"
            case .image: kind = "image"
            case .text: kind = "text"
            case .warning: kind = "warning"
            }
            if kinds.last != kind { kinds.append(kind) }
        }
        return kinds
    }
}

extension Flux1SchnellProvider {
    /// Asks a server of a test: no credentials of whoever runs it, and retries without waiting.
    init(
        at url: URL, route: GradioRoute = .automatic, _ configure: (inout GenerationEnvironment) -> Void = { _ in }
    ) {
        self.init(
            url: url, route: route,
            environment: GenerationEnvironment { environment in
                environment.credentials = GenerationCredentials()
                environment.retry = RetryPolicy(retries: 2, initialDelay: .milliseconds(1))
                configure(&environment)
            })
    }

    init(
        _ space: LoopbackSpace, route: GradioRoute = .automatic,
        _ configure: (inout GenerationEnvironment) -> Void = { _ in }
    ) {
        self.init(at: space.url, route: route, configure)
    }

    func run(_ request: GenerationRequest) async -> SchnellRun { await SchnellRun(createAsyncGenerator(request)) }

    func run(_ prompt: String, size: Int? = 256, seed: Int? = 7) async -> SchnellRun {
        await run(request(prompt, size: size, seed: seed))
    }

    /// A small picture, which is quick to paint.
    func request(_ prompt: String, size: Int? = 256, seed: Int? = 7) -> GenerationRequest {
        var request = GenerationRequest(prompt: prompt)
        request.size = size.map { .pixels($0, $0) }
        request.seed = seed
        return request
    }
}

extension LoopbackSpace {
    /// The arguments of every submission.
    var arguments: [[JSONValue]] {
        server.requests.filter { request in
            request.method == "POST" && ["/queue/join", "/call/infer"].contains { request.path.hasSuffix($0) }
        }
        .map { (try? JSONValue(parsing: $0.body))?["data"]?.array ?? [] }
    }

    /// How often the stream of a job was opened.
    var streams: Int {
        server.requests.filter { request in
            request.method == "GET" && ["/queue/data", "/call/infer/"].contains { request.path.contains($0) }
        }.count
    }
}

/// Waits until something is so that nothing announces.
func eventually(
    within limit: Duration = .seconds(40), _ condition: @Sendable () -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let deadline = ContinuousClock.now + limit
    while !condition() {
        try #require(ContinuousClock.now < deadline, sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(5))
    }
}
