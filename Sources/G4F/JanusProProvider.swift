public import Foundation
internal import GeneratorTransport
public import Gradio

/// Makes pictures, writes text and answers questions about pictures with Janus-Pro-7B on a Space of the Hub.
///
/// A named model decides: `janus-pro-7b-image` makes pictures, `janus-pro-7b` writes. Without a name, a prompt by itself
/// means a picture, and a conversation means text.
public struct JanusProProvider: AsyncGeneratorProvider {
    /// The settings that only JanusPro has.
    public typealias Options = JanusProOptions

    /// `janus-pro`.
    public let id: ProviderID = "janus-pro"
    /// `janus-pro-7b` for text and questions about one picture, `janus-pro-7b-image` for pictures.
    public let models = JanusProProvider.catalog
    /// Transport, credentials, time-outs.
    public let environment: GenerationEnvironment

    private let url: URL?
    private let hubURL: URL?
    private let space: String?
    private let route: GradioRoute
    private let cache: GradioConfigCache

    /// The Space that is asked where no other is named.
    public static let defaultURL = "https://deepseek-ai-janus-pro-7b.hf.space"

    static let catalog: ModelCatalog = {
        var catalog = ModelCatalog(
            ModelDescriptor(
                "janus-pro-7b", kinds: [.text, .vision],
                capabilities: ModelCapabilities(seed: 0...Int(Int32.max), inputImages: 1)),
            [
                ModelDescriptor(
                    "janus-pro-7b-image",
                    capabilities: ModelCapabilities(seed: 0...Int(Int32.max), guidance: 1...10))
            ])
        catalog.defaultPictureModel = "janus-pro-7b-image"
        return catalog
    }()

    /// Makes a provider. Keep it: it and its copies remember what a Space says of itself, for five minutes.
    /// - Parameters:
    ///   - url: The Space; the original one by default.
    ///   - space: The Space's name on the Hub, for its GPU token; `deepseek-ai/Janus-Pro-7B` by default. With a `url` of
    ///     another Space name that one, or none of the public Hub's tokens is sent there.
    ///   - hubURL: The Hub; `https://huggingface.co` by default.
    ///   - route: The way to the Space; its queue where it has one by default. A conversation always takes the queue.
    ///   - environment: Transport, credentials, time-outs. An `apiKey` is a ZeroGPU token.
    public init(
        url: URL? = nil, space: String? = nil, hubURL: URL? = nil,
        route: GradioRoute = .automatic, environment: GenerationEnvironment = GenerationEnvironment()
    ) {
        self.init(
            url: url, space: space, hubURL: hubURL, route: route, environment: environment, cache: GradioConfigCache())
    }

    /// Makes a provider that remembers with another.
    init(
        url: URL?, space: String?, hubURL: URL?, route: GradioRoute, environment: GenerationEnvironment,
        cache: GradioConfigCache
    ) {
        self.url = url ?? URL(string: Self.defaultURL)
        self.space = ZeroGPUToken.space(
            space, own: ("deepseek-ai/Janus-Pro-7B", URL(string: Self.defaultURL)), at: url, hub: hubURL)
        self.hubURL = hubURL ?? URL(string: GenerationCredentials.defaultHubURL)
        self.route = route
        self.environment = environment
        self.cache = cache
    }

    /// Makes one gallery, or one text. Called by core; use `createAsyncGenerator(model:messages:)`.
    /// - Parameters:
    ///   - call: The checked request.
    ///   - context: Yields events, sends requests.
    /// - Throws: `GenerationError`, `TransportError`, `CancellationError`.
    public func run(_ call: GenerationCall<JanusProOptions>, in context: GenerationContext) async throws {
        guard let url, let hubURL else { throw GenerationError(.invalidRequest, "The Space's URL cannot be used.") }
        // What cannot be read is refused before anything is sent.
        var picture: UploadablePicture?
        if let input = call.settings.inputImages.last { picture = try await UploadablePicture(input) }
        let known = call.options.conversation?.token(at: url.withoutTrailingSlash, for: context.credentials)
        let token = try await ZeroGPUToken.acquire(for: space, at: hubURL, knowing: known, in: context)
        try await GradioApp.with(url, space: space, hub: hubURL, in: context, remembering: cache) { [picture] app in
            try await answer(call, picture, token, with: app, in: context)
        }
    }

    private func answer(
        _ call: GenerationCall<JanusProOptions>, _ picture: UploadablePicture?, _ token: ZeroGPUToken,
        with app: GradioApp, in context: GenerationContext
    ) async throws {
        let conversation = call.options.conversation?.turn(at: app.url)
        let makesPictures = call.model.kinds.contains(.image)
        let endpoint =
            makesPictures
            ? try app.endpoint("/generate_image", orID: 3) : try app.endpoint("/multimodal_understanding", orID: 2)
        let arguments =
            makesPictures
            ? [.prompt, .seed, .guidance, .other(JSONValue(plain: call.options.imageTemperature))]
            : [
                .other(try await picture?.upload(to: app, in: context).argument ?? .null),
                .other(.string(conversation?.session == nil ? call.prompt : call.lastTurn)), .seed,
                .other(JSONValue(plain: call.options.topP)), .other(JSONValue(plain: call.options.temperature)),
            ] as [GradioSetting]
        let capabilities = call.model.capabilities.narrowed(to: endpoint, arguments)
        let settings = try context.settings(within: capabilities)
        if call.options.conversation?.isElsewhere(than: app.url) == true {
            try context.report([
                GenerationWarning(
                    .unsupported, setting: "conversation",
                    "The conversation began at another Space, which alone remembers it: this one hears only what the request says."
                )
            ])
        }
        let seed = settings.seed ?? Self.drawSeed(in: capabilities.seed)
        let values = arguments.map {
            $0.value(prompt: call.prompt, settings, GenerationSettings(seed: seed, guidance: 5), capabilities)
        }
        let session = call.options.conversation.map { _ in app.session(conversation?.session) }
        let output = try await Self.explaining(lackOf: picture, makesPictures) {
            try await app.generate(
                endpoint, values, route: route, session: session, headers: token.headers, in: context)
        }
        let result = try result(GradioResult(output, of: endpoint), of: app, call, seed: seed, in: context)
        // Before anybody hears of it: who has the answer may go on at once.
        call.options.conversation?.keep(
            session: session?.id, token: token, at: app.url, for: context.credentials)
        try await context.status("Finished")
        try await context.yield(result)
    }

    /// From 1,000 to 999,999, as the Space's own page draws them, as far as the Space takes that.
    private static func drawSeed(in range: ClosedRange<Int>?) -> Int {
        let own = 1000...999_999
        guard let range else { return .random(in: own) }
        return .random(in: own.overlaps(range) ? own.clamped(to: range) : range)
    }

    /// On ZeroGPU only the name of an exception comes out; this one's means that there was no picture to look at.
    private static func explaining(
        lackOf picture: UploadablePicture?, _ makesPictures: Bool, _ work: () async throws -> [JSONValue]
    ) async throws -> [JSONValue] {
        do {
            return try await work()
        } catch var error as GenerationError
            where error.message.contains("AttributeError") && picture == nil && !makesPictures
        {
            error.message = "The Space found no picture to look at: give it one. (\(error.message))"
            throw error
        }
    }

    /// Pictures where there are some, else text.
    private func result(
        _ result: GradioResult, of app: GradioApp, _ call: GenerationCall<JanusProOptions>, seed: Int,
        in context: GenerationContext
    ) throws -> GenerationEvent {
        let pictures = result.pictures
        guard pictures.count <= 1000 else {
            throw GenerationError(.responseTooLarge, "The Space answered with \(pictures.count) pictures.")
        }
        let images = try pictures.map { try app.image($0, in: context, seed: seed) }
        if !images.isEmpty { return .image(ImageResponse(images: images, alt: call.prompt, model: call.model.id)) }
        if result.hasList {
            throw GenerationError(.noImage, "The Space finished with an empty gallery.")
        }
        guard let text = result.text else {
            throw GenerationError(.noImage, "The Space finished without an answer.")
        }
        return .text(text)
    }
}

extension GenerationCall {
    /// What the person said last: the server remembers the rest of a conversation that goes on. A prompt of its own
    /// wins here too.
    fileprivate var lastTurn: String {
        let turn = messages.picturePrompt
        return turn.isEmpty || prompt != messages.transcript ? prompt : turn
    }
}
