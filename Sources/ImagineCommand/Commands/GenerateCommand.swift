internal import Foundation
internal import ImageGenerators

/// `imagine generate`: runs a provider, saves what it makes, and reports what happens.
struct GenerateCommand: Sendable {
    private let reporter: Reporter
    private let provider: any AsyncGeneratorProvider
    private let template: GenerationRequest
    private let directory: URL?

    /// Reads what the options say. `baseURL` wins over `--base-url`: the demo names its own server.
    init(
        _ arguments: Arguments, _ variables: [String: String], _ reporter: Reporter, baseURL: URL? = nil
    ) throws {
        self.reporter = reporter
        let registered = try ProviderRegistry.provider(named: arguments.text("--provider") ?? "flux1-schnell")
        let base = try baseURL ?? arguments.url("--base-url")
        var environment = GenerationEnvironment()
        environment.log = reporter.log
        environment.credentials = try Self.credentials(arguments, variables, base)
        if let seconds = try arguments.number("--timeout", in: 0.001...1e6) { environment.timeout = .seconds(seconds) }
        if let retries = try arguments.integer("--retries", in: 0...100) { environment.retry.retries = retries }
        let configuration = ProviderConfiguration(
            baseURL: base, hubURL: try arguments.url("--hub-url"), environment: environment)
        provider = registered.make(configuration)
        template = try Self.request(arguments, for: provider)
        directory = arguments.has("--no-save") ? nil : URL(fileURLWithPath: arguments.text("--output") ?? ".")
    }

    /// Makes the pictures of one prompt, the first with the number `firstIndex`, and gives the exit status.
    func run(_ prompt: String, firstIndex: Int = 0) async throws -> Int32 {
        var request = template
        request.prompt = prompt
        let stream = provider.createAsyncGenerator(request)
        defer { reporter.progress.finish() }
        do {
            var index = firstIndex
            for try await event in stream {
                guard case .image(let response) = event else {
                    reporter.report(event)
                    continue
                }
                reporter.report(event, index: index, files: try await save(response))
                index += 1
            }
            return ExitStatus.done
        } catch {
            // The server hears of it before the program ends.
            await stream.cancel()
            if Task.isCancelled { return ExitStatus.interrupted }
            let described = GenerationError(wrapping: error)
            reporter.report(described)
            return ExitStatus.status(for: described)
        }
    }

    private func save(_ response: ImageResponse) async throws -> [DownloadedFile?] {
        guard let directory else { return [] }
        var files: [DownloadedFile?] = []
        for image in response.images {
            let name = Self.fileName(for: response.alt, seed: image.seed)
            files.append(try await image.save(to: directory, named: name))
        }
        return files
    }

    /// The first words of the prompt, and the seed: `a-red-bicycle-7`.
    private static func fileName(for prompt: String, seed: Int?) -> String {
        let words = prompt.prefix(200).lowercased().split { !$0.isLetter && !$0.isNumber }
        var name = ""
        for word in words where name.count + word.count < 40 { name += (name.isEmpty ? "" : "-") + word }
        if name.isEmpty { name = words.first.map { String($0.prefix(24)) } ?? "image" }
        return name + (seed.map { "-\($0)" } ?? "")
    }

    private static func credentials(
        _ arguments: Arguments, _ variables: [String: String], _ base: URL?
    ) throws -> GenerationCredentials {
        func secret(_ option: String) throws -> Secret? {
            guard let name = arguments.text(option) else { return nil }
            guard let value = variables[name].map({ Secret($0) }), !value.isEmpty else {
                throw GenerationError(
                    .missingCredentials, "The environment variable \(name.printable(limit: 60)) is not set.")
            }
            return value
        }
        var credentials = GenerationCredentials(apiKey: try secret("--api-key-env"))
        if let token = try secret("--hub-token-env") {
            credentials.hubToken = token
            // Named together with a URL of one's own, the token is meant for it.
            if let origin = base.flatMap({ HTTPOrigin($0) }) { credentials.bearerTokens[origin] = token }
        } else if let token = variables["HF_TOKEN"].map({ Secret($0) }), !token.isEmpty {
            credentials.hubToken = token
        }
        return credentials
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
        request.inputImages = arguments.all("--image").map { .file(URL(fileURLWithPath: $0)) }
        request.proxy = try arguments.text("--proxy").map { text in
            guard let url = URL(string: text) else { throw UsageError("--proxy takes a URL such as http://host:port.") }
            return try HTTPProxy(url)
        }
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
