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
        directory = arguments.has("--no-save") ? nil : URL(fileURLWithPath: arguments.text("--output") ?? ".")
        try directory.map(Self.checkWritable)
        let registered = try ProviderRegistry.provider(named: arguments.text("--provider") ?? "flux1-schnell")
        let base = try baseURL ?? arguments.url("--base-url")
        let hub = try arguments.url("--hub-url")
        var environment = GenerationEnvironment()
        environment.log = reporter.log
        environment.credentials = try Self.credentials(arguments, variables, base: base, hub: hub)
        if let seconds = try arguments.number("--timeout", in: 0.001...1e6) { environment.timeout = .seconds(seconds) }
        if let retries = try arguments.integer("--retries", in: 0...100) { environment.retry.retries = retries }
        provider = registered.make(ProviderConfiguration(baseURL: base, hubURL: hub, environment: environment))
        template = try Self.request(arguments, for: provider)
    }

    /// How many pictures each prompt makes.
    var count: Int { template.count }

    /// Makes the pictures of one prompt, the first with the number `firstIndex`, and gives the exit status.
    func run(_ prompt: String, firstIndex: Int = 0) async throws -> Int32 {
        var request = template
        request.prompt = prompt
        let stream = provider.createAsyncGenerator(request)
        defer { reporter.progress.finish() }
        var finished = 0
        var wasAccepted: Bool?
        do {
            for try await event in stream {
                guard case .image(let response) = event else {
                    if case .submitted = event { wasAccepted = true }
                    reporter.report(event)
                    continue
                }
                let (files, failure) = await save(response)
                // What cannot be saved still has a URL, and may have been paid for.
                reporter.report(event, index: firstIndex + response.index, files: files)
                if let failure { throw failure }
                finished += 1
            }
            return ExitStatus.done
        } catch {
            // The server hears of it before the program ends.
            await stream.cancel()
            if Task.isCancelled { return reporter.interrupted(wasAccepted: wasAccepted) }
            if finished > 0, !reporter.isJSON, !reporter.isQuiet {
                reporter.progress.say("\(finished) of \(count) pictures were made.")
            }
            let described = GenerationError(wrapping: error)
            reporter.report(described)
            return ExitStatus.status(for: described)
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

    /// Found out here rather than when the picture is there, because by then it may have been paid for.
    private static func checkWritable(_ directory: URL) throws {
        var parent = directory.standardizedFileURL
        var isDirectory: ObjCBool = false
        while !FileManager.default.fileExists(atPath: parent.path, isDirectory: &isDirectory), parent.path != "/" {
            parent.deleteLastPathComponent()
        }
        guard !isDirectory.boolValue || !FileManager.default.isWritableFile(atPath: parent.path) else { return }
        let path = directory.standardizedFileURL.path.printable(limit: 300)
        let reason = isDirectory.boolValue ? "may not be written to" : "is not a directory"
        throw GenerationError(
            .fileUnwritable,
            "No picture can be written into \(path): \(parent.path.printable(limit: 300)) \(reason).")
    }

    private static func inputImage(_ path: String) throws -> ImageInput {
        var isDirectory: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        guard exists, !isDirectory.boolValue, FileManager.default.isReadableFile(atPath: path) else {
            let reason = !exists ? "does not exist" : isDirectory.boolValue ? "is a directory" : "may not be read"
            throw GenerationError(.fileUnreadable, "The input picture \(path.printable(limit: 300)) \(reason).")
        }
        return .file(URL(fileURLWithPath: path))
    }

    /// The first words of the prompt, and the seed: `a-red-bicycle-7`.
    private static func fileName(for prompt: String, seed: Int?) -> String {
        let words = prompt.prefix(200).lowercased().split { !$0.isLetter && !$0.isNumber }
        var name = ""
        for word in words where name.count + word.count < 40 { name += (name.isEmpty ? "" : "-") + word }
        if name.isEmpty { name = words.first.map { String($0.prefix(24)) } ?? "image" }
        return name + (seed.map { "-\($0)" } ?? "")
    }

    static func credentials(
        _ arguments: Arguments, _ variables: [String: String], base: URL?, hub: URL?
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
            // Named together with a URL of one's own, the token is meant for it. Where the Hub's rules already say how
            // it travels, they stay: they keep it from the app behind the Hub's proxy.
            if let base, let origin = HTTPOrigin(base),
                let hub = hub ?? URL(string: GenerationCredentials.defaultHubURL),
                credentials.headers(for: base, hub: hub) == HTTPHeaders()
            {
                credentials.bearerTokens[origin] = token
            }
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
        request.inputImages = try arguments.all("--image").map(inputImage)
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
