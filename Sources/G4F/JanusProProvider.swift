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

    private let place: GradioPlace
    private let route: GradioRoute

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
    ///   - apiKey: A ZeroGPU token; where none is given, the environment's, or one that the Hub gives.
    ///   - url: The Space; the original one by default.
    ///   - space: The Space's name on the Hub, for its GPU token; `deepseek-ai/Janus-Pro-7B` by default. With a `url` of
    ///     another Space name that one, or none of the public Hub's tokens is sent there.
    ///   - hubURL: The Hub; `https://huggingface.co` by default.
    ///   - route: The way to the Space; its queue where it has one by default. A conversation always takes the queue.
    ///   - waitForSpace: How long a Space that sleeps or is being built is waited for; not at all by default. The time-out of
    ///     the generation goes on meanwhile.
    ///   - environment: Transport, credentials, time-outs.
    public init(
        apiKey: String? = nil, url: URL? = nil, space: String? = nil, hubURL: URL? = nil,
        route: GradioRoute = .automatic, waitForSpace: Duration? = nil,
        environment: GenerationEnvironment = GenerationEnvironment()
    ) {
        place = GradioPlace(
            url: url, space: space, hubURL: hubURL, own: ("deepseek-ai/Janus-Pro-7B", Self.defaultURL),
            patience: waitForSpace)
        self.route = route
        self.environment = environment.with(apiKey: apiKey)
    }

    /// Makes one gallery, or one text. Called by core; use `createAsyncGenerator(model:messages:)`.
    /// - Parameters:
    ///   - call: The checked request.
    ///   - context: Yields events, sends requests.
    /// - Throws: `GenerationError`, `TransportError`, `CancellationError`.
    public func run(_ call: GenerationCall<JanusProOptions>, in context: GenerationContext) async throws {
        // What cannot be read is refused before anything is sent.
        let pictures = try await GradioPictures(call.settings.inputImages.suffix(1))
        let known = place.url.flatMap {
            call.options.conversation?.token(at: $0.withoutTrailingSlash, for: context.credentials)
        }
        let token = try await place.token(knowing: known, in: context)
        let visit = try await place.visit(in: context)
        let result: GenerationEvent
        do {
            result = try await answer(call, pictures, token, with: visit.app, in: context)
        } catch {
            throw try await visit.explained(error, in: context)
        }
        try await context.status("Finished")
        try await context.yield(result)
    }

    private func answer(
        _ call: GenerationCall<JanusProOptions>, _ pictures: GradioPictures, _ token: ZeroGPUToken,
        with app: GradioApp, in context: GenerationContext
    ) async throws -> GenerationEvent {
        let makesPictures = call.model.kinds.contains(.image)
        let kept = call.options.conversation, turn = kept?.turn(at: app.url)
        let session = kept.map { _ in app.session(turn?.session) }
        var spoken = call
        if !makesPictures, turn?.session != nil { spoken.prompt = call.lastTurn }
        let warnings = kept?.isElsewhere(than: app.url) == true ? [Self.startsAnew] : []
        let (result, job) = try await Self.explaining(lackOfPicture: pictures.isEmpty && !makesPictures) {
            try await task(for: call.options, makesPictures).result(
                of: spoken, pictures, with: app, token: token, session: session, reporting: warnings, in: context)
        }
        let event = try event(result, job, in: context)
        // Before anybody hears of it: who has the answer may go on at once.
        kept?.keep(session: session?.id, token: token, at: app.url, for: context.credentials)
        return event
    }

    private func task(for options: JanusProOptions, _ makesPictures: Bool) -> GradioPictureTask {
        GradioPictureTask(
            place: place,
            endpoint: makesPictures ? ("/generate_image", 3) : ("/multimodal_understanding", 2),
            mapping: makesPictures
                ? [
                    "prompt": .prompt, "seed": .seed, "guidance": .guidance,
                    "t2i_temperature": .value(JSONValue(plain: options.imageTemperature)),
                ]
                : [
                    "image": .inputImage, "question": .prompt, "seed": .seed,
                    "top_p": .value(JSONValue(plain: options.topP)),
                    "temperature": .value(JSONValue(plain: options.temperature)),
                ],
            isOrdered: true, defaults: GenerationSettings(guidance: 5),
            // As the Space's own page draws them.
            draws: 1000...999_999, route: route)
    }

    private static let startsAnew = GenerationWarning(
        .unsupported, setting: "conversation",
        "The conversation began at another Space, which alone remembers it: this one hears only what the request says.")

    /// On ZeroGPU only the name of an exception comes out; this one's means that there was no picture to look at.
    private static func explaining<Result>(
        lackOfPicture: Bool, _ work: () async throws -> Result
    ) async throws -> Result {
        do {
            return try await work()
        } catch var error as GenerationError where error.message.contains("AttributeError") && lackOfPicture {
            error.message = "The Space found no picture to look at: give it one. (\(error.message))"
            throw error
        }
    }

    /// Pictures where there are some, else text.
    private func event(
        _ result: GradioResult, _ job: GradioPictureJob, in context: GenerationContext
    ) throws -> GenerationEvent {
        let response = try job.response(to: result, in: context)
        if !response.images.isEmpty { return .image(response) }
        if result.hasList { throw GenerationError(.noImage, "The Space finished with an empty gallery.") }
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
