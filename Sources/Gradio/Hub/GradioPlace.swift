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

    /// Works with the app. What it has said of itself is remembered; an answer that contradicts it makes it forgotten: it may
    /// be another app by now. One with a login is always asked, because only that gives the cookie.
    /// - Parameters:
    ///   - loadingInfo: Whether the names and defaults of its parameters are wanted, where it tells them.
    ///   - context: Sends the requests.
    ///   - work: The work.
    /// - Returns: What the work returned.
    /// - Throws: What the work threw, and as `GradioApp.connect(to:space:hub:using:)`.
    package func with<Success>(
        loadingInfo: Bool = false, in context: GenerationContext, _ work: (GradioApp) async throws -> Success
    ) async throws -> Success {
        let (app, known) = try await app(loadingInfo, in: context)
        do {
            return try await work(app)
        } catch let error as GenerationError {
            guard let known else { throw error }
            throw try await explained(error, of: app, known, in: context)
        }
    }

    /// What is remembered of an app: by which URL, and whether it has just been asked.
    private typealias Known = (key: URL, isFresh: Bool)

    /// The app, and what is remembered of it, where anything is.
    @inline(never)
    private func app(_ loadingInfo: Bool, in context: GenerationContext) async throws -> (GradioApp, Known?) {
        // It may be one that nobody named: from the process's environment.
        context.hide(context.credentials.hubToken)
        guard let hubURL, let key = url?.withoutTrailingSlash ?? space.map({ hubURL.appending(path: "spaces/\($0)") })
        else { throw GenerationError(.invalidRequest, "The Space's URL cannot be used.") }
        let asked = url ?? key
        func headers(for place: URL) -> HTTPHeaders {
            GradioHub(url: hubURL, credentials: context.credentials).headers(for: place)
        }
        guard asked.user == nil, HTTPOrigin(asked).flatMap({ context.credentials.logins[$0] }) == nil else {
            return (try await connect(loadingInfo, in: context), nil)
        }
        let (config, isFresh) = try await cache.config(of: key) {
            let app = try await connect(loadingInfo, in: context)
            app.cookies.add(to: cache.cookies(of: app.url, for: headers(for: app.url)))
            var config = app.config
            config.place = app.url
            return config
        }
        let place = config.place ?? key
        let fields = headers(for: place)
        let app = GradioApp(
            url: place, config: config, http: context.http, headers: fields,
            cookies: cache.cookies(of: place, for: fields))
        return (app, (key, isFresh))
    }

    /// The error, or what asking the app again says.
    @inline(never)
    private func explained(
        _ error: GenerationError, of app: GradioApp, _ known: Known, in context: GenerationContext
    ) async throws -> GenerationError {
        if error.contradictsDescription { cache.forget(known.key) }
        // Where the Space is gone, asking it says why; where another app has taken its place, that is asked anew.
        guard !known.isFresh, error.wasAccepted == false, error.mayConcernSpace else { return error }
        do {
            let present = try await connect(false, in: context)
            if present.config.appID != app.config.appID || present.url != app.url { cache.forget(known.key) }
        } catch {
            cache.forget(known.key)
            throw error
        }
        return error
    }

    @inline(never)
    private func connect(_ loadingInfo: Bool, in context: GenerationContext) async throws -> GradioApp {
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

extension GenerationError {
    /// Whether it shows that the app is not what it once said: no such endpoint, or other arguments. An app's own failure
    /// does not, nor does a time-out.
    fileprivate var contradictsDescription: Bool {
        // The words are Gradio's own.
        [.notFound, .spaceUnavailable].contains(code) || underlying is GradioAppHasChanged
            || message.contains("receive enough input values")
    }
}
