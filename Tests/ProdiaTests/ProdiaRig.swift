import Foundation
import GeneratorTesting
import GeneratorTransport
import Prodia
import ProviderRuns
import Testing

extension ProviderRun {
    /// The pictures of all responses.
    var pictures: [GeneratedImage] { images.flatMap(\.images) }
    /// The settings that warnings are about.
    var complaints: [String] { warnings.compactMap(\.setting) }
}

extension ProdiaProvider {
    static let key = "sesame-key"

    /// Asks a server of a test: no credentials of whoever runs it, quick looks, and retries without waiting.
    init(
        _ api: ProdiaAPI, at url: URL, images: URL? = nil, key: String? = Self.key, variables: [String: String] = [:],
        _ configure: (inout GenerationEnvironment) -> Void = { _ in }
    ) {
        self.init(
            api: api, url: url, imagesURL: images,
            environment: GenerationEnvironment { environment in
                environment.credentials = GenerationCredentials(apiKey: key.map { Secret($0) })
                environment.retry = RetryPolicy(retries: 2, initialDelay: .milliseconds(1))
                environment.polling = PollingInterval(shortest: .milliseconds(5), longest: .milliseconds(50))
                configure(&environment)
            }, variables: variables)
    }

    init(
        _ api: ProdiaAPI, _ prodia: LoopbackProdia, key: String? = Self.key, variables: [String: String] = [:],
        _ configure: (inout GenerationEnvironment) -> Void = { _ in }
    ) {
        self.init(api, at: prodia.url, images: prodia.imagesURL, key: key, variables: variables, configure)
    }

    func run(_ request: GenerationRequest) async -> ProviderRun {
        await ProviderRun(createAsyncGenerator(request))
    }

    /// A small picture where the interface has a choice.
    func run(
        _ prompt: String, model: String? = nil, seed: Int? = 7, side: Int? = 256,
        _ configure: (inout GenerationRequest) -> Void = { _ in }
    ) async -> ProviderRun {
        var request = GenerationRequest(prompt: prompt, model: model)
        request.seed = seed
        if api != .legacy { request.size = side.map { .pixels($0, $0) } }
        configure(&request)
        return await run(request)
    }
}

extension GenerationRequest {
    /// Prodia's own options.
    var prodia: ProdiaOptions {
        get { self[options: ProdiaProvider.self] ?? ProdiaOptions() }
        set { self[options: ProdiaProvider.self] = newValue }
    }
}

extension LoopbackProdia {
    /// The bodies of all submissions, as JSON.
    var bodies: [JSONValue] {
        server.requests.filter { $0.method == "POST" }.map { (try? JSONValue(parsing: $0.body)) ?? .null }
    }

    /// Method and path of every request.
    var lines: [String] { server.requests.map { "\($0.method) \($0.path)" } }
}

extension LoopbackServer {
    /// Whether any request carried these words anywhere.
    func heard(_ words: String) -> Bool {
        requests.contains { request in
            request.target.contains(words) || request.headers.contains { $0.value.contains(words) }
                || String(decoding: request.body, as: UTF8.self).contains(words)
        }
    }
}
