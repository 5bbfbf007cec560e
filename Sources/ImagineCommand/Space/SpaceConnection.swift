internal import Foundation
internal import ImageGenerators

/// The app that a person means, and what they may show there.
struct SpaceConnection: Sendable {
    /// Tokens and cookies; the login is added once it is known where the app runs.
    let credentials: GenerationCredentials
    private let space: GradioSpace?
    private let url: URL?
    private let hub: URL
    private let login: GenerationLogin?
    /// How long a Space that does not run yet is waited for.
    private let patience: Duration?

    init(_ arguments: Arguments, _ variables: [String: String], patience: Duration? = nil) throws {
        self.patience = patience
        let text = arguments.operands[0]
        guard let hub = try arguments.url("--hub-url") ?? URL(string: GenerationCredentials.defaultHubURL) else {
            throw UsageError("--hub-url takes a URL.")
        }
        self.hub = hub
        space = GradioSpace(text) ?? URL(string: text).flatMap { GradioSpace(page: $0, of: hub) }
        if space != nil {
            url = nil
        } else if let address = URL(string: text), HTTPOrigin(address) != nil {
            url = address
        } else {
            throw UsageError(
                "\(text.printable(limit: 60)) is neither a Space (owner/name) nor a URL such as http://127.0.0.1:7860.")
        }
        login = try arguments.login(variables)
        credentials = try arguments.credentials(variables, for: url.map { [$0] } ?? [], hub: hub)
    }

    /// Connects, and learns the names and defaults of the parameters where the app tells them.
    func app(in context: GenerationContext) async throws -> GradioApp {
        var credentials = context.credentials
        let target: URL
        if let url {
            target = url
        } else if let space {
            try await context.status("Asking the Hub for the Space")
            let headers = GradioHub(url: hub, credentials: credentials).headers(for: hub)
            target = try await space.url(from: hub, using: context.http, headers: headers)
            try check(target, of: space)
        } else {
            throw GenerationError(.invalidRequest, "There is no Space to connect to.")
        }
        if let login, let origin = HTTPOrigin(target) {
            credentials.logins[origin] = login
            context.hide(login.password)
        }
        try await context.status("Connecting to the Space")
        let hub = GradioHub(url: hub, credentials: credentials)
        let app = try await hub.waiting(for: space, at: target, upTo: patience, in: context) {
            try await GradioApp.connect(to: target, space: space, hub: hub, using: context.http)
        }
        app.loginCookies.forEach { context.hide($0) }
        do {
            return try await app.loadingInfo()
        } catch let error as GenerationError where error.status != nil {
            // Some apps fail to describe themselves, and can be called by position nevertheless.
            try await context.yield(
                .warning(
                    GenerationWarning(
                        .service, "The app does not tell the names and defaults of its parameters. \(error.message)")))
            return app
        }
    }

    /// The password is for the Space, and goes to no host that only an answer calls so.
    func check(_ target: URL, of space: GradioSpace) throws {
        guard login != nil, !GradioHub(url: hub, credentials: credentials).knows(target) else { return }
        let place = HTTPOrigin(target)?.description.printable(limit: 100) ?? "elsewhere"
        throw GenerationError(
            .unsafeURL,
            "The Hub says that the Space \(space) runs at \(place), which is none of the Hub's own places. The name and the "
                + "password were not sent there.")
    }
}
