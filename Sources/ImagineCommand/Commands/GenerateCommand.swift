internal import Foundation
internal import ImageGenerators

/// `imagine generate`: runs a provider, saves what it makes, and reports what happens.
struct GenerateCommand: Sendable {
    private let reporter: Reporter
    private let provider: any AsyncGeneratorProvider
    private let template: GenerationRequest
    private let directory: URL?

    /// Reads what the options say. The demo names its own servers, and sometimes the provider.
    init(
        _ arguments: Arguments, _ variables: [String: String], _ reporter: Reporter, servers: DemoServers? = nil,
        provider name: String? = nil
    ) throws {
        self.reporter = reporter
        directory = try arguments.directory()
        let registered = try ProviderRegistry.provider(
            named: name ?? arguments.text("--provider") ?? "flux1-schnell")
        let urls = try arguments.serviceURLs(for: registered)
        var configuration = ProviderConfiguration(
            baseURL: servers?.spaceURL ?? urls.base, hubURL: try servers?.hubURL ?? arguments.url("--hub-url"),
            environment: try arguments.environment(reporter))
        configuration.roleURLs = urls.roles
        configuration.route = try arguments.route()
        let defaults = registered.roleURLs.isEmpty ? [registered.url] : registered.roleURLs
        configuration.environment.credentials = try arguments.credentials(
            variables, for: urls.all, defaults: defaults.compactMap(URL.init), hub: configuration.hubURL)
        provider = registered.make(configuration)
        template = try Self.request(arguments, for: provider)
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
        var finished = 0
        return await reporter.follow(provider.createAsyncGenerator(request)) { event in
            guard case .image(let response) = event else { return reporter.report(event) }
            let (files, failure) = await save(response)
            // What cannot be saved still has a URL, and may have been paid for.
            reporter.report(event, index: firstIndex + response.index, files: files)
            response.images.forEach(made)
            if let failure { throw failure }
            finished += 1
        } summary: {
            finished > 0 ? "\(finished) of \(count) pictures were made." : nil
        }
    }

    /// - Returns: The files; with the failure, as many as were saved before it.
    private func save(_ response: ImageResponse) async -> (files: [DownloadedFile?], failure: (any Error)?) {
        guard let directory else { return ([], nil) }
        var files: [DownloadedFile?] = []
        do {
            for image in response.images {
                let name = Self.fileName(for: response.alt, seed: image.seed)
                files.append(try await image.save(to: directory, named: name))
            }
            return (files, nil)
        } catch {
            return (files, error)
        }
    }

    /// The first words of the prompt, and the seed: `a-red-bicycle-7`.
    private static func fileName(for prompt: String, seed: Int?) -> String {
        let words = prompt.prefix(200).lowercased().split { !$0.isLetter && !$0.isNumber }
        var name = ""
        for word in words where name.count + word.count < 40 { name += (name.isEmpty ? "" : "-") + word }
        if name.isEmpty { name = words.first.map { String($0.prefix(24)) } ?? "image" }
        return name + (seed.map { "-\($0)" } ?? "")
    }

    private static func request(
        _ arguments: Arguments, for provider: some AsyncGeneratorProvider
    ) throws -> GenerationRequest {
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
        request.inputImages = try arguments.all("--image").map { .file(try Arguments.readable($0, "input picture")) }
        request.proxy = try arguments.proxy()
        if let policy = arguments.text("--unsupported") {
            guard let policy = GenerationRequest.UnsupportedPolicy(rawValue: policy) else {
                throw UsageError("--unsupported takes warn or fail.")
            }
            request.unsupported = policy
        }
        try setOptions(arguments.all("--option"), of: provider, in: &request)
        return request
    }

    private static func setOptions<P: AsyncGeneratorProvider>(
        _ settings: [String], of provider: P, in request: inout GenerationRequest
    ) throws {
        guard !settings.isEmpty else { return }
        var options = P.Options()
        for setting in settings {
            let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else { throw UsageError("--option takes KEY=JSON.") }
            // A word that is not JSON is meant as a text: quotes within quotes are hard to type in a shell.
            let value = (try? JSONValue(parsing: Data(parts[1].utf8))) ?? .string(parts[1])
            try options.set(parts[0], to: value)
        }
        request[options: P.self] = options
    }
}
