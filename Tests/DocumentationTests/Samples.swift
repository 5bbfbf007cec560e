import Flux1Schnell
import Foundation
import G4F
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import Gradio
import ImageGenerators
import Prodia

// Every Swift sample of the README and of the DocC pages stands here or in the files beside this one, line for line, and
// is compiled. `SampleTests` finds each of them.

func readmeHurry() async throws -> DownloadedFile {
    let image = try await Flux1SchnellProvider().image("A red bicycle", size: .aspectRatio(16, 9), seed: 7)
    let saved = try await image.save(to: URL(fileURLWithPath: "pictures"), named: "bicycle")
    return saved
}

func readmeSpace(_ url: URL) async throws -> [JSONValue] {
    let app = try await GradioApp.connect(to: url)  // any app's URL, such as http://127.0.0.1:7860
    let job = try await app.submit("/infer", ["a red fox", 7, false, 768, 768, 2])
    let output = try await job.output()
    return output
}

func gradioDeadline(_ job: GradioJob) async throws -> [JSONValue] {
    let output = try await Deadline(in: .seconds(300)).run { try await job.output() }
    return output
}

func imageGenerators() async throws -> GeneratedImage {
    let provider = try ProviderRegistry.standard.make("prodia")
    let image = try await provider.image("A quiet harbour")
    return image
}

func imageGeneratorsOwn(_ url: URL) throws -> any AsyncGeneratorProvider {
    var registry = ProviderRegistry.standard
    registry.add(
        RegisteredProvider("paint", label: "our own painter") { PaintProvider(environment: $0.environment, url: url) })
    let provider = try registry.make("paint,flux1-schnell")
    return provider
}

func readmeURLSession() -> Flux1SchnellProvider {
    let environment = GenerationEnvironment { $0.transport = URLSessionTransport() }
    let provider = Flux1SchnellProvider(environment: environment)
    return provider
}

func flux1Schnell(_ folder: URL) async throws {
    let provider = Flux1SchnellProvider()
    let prompt = "An otter in a ruff, oil on canvas"
    for try await event in provider.createAsyncGenerator(
        model: "flux", prompt: prompt, size: .aspectRatio(16, 9), seed: 7)
    {
        switch event {
        case .reasoning(let reasoning): print(reasoning.status)
        case .warning(let warning): print(warning.message)
        case .image(let response):
            let file = try await response.images[0].save(to: folder, named: "otter")
            print(file.file.path, response.images[0].seed ?? 0)
        default: break
        }
    }
}

func prodia(_ folder: URL, _ key: String) async throws {
    let provider = ProdiaProvider(apiKey: key, api: .v2Async)
    do {
        let image = try await provider.image(
            "An otter in a ruff, oil on canvas", model: "flux-dev", size: .pixels(1024, 768),
            options: ProdiaOptions(stylePreset: "photographic", format: .png))
        let file = try await image.save(to: folder, named: "otter")
        print(file.file.path, image.metadata["dollars"]?.double ?? 0)
    } catch let error as GenerationError {
        guard error.code == .timedOut, let ticket = error.job?.ticket else { throw error }
        print("Not done yet. Later:", ticket)
        let late = try await provider.resumeAsyncGenerator(JobHandle(ticket: ticket)).response()
        print(late.images.map(\.url))
    }
}

func gradio(_ url: URL) async throws {
    let app = try await GradioApp.connect(to: url)
    for endpoint in app.endpoints { print(endpoint.name ?? "-", endpoint.parameters.map(\.label)) }
    let job = try await app.submit("/infer", ["a red fox", 7, false, 768, 768, 2])
    for try await message in job {
        switch message {
        case .generating(let values): print("so far", values.count)
        case .completed(let values): print(values.first.flatMap(GradioFile.init).flatMap(app.url(for:)) ?? "no picture")
        default: break
        }
    }
}

struct PaintProvider: AsyncGeneratorProvider {
    let id: ProviderID = "paint"
    let models = ModelCatalog(ModelDescriptor("paint-1", capabilities: ModelCapabilities(seed: 0...9999)))
    let environment: GenerationEnvironment
    let url: URL

    func run(_ call: GenerationCall<NoProviderOptions>, in context: GenerationContext) async throws {
        var request = HTTPRequest(url: url, method: "POST", headers: ["Content-Type": "application/json"])
        request.body = try JSONValue.object(["prompt": .string(call.prompt)]).serialized()
        request.intent = .create(nil)
        try await context.status("Painting")
        let (response, body) = try await context.http.data(for: request)
        guard response.status == 200 else {
            throw GenerationError(status: response.status, retryAfter: response.headers.retryAfter(), body: body)
        }
        let image = context.image(data: body, seed: call.settings.seed)
        try await context.yield(.image(ImageResponse(images: [image], alt: call.prompt, model: call.model.id)))
    }
}

func transport(_ url: URL) async throws {
    let pipeline = HTTPPipeline()
    let response = try await pipeline.send(HTTPRequest(url: url, headers: ["Accept": "text/event-stream"]))
    for try await event in response.body.serverSentEvents() {
        print(event.type, event.data)
    }
}

func testing() async throws -> Data {
    let space = try LoopbackSpace()
    let provider = Flux1SchnellProvider(url: space.url)
    let image = try await provider.image("a quiet harbour")
    let bytes = try await image.load().data
    return bytes
}

func fluxDev() async throws {
    let provider = FluxDevProvider()
    for try await event in provider.createAsyncGenerator(prompt: "A lighthouse in a storm", steps: 20) {
        switch event {
        case .reasoning(let reasoning): print(reasoning.status, reasoning.progress?.fraction ?? 0)
        case .preview(let response): print("so far", response.images[0].url)
        case .image(let response): print("done", response.images[0].url, response.images[0].seed ?? 0)
        default: break
        }
    }
}

func janusPro(_ picture: URL) async throws {
    let provider = JanusProProvider()
    var question = GenerationRequest(messages: [.user("What is the animal in this picture doing?")])
    question.inputImages = [.file(picture)]
    var options = JanusProOptions()
    options.conversation = JanusProConversation()
    question[options: JanusProProvider.self] = options
    for try await event in provider.createAsyncGenerator(question) {
        if case .text(let text) = event { print(text) }
    }
    question.messages = [.user("And what will it do next?")]
    let answer = try await provider.createAsyncGenerator(question).response()
    print(answer.text ?? "")
}

func g4f() async throws {
    let provider = G4FProvider()
    for try await event in provider.createAsyncGenerator(model: "flux-schnell", prompt: "A paper boat on a puddle") {
        switch event {
        case .reasoning(let reasoning): print(reasoning.status)
        case .image(let response): print(response.images[0].url, response.via?.rawValue ?? "directly")
        default: break
        }
    }
}

func gradioSession(_ url: URL) async throws {
    let app = try await GradioApp.connect(to: url).loadingInfo()
    let session = app.session()
    let first = try await session.submit("/remember", ["a fox"]).output()
    let second = try await session.submit("/remember", ["a crow"]).output()
    print(first, second)
}

func gradioNames(_ space: GradioSpace, _ photo: URL) async throws {
    let app = try await GradioApp.connect(to: space).loadingInfo()  // GradioSpace("OWNER/NAME"), or a URL
    for endpoint in app.endpoints {
        for parameter in endpoint.parameters { print(endpoint.name ?? "-", parameter.name ?? "-", parameter.component) }
    }
    let picture = try await app.upload(photo)
    let job = try await app.submit("/describe", named: ["picture": picture.argument, "question": "What is it?"])
    for try await message in job {
        switch message {
        case .queued(let place): print("before me:", place.position ?? 0)
        case .progress(let bars): print(bars.map { $0.text ?? "" })
        case .log(let line): print(line.text)
        case .completed(let values): print(values)
        default: break
        }
    }
}

func callingAnyApp(_ url: URL, _ file: URL) async throws {
    let app = try await GradioApp.connect(to: url).loadingInfo()
    for endpoint in app.endpoints where endpoint.isListed {
        print(endpoint.name ?? "number \(endpoint.id)", "returns", endpoint.returns)
        for parameter in endpoint.parameters where !parameter.isHidden {
            print("  ", parameter.name ?? parameter.label, "is a", parameter.component, parameter.choices.map(\.value))
        }
    }
    let photo = try await app.upload(file).argument
    let edited = try await app.submit(
        "/edit", named: ["picture": ["background": photo, "layers": [], "composite": photo], "prompt": "make it snow"]
    ).output()
    for (component, value) in try app.endpoint("/edit").shown(edited) {
        let files = GradioFile.all(in: value)
        print(
            component, files.isEmpty ? value.description : "\(files.count) files", files.compactMap { app.url(for: $0) }
        )
    }
}
