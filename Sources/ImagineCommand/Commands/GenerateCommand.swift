internal import Foundation
internal import ImageGenerators

/// `imagine generate`: runs a provider, saves what it makes, and reports what happens.
struct GenerateCommand: Sendable {
    private let pictures: PictureRun
    private let provider: any AsyncGeneratorProvider
    private let template: GenerationRequest
    private let warnings: [GenerationWarning]

    /// Reads what the options say. The demo names its own servers, and sometimes the provider and its interface.
    init(
        _ arguments: Arguments, _ variables: [String: String], _ reporter: Reporter, servers: DemoServers? = nil,
        provider name: String? = nil, api: ProdiaAPI? = nil
    ) throws {
        let registry = ProviderRegistry.standard
        let name = try name ?? arguments.providerName()
        let chosen = try name.split(separator: ",", omittingEmptySubsequences: false).map {
            try registry.provider(named: String($0))
        }
        try arguments.checkUse(by: chosen)
        if name.contains(","),
            let option = ["--api-key-env", "--api"].first(where: arguments.has)
        {
            throw UsageError("\(option) is for one provider, and --provider names several.")
        }
        var reporter = reporter
        // The demo's servers are gone when it ends.
        reporter.resumeWords = servers == nil ? try arguments.resumeWords(for: chosen[0]) : nil
        let environment = try arguments.environment(reporter)
        pictures = PictureRun(reporter: reporter, directory: try arguments.directory(), timeout: environment.timeout)
        let limiter = try arguments.integer("--concurrency", in: 1...1000).map { ConcurrencyLimiter($0) }
        let providers = try chosen.map { registered in
            var configuration = try arguments.configuration(for: registered, variables, reporter, servers: servers)
            if let api { configuration.prodiaAPI = api }
            if let limiter { configuration.environment.limiter = limiter }
            return registered.make(configuration)
        }
        provider = providers.count == 1 ? providers[0] : FallbackProvider(providers)
        var request = try Self.request(arguments)
        warnings = try OwnSettings(arguments).set(in: &request, for: providers)
        template = request
    }

    /// How many pictures each prompt makes.
    var count: Int { template.count }

    /// Makes the pictures of one prompt, the first with the number `firstIndex`, and gives the exit status. `made` is told
    /// of each.
    func run(_ prompt: String, firstIndex: Int = 0, made: (GeneratedImage) -> Void = { _ in }) async -> Int32 {
        var request = template
        request.prompt = prompt
        return await run(request, firstIndex: firstIndex, made: made)
    }

    /// Asks about a picture, whatever the options say about pictures to make.
    func ask(_ question: String, about picture: ImageInput) async -> Int32 {
        var request = GenerationRequest(prompt: question)
        request.inputImages = [picture]
        return await run(request)
    }

    private func run(
        _ request: GenerationRequest, firstIndex: Int = 0, made: (GeneratedImage) -> Void = { _ in }
    ) async -> Int32 {
        for warning in warnings { pictures.reporter.report(.warning(warning)) }
        return await pictures.follow(
            provider.createAsyncGenerator(request), firstIndex: firstIndex, count: request.count, made: made)
    }

    /// The settings that all providers share.
    private static func request(_ arguments: Arguments) throws -> GenerationRequest {
        var request = GenerationRequest(prompt: "", model: arguments.text("--model"))
        let limit = 1_000_000
        let size = ImageSize(
            width: try arguments.integer("--width", in: 1...limit),
            height: try arguments.integer("--height", in: 1...limit),
            aspectRatio: try arguments.aspectRatio())
        request.size = size == ImageSize() ? nil : size
        request.steps = try arguments.integer("--steps", in: 1...limit)
        request.guidance = try arguments.number("--guidance", in: 0...1000)
        request.seed = try arguments.integer("--seed", in: 0...Int.max)
        request.negativePrompt = arguments.text("--negative-prompt")
        request.count = try arguments.integer("--count", in: 1...1000) ?? 1
        request.inputImages = try arguments.all("--image").map { try Arguments.picture($0, "input picture") }
        if let policy = arguments.text("--unsupported") {
            guard let policy = GenerationRequest.UnsupportedPolicy(rawValue: policy) else {
                throw UsageError("--unsupported takes warn or fail.")
            }
            request.unsupported = policy
        }
        return request
    }
}
