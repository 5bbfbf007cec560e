/// What a provider needs from outside. Every part has a default; tests and servers replace what they need.
public struct GenerationEnvironment: Sendable {
    /// Sends the requests; by default the platform's own best (`PlatformTransport`): `URLSession` on Apple's systems; on
    /// Linux libcurl itself, and `URLSession` where that cannot be used, which the log is told once.
    public var transport: any HTTPTransport = PlatformTransport.make()
    /// The proxy for requests that name none (``GenerationRequest/proxy``); `nil` leaves it to the process's environment.
    public var proxy: HTTPProxy?
    /// Keys and tokens; from the process's environment by default.
    public var credentials = GenerationCredentials.fromEnvironment
    /// When requests are repeated; twice at most by default, and only where that is safe.
    public var retry = RetryPolicy()
    /// How long one picture may take, from the first request to its result; 300 s by default, `nil` for no limit.
    public var timeout: Duration? = .seconds(300)
    /// The longest silence of a server; 60 s by default.
    public var idleTimeout: Duration = .seconds(60)
    /// Whose turn each picture waits for, to be shared by everything that asks the same service; `nil`, the default, for
    /// none: then only the pictures of one request or batch are limited, to ``AsyncGeneratorProvider/concurrency``.
    public var limiter: ConcurrencyLimiter?
    /// How often a service is asked that has to be asked whether a job is done; soon and often at first by default.
    public var polling = PollingInterval()
    /// How results are downloaded.
    public var downloads = DownloadPolicy()
    /// The clock that time-outs and waits are measured on.
    public var clock = GeneratorClock()
    /// Hears one line for each request and answer: method, URL without its query, status. No header, no body, and neither
    /// a prompt nor a credential, although a server may put them into the path of a URL.
    public var log: (@Sendable (String) -> Void)?

    /// Makes an environment with the defaults.
    public init() {}

    /// Makes an environment with the defaults, but for what `configure` changes.
    /// - Parameter configure: Changes the environment.
    public init(_ configure: (inout GenerationEnvironment) -> Void) {
        configure(&self)
    }

    /// The same environment with a service's key, where one is given.
    package func with(apiKey: String?) -> GenerationEnvironment {
        guard let apiKey else { return self }
        var environment = self
        environment.credentials.apiKey = Secret(apiKey)
        return environment
    }

    /// What sends requests as the environment says.
    /// - Parameters:
    ///   - deadline: When all waiting ends.
    ///   - proxy: The proxy of one generation, before that of the environment.
    ///   - hiding: A text without what nobody may read: the path of a URL may be a server's word.
    /// - Returns: The pipeline.
    package func pipeline(
        until deadline: Deadline, proxy: HTTPProxy? = nil, hiding: @escaping @Sendable (String) -> String
    ) -> HTTPPipeline {
        var http = HTTPPipeline(transport: transport, retry: retry, deadline: deadline)
        http.idleTimeout = idleTimeout
        http.proxy = proxy ?? self.proxy
        if let log { http.log = { line in log(hiding(line)) } }
        return http
    }

    /// What keeps credentials out of a text.
    /// - Parameter key: One that the environment does not hold.
    /// - Returns: The text without this key and without those of the environment.
    package func hidingCredentials(and key: Secret?) -> @Sendable (String) -> String {
        let secrets = [SecretHiding(credentials, proxy), SecretHiding([key?.reveal() ?? ""])]
        return { text in secrets.reduce(text) { $1.hidden(in: $0) } }
    }
}
