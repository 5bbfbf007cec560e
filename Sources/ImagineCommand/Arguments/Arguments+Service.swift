internal import Foundation
internal import ImageGenerators

/// The URLs of a provider that are named on the command line.
struct ServiceURLs: Sendable {
    /// The URL for everything that has none of its own.
    var base: URL?
    var roles: [String: URL] = [:]

    var all: [URL] { [base].compactMap { $0 } + roles.values }
}

extension Arguments {
    /// `--base-url`: one URL, or one for each of the provider's roles.
    func serviceURLs(for provider: RegisteredProvider) throws -> ServiceURLs {
        var urls = ServiceURLs()
        // Of several providers each has its own, by its name.
        let wholeNames = try providerName().split(separator: ",")
        let names = wholeNames.map { $0.prefix { $0 != ":" }.description }
        for text in all("--base-url") {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            // An equals sign further on belongs to a query.
            guard parts.count == 2, !parts[0].contains(where: { ":/?".contains($0) }) else {
                guard names.count == 1 else {
                    throw UsageError("--provider names several; say whose URL it is: --base-url ID=URL.")
                }
                guard urls.base == nil else { throw UsageError("--base-url is given more than once.") }
                urls.base = try url(text, of: "--base-url")
                continue
            }
            let role = parts[0]
            if names.count > 1, names.contains(role) {
                if role == provider.id.rawValue { urls.base = try url(parts[1], of: "--base-url \(role)=") }
                continue
            }
            guard provider.roles.contains(role) else { throw UsageError(unknownRole: role, of: provider) }
            guard urls.roles[role] == nil else { throw UsageError("--base-url \(role)= is given more than once.") }
            urls.roles[role] = try url(parts[1], of: "--base-url \(role)=")
        }
        let apps = wholeNames.compactMap { Self.app(in: String($0)) }
        guard provider.id == "gradio", let app = apps.first else { return urls }
        guard apps.count == 1, urls.base == nil else { throw UsageError("Give one URL for the provider gradio.") }
        urls.base = app
        return urls
    }

    /// `--provider`, or the provider for `--space`. The page of a Space stands for its name.
    func providerName() throws -> String {
        let hub = try url("--hub-url") ?? URL(string: GenerationCredentials.defaultHubURL)
        func named(_ name: String) -> String {
            guard let hub, let page = Self.app(in: name), let space = GradioSpace(page: page, of: hub) else {
                return name
            }
            return "gradio:\(space)"
        }
        guard let space = text("--space") else {
            let names = (text("--provider") ?? "flux1-schnell").split(separator: ",", omittingEmptySubsequences: false)
            return names.map { named(String($0)) }.joined(separator: ",")
        }
        guard ["gradio", nil].contains(text("--provider")) else {
            throw UsageError("--space is for the provider gradio; name one or the other.")
        }
        return named("gradio:\(space)")
    }

    /// The app that is named by its URL, as in `gradio:http://127.0.0.1:7860`.
    private static func app(in name: String) -> URL? {
        let beginning = "gradio:"
        guard name.hasPrefix(beginning), let url = URL(string: String(name.dropFirst(beginning.count))) else {
            return nil
        }
        return HTTPOrigin(url) == nil ? nil : url
    }

    /// What a provider is made with. The demo names its own servers; a real key has nothing to do with those.
    func configuration(
        for provider: RegisteredProvider, _ variables: [String: String], _ reporter: Reporter,
        servers: DemoServers? = nil
    ) throws -> ProviderConfiguration {
        let urls = try servers?.urls(for: provider) ?? serviceURLs(for: provider)
        try checkUse(by: provider)
        var configuration = ProviderConfiguration(
            baseURL: urls.base, hubURL: try servers?.hubURL ?? url("--hub-url"),
            environment: try environment(reporter))
        configuration.roleURLs = urls.roles
        configuration.route = try route()
        configuration.endpoint = text("--endpoint")
        configuration.waitForSpace = waitForSpace(configuration.environment)
        configuration.prodiaAPI = try api(for: provider) ?? configuration.prodiaAPI
        configuration.variables = variables
        let defaults = provider.roleURLs.isEmpty ? [provider.url] : provider.roleURLs
        configuration.environment.credentials = try credentials(
            variables, for: urls.all, defaults: defaults.compactMap(URL.init), hub: configuration.hubURL)
        if has("--username"), configuration.environment.credentials.logins.isEmpty {
            throw UsageError(
                "A name and a password are for one place: give the URL of the app in place of the Space's name.")
        }
        if servers != nil, !provider.apis.isEmpty { configuration.environment.credentials.apiKey = Secret("demo") }
        return configuration
    }

    /// `--api`: which generation of its interface a provider is asked over.
    func api(for provider: RegisteredProvider) throws -> ProdiaAPI? {
        guard let text = text("--api") else { return nil }
        guard !provider.apis.isEmpty else {
            let others = ProviderRegistry.standard.providers.filter { !$0.apis.isEmpty }.map(\.id.rawValue)
            throw UsageError(
                "The provider \(provider.id) has one interface; --api is for \(others.joined(separator: ", ")).")
        }
        guard let api = provider.apis.first(where: { $0.rawValue == text }) else {
            throw UsageError("--api takes \(provider.apis.map(\.rawValue).joined(separator: ", ")).")
        }
        return api
    }

    /// What `imagine resume` has to be told again, in words for a shell: the URLs as far as they hold no secret, and where
    /// files go. A key is named, never told.
    func resumeWords(for provider: RegisteredProvider) throws -> [String] {
        let urls = try serviceURLs(for: provider)
        func plain(_ url: URL) -> String {
            let path = URLComponents(url: url, resolvingAgainstBaseURL: true)?.percentEncodedPath
            return (HTTPOrigin(url)?.description ?? "") + (path ?? "")
        }
        let bases =
            [urls.base.map(plain)] + urls.roles.sorted { $0.key < $1.key }.map { "\($0.key)=\(plain($0.value))" }
        // Where the key goes by itself, the interface says where.
        let chosen = (urls.all.isEmpty ? ["--api"] : []) + ["--api-key-env", "--output"]
        let options = chosen.flatMap { name in text(name).map { [name, $0] } ?? [] }
        return (bases.compactMap { $0 }.flatMap { ["--base-url", $0] } + options).map(\.forShell)
    }

    /// What is the same for every service: the log, the clock, the time-out, the retries.
    func environment(_ reporter: Reporter) throws -> GenerationEnvironment {
        var environment = GenerationEnvironment()
        environment.log = reporter.log
        environment.clock = reporter.clock
        environment.transport = try transport()
        environment.proxy = try proxy()
        if let seconds = try number("--timeout", in: 0.001...1e6) { environment.timeout = .seconds(seconds) }
        if let bytes = try integer("--max-download", in: 1...Int.max) { environment.downloads.maximumBytes = bytes }
        if let retries = try integer("--retries", in: 0...100) { environment.retry.retries = retries }
        return environment
    }

    /// What shows credentials to Gradio apps and to the Hub before them, and would show them to nobody else.
    private static let hub = ["--hub-url", "--hub-token-env", "--cookie-file", "--username", "--password-env"]
    /// What else only Gradio apps know.
    private static let gradio = ["--route", "--wait-for-space"]

    /// Refuses what a provider has nothing to do with.
    private func checkUse(by provider: RegisteredProvider) throws {
        guard !provider.apis.isEmpty, let option = Self.hub.first(where: has) else { return }
        throw UsageError("The provider \(provider.id) is no Gradio app; \(option) is for those.")
    }

    /// Refuses what none of several providers, of which one takes the place of another, knows anything of.
    func checkUse(by providers: [RegisteredProvider]) throws {
        let names = providers.map(\.id.rawValue).joined(separator: ", ")
        let (noun, verb) = providers.count == 1 ? ("provider", "is") : ("providers", "are")
        if providers.allSatisfy({ !$0.apis.isEmpty }), let option = Self.gradio.first(where: has) {
            throw UsageError("The \(noun) \(names) \(verb) no Gradio app; \(option) is for those.")
        }
        guard has("--endpoint"), !providers.contains(where: { $0.id == "gradio" }) else { return }
        throw UsageError(
            "--endpoint is for any Space: give --space OWNER/NAME, or --provider gradio with a URL. "
                + "The \(noun) \(names) \(providers.count == 1 ? "knows" : "know") where to ask.")
    }

    /// How long a Space that does not run yet is waited for.
    func waitForSpace(_ environment: GenerationEnvironment) -> Duration? {
        has("--wait-for-space") ? environment.timeout : nil
    }

    /// The way into a Gradio app.
    func route() throws -> GradioRoute {
        guard let text = text("--route") else { return .automatic }
        guard let route = GradioRoute(rawValue: text) else {
            throw UsageError("--route takes automatic, queue, call or run.")
        }
        return route
    }

    /// What sends the requests.
    private func transport() throws -> any HTTPTransport {
        switch text("--transport") {
        case nil: return PlatformTransport.make()
        case "urlsession": return URLSessionTransport()
        case "curl":
            #if os(Linux)
                return CurlTransport()
            #else
                throw UsageError("--transport curl is for Linux; here there is urlsession.")
            #endif
        default: throw UsageError("--transport takes urlsession or curl.")
        }
    }

    private func proxy() throws -> HTTPProxy? {
        guard let text = text("--proxy") else { return nil }
        guard let url = URL(string: text) else { throw UsageError("--proxy takes a URL such as http://host:port.") }
        return try HTTPProxy(url)
    }

    /// Where files go; `nil` where none are wanted.
    func directory() throws -> URL? {
        guard !has("--no-save") else { return nil }
        let directory = URL(fileURLWithPath: text("--output") ?? ".")
        // Found out here rather than when the picture is there, because by then it may have been paid for.
        do {
            try TemporaryFile.tryOut(directory)
        } catch {
            var unwritable = GenerationError(wrapping: error)
            unwritable.wasAccepted = false
            throw unwritable
        }
        return directory
    }

    /// A picture as it is named on the command line: a file, a URL or its bytes.
    static func picture(_ text: String, _ what: String) throws -> ImageInput {
        let input = try ImageInput(text)
        if case .file = input { _ = try readable(text, what) }
        return input
    }

    /// Refuses an input file that cannot be read, before anything is sent.
    static func readable(_ path: String, _ what: String) throws -> URL {
        var isDirectory: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        guard exists, !isDirectory.boolValue, FileManager.default.isReadableFile(atPath: path) else {
            let reason = !exists ? "does not exist" : isDirectory.boolValue ? "is a directory" : "may not be read"
            throw GenerationError(.fileUnreadable, "The \(what) \(path.printable(limit: 300)) \(reason).")
        }
        return URL(fileURLWithPath: path)
    }
}

extension UsageError {
    fileprivate init(unknownRole role: String, of provider: RegisteredProvider) {
        guard !provider.roles.isEmpty else {
            self.init("The provider \(provider.id) has one URL: --base-url URL.")
            return
        }
        let known = provider.roles.map { $0 + "=URL" }.joined(separator: ", ")
        self.init(
            "The provider \(provider.id) has no role \(role.printable(limit: 40)). "
                + "--base-url takes \(known), or one URL for all.")
    }
}

extension String {
    /// The word as it is typed in a shell.
    fileprivate var forShell: String {
        let word = printable(limit: 4000)
        let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:=,@+".contains($0)) }
        return isPlain && !word.isEmpty ? word : "'\(word.replacingOccurrences(of: "'", with: "'\\''"))'"
    }
}
