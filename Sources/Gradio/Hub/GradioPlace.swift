package import Foundation
package import GeneratorCore
internal import GeneratorTransport

/// Where a provider finds its app: a Space by its name, or a URL; and what is known of it.
package struct GradioPlace: Sendable {
    /// Which callers a GPU token of the Hub is asked for.
    package enum TokenPolicy: Sendable {
        /// Every caller, as the Space's page does it; the status says so.
        case everybody
        /// Whoever is signed in at the Hub, in silence.
        case signedIn
    }

    /// Where it runs; `nil` where the Hub is asked.
    package let url: URL?
    /// Its name on the Hub, `owner/name`, where it is known.
    package let space: String?
    /// The Hub, whose token the Space may get.
    package let hubURL: URL?
    let tokens: TokenPolicy
    /// How long a Space that sleeps or is being built is waited for; `nil` for not at all.
    let patience: Duration?
    /// What the app has said of itself.
    private let cache = GradioConfigCache()

    package init(
        url: URL?, space: String? = nil, hubURL: URL? = nil, tokens: TokenPolicy = .signedIn,
        patience: Duration? = nil
    ) {
        self.url = url
        self.space = space
        self.hubURL = hubURL ?? URL(string: GenerationCredentials.defaultHubURL)
        self.tokens = tokens
        self.patience = patience
    }

    /// A place of a provider that knows a Space by heart. A GPU token is for one Space, so another URL gets none of the
    /// public Hub's unless the caller says which Space it is.
    package init(
        url: URL?, space: String?, hubURL: URL?, own: (space: String, url: String), tokens: TokenPolicy = .everybody,
        patience: Duration? = nil
    ) {
        let home = URL(string: own.url)
        self.init(
            url: url ?? home, space: ZeroGPUToken.space(space, own: (own.space, home), at: url, hub: hubURL),
            hubURL: hubURL, tokens: tokens, patience: patience)
    }

    /// What lets a call use its caller's share of the Hub's GPUs.
    /// - Parameters:
    ///   - known: A token that the Hub gave earlier, for the same Space and user.
    ///   - context: Sends the requests.
    /// - Returns: The token; empty where there is none.
    /// - Throws: `GenerationError` (`invalidRequest`) for what is no name of a Space, `CancellationError`.
    @inline(never)
    package func token(knowing known: ZeroGPUToken? = nil, in context: GenerationContext) async throws -> ZeroGPUToken {
        guard let hubURL else { return ZeroGPUToken() }
        let isSignedIn = context.credentials.hubToken != nil || context.credentials.hubCookies != nil
        let isKnown = space != nil && isSignedIn || context.credentials.apiKey?.isEmpty == false
        if tokens == .signedIn, !isKnown { return ZeroGPUToken() }
        return try await ZeroGPUToken.acquire(for: space, at: hubURL, knowing: known, in: context)
    }

    /// Connects with the app. What it has said of itself is remembered. One with a login is always asked, because only that
    /// gives the cookie.
    /// - Parameters:
    ///   - loadingInfo: Whether the names and defaults of its parameters are wanted, where it tells them.
    ///   - context: Sends the requests.
    /// - Returns: The app, for one piece of work.
    /// - Throws: As `GradioApp.connect(to:space:hub:using:)`.
    @inline(never)
    package func visit(loadingInfo: Bool = false, in context: GenerationContext) async throws -> GradioVisit {
        // It may be one that nobody named: from the process's environment.
        context.hide(context.credentials.hubToken)
        guard let hubURL, let key = url?.withoutTrailingSlash ?? space.map({ hubURL.appending(path: "spaces/\($0)") })
        else { throw GenerationError(.invalidRequest, "The Space's URL cannot be used.") }
        let asked = url ?? key
        guard asked.user == nil, HTTPOrigin(asked).flatMap({ context.credentials.logins[$0] }) == nil else {
            return GradioVisit(to: self, try await connect(loadingInfo, in: context))
        }
        let (config, isFresh) = try await cache.config(of: key) {
            let app = try await connect(loadingInfo, in: context)
            app.cookies.add(to: cache.cookies(of: app.url, for: headers(for: app.url, in: context)))
            var config = app.config
            config.place = app.url
            return config
        }
        let place = config.place ?? key
        let fields = headers(for: place, in: context)
        let app = GradioApp(
            url: place, config: config, http: context.http, headers: fields,
            cookies: cache.cookies(of: place, for: fields))
        return GradioVisit(to: self, app, known: key, isFresh: isFresh)
    }

    private func headers(for place: URL, in context: GenerationContext) -> HTTPHeaders {
        GradioHub(url: hubURL, credentials: context.credentials).headers(for: place)
    }

    /// Forgets what an app has said of itself.
    func forget(_ key: URL) { cache.forget(key) }

    /// Asks the app what it is, whatever is remembered.
    @inline(never)
    func connect(_ loadingInfo: Bool, in context: GenerationContext) async throws -> GradioApp {
        let hub = GradioHub(url: hubURL, credentials: context.credentials)
        let app = try await hub.waiting(for: space.flatMap(GradioSpace.init), at: url, upTo: patience, in: context) {
            try await connect(in: context)
        }
        guard loadingInfo else { return app }
        do {
            return try await app.loadingInfo()
        } catch let error as GenerationError where error.code != .unauthorized {
            // Some releases break while they describe themselves; labels and first values are known all the same.
            return app
        }
    }

    private func connect(in context: GenerationContext) async throws -> GradioApp {
        guard let hubURL else { throw GenerationError(.invalidRequest, "The Hub's URL cannot be used.") }
        if let url { return try await GradioApp.connect(to: url, space: space, hub: hubURL, in: context) }
        guard let name = space, let space = GradioSpace(name) else {
            throw GenerationError(noSpace: space ?? "")
        }
        try await context.status("Connecting to the Space")
        let app = try await GradioApp.connect(
            to: space, hub: GradioHub(url: hubURL, credentials: context.credentials), using: context.http)
        app.loginCookies.forEach { context.hide($0) }
        return app
    }
}
