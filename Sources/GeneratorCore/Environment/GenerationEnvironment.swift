/// What a provider works with: transport, credentials, time-outs and more. Everything has a default that can be
/// replaced.
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
    /// The limiter for which each picture waits in line. Share one among everything that asks the same service. With `nil`,
    /// the default, only the pictures of one request or batch are limited, to ``AsyncGeneratorProvider/concurrency``.
    public var limiter: ConcurrencyLimiter?
    /// How often the state of a job is asked for, at services that do not tell it by themselves: by default often at first,
    /// and less often as the job takes longer.
    public var polling = PollingInterval()
    /// How results are downloaded.
    public var downloads = DownloadPolicy()
    /// The clock that time-outs and waits are measured on.
    public var clock = GeneratorClock()
    /// Receives an entry for each attempt to send a request, with the method, the URL without its query, the status and the
    /// time. An entry has no header and no body, and neither a prompt nor a credential, even if a server put one into the
    /// path of a URL.
    public var log: (@Sendable (HTTPLogEntry) -> Void)?

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
        if let log { http.log = { entry in log(entry.hiding(with: hiding)) } }
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
