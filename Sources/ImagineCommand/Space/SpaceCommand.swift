internal import Foundation
internal import ImageGenerators

/// `imagine space`: what a Gradio app offers, or one call of it.
struct SpaceCommand: Sendable {
    private let reporter: Reporter
    private let connection: SpaceConnection
    private let environment: GenerationEnvironment
    private let endpoint: String?
    private let route: GradioRoute
    private let directory: URL?

    init(_ arguments: Arguments, _ variables: [String: String], _ reporter: Reporter) throws {
        self.reporter = reporter
        var environment = try arguments.environment(reporter)
        connection = try SpaceConnection(
            arguments, variables, patience: arguments.waitForSpace(environment))
        environment.credentials = connection.credentials
        self.environment = environment
        endpoint = arguments.text("--endpoint")
        route = try arguments.route()
        // A listing leaves no files.
        directory = arguments.has("--data") ? try arguments.directory() : nil
    }

    /// Shows the endpoints and how a picture is made, and gives the exit status.
    func list() async -> Int32 {
        // A program wants one line and nothing else.
        await perform(tellingStatus: !reporter.isJSON) { context, answer in
            let app = try await connection.app(in: context)
            let chosen = try endpoint.map { try app.endpoint(chosenAs: $0) }
            let listing = SpaceListing(
                endpoints: chosen.map { [$0] } ?? app.endpoints, mappings: SpaceMapping.all(of: app, endpoint: chosen),
                hiding: { context.withoutSecrets($0) })
            try await answer(.listing(listing))
        }
    }

    /// Calls an endpoint with a JSON text, and gives the exit status.
    func call(with json: Data) async throws -> Int32 {
        let data = try SpaceData(json)
        return await perform(hiding: data.words) { context, answer in
            let app = try await connection.app(in: context)
            let endpoint = try app.endpoint(chosenAs: endpoint)
            let arguments = try await data.arguments(of: endpoint, for: app, in: context)
            let values = try await app.generate(endpoint, arguments, route: route, in: context) { values in
                let images = values.flatMap { SpaceFiles.pictures(in: $0, of: app, in: context) }
                return images.isEmpty ? nil : ImageResponse(images: images, alt: endpoint.title)
            }
            var output = SpaceOutput(values, of: endpoint, at: app, hiding: { context.withoutSecrets($0) })
            let name = context.withoutSecrets(endpoint.title)
            var failure: (any Error)?
            if let directory {
                do {
                    try await SpaceFiles(app: app, context: context).save(&output, to: directory, named: name)
                } catch {
                    failure = error
                }
            }
            // What cannot be saved still has a URL, and may have been paid for.
            try await answer(.output(output))
            if let failure { throw failure }
        }
    }

    private typealias Answer = @Sendable (SpaceAnswer) async throws -> Void

    /// Runs work as a provider runs, so that it has the deadline, the cancellation and the errors of every generation.
    private func perform(
        hiding words: [String] = [], tellingStatus: Bool = true,
        _ work: @escaping @Sendable (GenerationContext, Answer) async throws -> Void
    ) async -> Int32 {
        let answer = Locked<SpaceAnswer?>(nil)
        let provider = SpaceProvider(environment: environment) { context in
            try await work(context) { found in
                answer.withLock { $0 = found }
                // Says that the answer is there; core knows no other results than pictures and texts.
                try await context.yield(.text("done"))
            }
        }
        // Core wants a prompt; what is as short as this is not looked for in the texts of errors.
        let request = GenerationRequest(messages: words.map { .user($0) }, prompt: "-")
        return await reporter.follow(provider.createAsyncGenerator(request)) { event in
            guard case .text = event else {
                if tellingStatus { reporter.report(event) }
                return
            }
            if let answer = answer.withLock({ $0 }) { reporter.report(answer) }
        }
    }
}

/// What a Space was asked for.
enum SpaceAnswer: Sendable {
    case listing(SpaceListing)
    case output(SpaceOutput)
}

private struct SpaceProvider: AsyncGeneratorProvider {
    let id: ProviderID = "space"
    let models = ModelCatalog(ModelDescriptor("space"))
    let environment: GenerationEnvironment
    let work: @Sendable (GenerationContext) async throws -> Void

    func run(_ call: GenerationCall<NoProviderOptions>, in context: GenerationContext) async throws {
        try await work(context)
    }
}

extension GradioApp {
    /// Finds the endpoint that a person means: by name, by number, or the only one with a name.
    fileprivate func endpoint(chosenAs name: String?) throws -> GradioEndpoint {
        if let name {
            guard let number = Int(name) else { return try endpoint(name) }
            // Its name, where it has one, stays: more routes lead there.
            return try endpoints.first { $0.id == number } ?? endpoint(number: number)
        }
        let listed = endpoints.filter(\.isListed)
        if listed.count == 1 { return listed[0] }
        let names = listed.compactMap(\.name).map { $0.printable(limit: 60) }
        let numbers = endpoints.map { String($0.id) }.prefix(50).joined(separator: ", ")
        throw GenerationError(
            .invalidRequest,
            names.isEmpty
                ? "The app names no endpoint. Choose one by its number: --endpoint N, N being one of \(numbers)."
                : "The app has several endpoints. Choose one with --endpoint: \(names.joined(separator: ", ")).")
    }
}

extension GradioEndpoint {
    /// What its files are called after.
    fileprivate var title: String { name.map { String($0.drop { $0 == "/" }) } ?? "output" }
}
