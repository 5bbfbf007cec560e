import Flux1Schnell
import Foundation
import GeneratorTesting
import GeneratorTransport
import Gradio
import ProviderRuns

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

    func run(_ request: GenerationRequest) async -> ProviderRun { await ProviderRun(createAsyncGenerator(request)) }

    func run(_ prompt: String, size: Int? = 256, seed: Int? = 7) async -> ProviderRun {
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
