public import Foundation
internal import GeneratorTransport
public import Gradio

/// Passes pictures and texts on to the Spaces of the G4F framework: FLUX.1 [dev], Janus-Pro-7B, and a FLUX of its own.
///
/// The model's name, as it is written, decides: `flux` (the default) and `flux-dev` go to FLUX.1 [dev], a name without
/// "flux" to JanusPro, and `flux-schnell` to the framework's own Space.
public struct G4FProvider: AsyncGeneratorProvider {
    /// The settings of JanusPro, for the models that go there.
    public typealias Options = JanusProOptions

    /// Where the three Spaces run.
    public struct Spaces: Sendable {
        /// Janus-Pro-7B.
        public var janus: URL?
        /// The framework's own FLUX.
        public var flux: URL?
        /// FLUX.1 [dev].
        public var fluxDev: URL?

        /// Names Spaces.
        /// - Parameters:
        ///   - janus: Janus-Pro-7B; `roxky-janus-pro-7b.hf.space` by default.
        ///   - flux: The framework's own FLUX; `roxky-g4f-flux.hf.space` by default.
        ///   - fluxDev: FLUX.1 [dev]; `roxky-flux-1-dev.hf.space` by default.
        public init(janus: URL? = nil, flux: URL? = nil, fluxDev: URL? = nil) {
            self.janus = janus ?? URL(string: "https://roxky-janus-pro-7b.hf.space")
            self.flux = flux ?? URL(string: G4FProvider.defaultURL)
            self.fluxDev = fluxDev ?? URL(string: "https://roxky-flux-1-dev.hf.space")
        }
    }

    /// `g4f`.
    public let id: ProviderID = "g4f"
    /// `flux` (alias `flux-schnell`), `flux-dev`, `janus-pro-7b` and `janus-pro-7b-image`.
    public let models: ModelCatalog
    /// Transport, credentials, time-outs.
    public let environment: GenerationEnvironment

    private let janus: JanusProProvider
    private let fluxDev: FluxDevProvider
    /// The framework's own Space.
    private let flux: GradioPictureTask

    /// The framework's own Space.
    public static let defaultURL = "https://roxky-g4f-flux.hf.space"

    /// What the direct route takes.
    private static let direct = ModelCapabilities(
        size: ImageSizeRule(sides: 32...8192, multiple: 8, standard: PixelSize(width: 1024, height: 1024)),
        seed: 0...Int(Int32.max))

    /// Makes a provider. Keep it: it and its copies remember what a Space says of itself, for five minutes.
    /// - Parameters:
    ///   - apiKey: A ZeroGPU token; where none is given, the environment's, or one that the Hub gives.
    ///   - spaces: Where the three Spaces run; the original ones by default.
    ///   - hubURL: The Hub; `https://huggingface.co` by default.
    ///   - route: The way to FLUX.1 [dev] and JanusPro; their queue where they have one by default. The framework's own
    ///     Space is called directly.
    ///   - waitForSpace: How long a Space that sleeps or is being built is waited for; not at all by default. The time-out of
    ///     the generation goes on meanwhile.
    ///   - environment: Transport, credentials, time-outs.
    public init(
        apiKey: String? = nil, spaces: Spaces = Spaces(), hubURL: URL? = nil, route: GradioRoute = .automatic,
        waitForSpace: Duration? = nil, environment: GenerationEnvironment = GenerationEnvironment()
    ) {
        /// The Space whose GPU token may go to one of the URLs: see `ZeroGPUToken`.
        func space(_ name: String, at url: KeyPath<Spaces, URL?>) -> String? {
            ZeroGPUToken.space(nil, own: (name, Spaces()[keyPath: url]), at: spaces[keyPath: url], hub: hubURL)
        }
        let environment = environment.with(apiKey: apiKey)
        self.environment = environment
        janus = JanusProProvider(
            url: spaces.janus, space: space("roxky/Janus-Pro-7B", at: \.janus), hubURL: hubURL, route: route,
            waitForSpace: waitForSpace, environment: environment)
        fluxDev = FluxDevProvider(
            url: spaces.fluxDev, space: space("roxky/FLUX.1-dev", at: \.fluxDev), hubURL: hubURL, route: route,
            waitForSpace: waitForSpace, environment: environment)
        // The app hides the name; its page calls the number.
        flux = GradioPictureTask(
            place: GradioPlace(
                url: spaces.flux, space: space("roxky/g4f-space", at: \.flux), hubURL: hubURL, tokens: .everybody,
                patience: waitForSpace),
            endpoint: (nil, 3),
            mapping: [
                "prompt": .prompt, "seed": .seed, "width": .width, "height": .height, "option": .value(true),
                "steps": .value(1),
            ],
            isOrdered: true, defaults: GenerationSettings(), draws: 9999...Int(Int32.max), route: .run)
        let capabilities = FluxDevProvider.catalog.models[0].capabilities
        models = ModelCatalog(
            ModelDescriptor("flux", capabilities: capabilities),
            [ModelDescriptor("flux-dev", capabilities: capabilities)] + JanusProProvider.catalog.models,
            aliases: ["flux-schnell": "flux"])
    }

    /// Passes one call on. Called by core; use `createAsyncGenerator(model:prompt:)`.
    /// - Parameters:
    ///   - call: The checked request.
    ///   - context: Yields events, sends requests.
    /// - Throws: `GenerationError`, `TransportError`, `CancellationError`.
    public func run(_ call: GenerationCall<JanusProOptions>, in context: GenerationContext) async throws {
        let written = call.requestedModel?.trimmingWhitespace() ?? ""
        let name = written.isEmpty ? models.defaultModel : written
        if name == "flux" || name == "flux-dev" {
            try await fluxDev.run(
                call.passed(to: fluxDev.models.models[0], options: NoProviderOptions()),
                in: context.passed(to: fluxDev.id))
        } else if !name.contains("flux") {
            try await janus.run(call, in: context.passed(to: janus.id))
        } else {
            try await runDirectly(call, in: context)
        }
    }

    /// The framework's own Space: one request that is answered when the picture is there.
    private func runDirectly(_ call: GenerationCall<JanusProOptions>, in context: GenerationContext) async throws {
        let call = call.passed(
            to: ModelDescriptor("flux-schnell", capabilities: Self.direct), options: NoProviderOptions())
        let token = try await flux.place.token(in: context)
        let visit = try await flux.place.visit(in: context)
        let started = context.elapsed
        let response: ImageResponse
        do {
            response = try await self.response(to: call, with: visit.app, token: token, in: context)
        } catch {
            throw try await visit.explained(error, in: context)
        }
        try await context.yield(image: response)
        try await context.status("Finished \((context.elapsed - started).hundredths)s")
    }

    private func response(
        to call: GenerationCall<NoProviderOptions>, with app: GradioApp, token: ZeroGPUToken,
        in context: GenerationContext
    ) async throws -> ImageResponse {
        let pictures = try await GradioPictures()
        let (result, job) = try await Self.telling(context, since: context.elapsed) {
            try await flux.result(of: call, pictures, with: app, token: token, tellsNothing: true, in: context)
        }
        var response = try job.response(to: result, in: context)
        guard let picture = response.images.first else {
            throw GenerationError(.noImage, "The Space finished without a picture.")
        }
        response.images = [picture]
        return response
    }

    /// Tells the time that has passed, five times a second, until the work is done.
    private static func telling<Result: Sendable>(
        _ context: GenerationContext, since started: Duration,
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await work() }
            group.addTask {
                while true {
                    try await context.environment.clock.sleep(.milliseconds(200))
                    try await context.status("Generating \((context.elapsed - started).hundredths)s")
                }
            }
            while let output = try await group.next() {
                if let output { return output }
            }
            throw CancellationError()
        }
    }
}

extension Duration {
    /// Seconds with two decimals.
    fileprivate var hundredths: String { String(format: "%.2f", seconds) }
}
