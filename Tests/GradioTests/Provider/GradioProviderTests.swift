import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import ProviderRuns
import TestPace
import Testing

@testable import Gradio

@Suite("Any Gradio app as a provider", .paced)
struct GradioProviderTests {
    private typealias Part = ReplicaApp.Part

    private func request(
        _ prompt: String = "a boat", _ change: (inout GenerationRequest) -> Void = { _ in }
    )
        -> GenerationRequest
    {
        var request = GenerationRequest(prompt: prompt)
        change(&request)
        return request
    }

    private func run(
        _ app: ReplicaApp, _ mapping: GradioMapping = [:], endpoint: String? = nil,
        _ change: (inout GenerationRequest) -> Void = { _ in }
    ) async -> ProviderRun {
        await ProviderRun(
            app.provider(mapping, endpoint: endpoint).createAsyncGenerator(request("a boat", change)))
    }

    private func facts(_ warnings: [GenerationWarning]) -> [[JSONValue]] {
        warnings.map {
            [.string($0.kind.rawValue), .string($0.setting ?? ""), $0.requested ?? .null, $0.used ?? .null]
        }
    }

    @Test("what was asked for arrives at the parameters that mean it, whatever their order")
    func everything() async throws {
        let app = try ReplicaApp([
            (
                "run",
                [
                    .height, .width, .steps, .slider("cfg", "CFG Scale", 7, 0...20), .prompt,
                    Part(type: "textbox", name: "negative_prompt", label: "Negative prompt", value: "bad"),
                    Part(type: "checkbox", name: "use_negative_prompt", label: "Use negative prompt", value: false),
                    .seed, .randomize, Part(type: "state"), .slider("lora_scale", "LoRA scale", 0, 0...2),
                    .slider("num_images", "Number of images", 2, 1...4),
                ]
            )
        ])
        let run = await run(app, endpoint: "/run") {
            $0.size = .pixels(512, 640)
            $0.seed = 7
            $0.steps = 9
            $0.guidance = 3.5
            $0.negativePrompt = "fog"
        }
        #expect(run.error == nil)
        #expect(run.warnings.isEmpty)
        #expect(app.arguments == [640, 512, 9, 3.5, "a boat", "fog", true, 7, false, nil, 0, 1])
        #expect(run.images.first?.images.first?.seed == 7)
        #expect(run.images.first?.images.first?.size == PixelSize(width: 512, height: 640))
        #expect(run.images.first?.provider == "gradio")
    }

    @Test("a provider of one's own has defaults of its own, and asks for no names where its mapping says all")
    func ownDefaults() async throws {
        let app = try ReplicaApp([("infer", [.prompt, .seed, .randomize, .width, .height, .steps])])
        let provider = OwnProvider(app)
        let plain = await ProviderRun(provider.createAsyncGenerator(prompt: "a boat"))
        let wished = await ProviderRun(provider.createAsyncGenerator(prompt: "a fox", seed: 7, steps: 5))
        #expect(plain.error == nil && wished.error == nil)
        #expect(
            app.calls.map(\.arguments) == [
                ["a boat", 0, true, 512, 640, 12], ["a fox", 7, false, 512, 640, 5],
            ])
        #expect(!app.server.requests.contains { $0.path.hasSuffix("/info") })
    }

    @Test("without a wish the app's own defaults are sent, and its tick for random seeds stays on")
    func defaults() async throws {
        let app = try ReplicaApp([("infer", [.prompt, .seed, .randomize, .width, .height, .steps])])
        let run = await run(app)
        #expect(run.error == nil && run.warnings.isEmpty)
        #expect(app.arguments == ["a boat", 0, true, 1024, 768, 4])
        #expect(app.server.requests.map(\.path).prefix(2) == ["/config", "/gradio_api/info"])
    }

    @Test("without a tick a random seed is drawn, and reported; or the seed that means a random one is sent")
    func drawnSeeds() async throws {
        let drawn = try ReplicaApp([("infer", [.prompt, .slider("seed", "Seed", 5, 10...20)])])
        let run = await run(drawn)
        let seed = try #require(drawn.arguments.last?.integer)
        #expect((10...20).contains(seed))
        #expect(run.images.first?.images.first?.seed == seed)
        let minus = try ReplicaApp([
            ("infer", [.prompt, Part(type: "textbox", name: "seed", label: "Seed (-1 for random)", value: "-1")])
        ])
        _ = await self.run(minus)
        #expect(minus.arguments == ["a boat", "-1"])
        _ = await self.run(minus) { $0.seed = 8 }
        #expect(minus.calls.last?.arguments == ["a boat", "8"])
        let zero = try ReplicaApp([("infer", [.prompt, .slider("seed", "Seed (0 for random)", 1, 0...100)])])
        let folded = await self.run(zero) { $0.seed = 0 }
        // 0 would be another seed at every call.
        #expect(facts(folded.warnings) == [["adjusted", "seed", 0, 100]])
        #expect(zero.arguments == ["a boat", 100])
    }

    @Test("what the app has no parameter for is warned of, or refused before anything is submitted")
    func unsupported() async throws {
        let app = try ReplicaApp([("infer", [.prompt])])
        func wish(_ request: inout GenerationRequest) {
            request.size = .pixels(512, 512)
            request.seed = 7
            request.steps = 4
            request.guidance = 2
            request.negativePrompt = "fog"
        }
        let warned = await run(app) { wish(&$0) }
        #expect(warned.images.count == 1)
        #expect(
            Set(warned.warnings.compactMap(\.setting)) == ["size", "seed", "steps", "guidance", "negativePrompt"])
        #expect(warned.warnings.allSatisfy { $0.kind == .unsupported })
        let refused = await run(app) {
            wish(&$0)
            $0.unsupported = .fail
        }
        #expect(refused.failure?.code == .unsupportedSetting)
        #expect(refused.failure?.wasAccepted == false)
        #expect(app.calls.count == 1)
    }

    @Test("of choices of sizes the nearest is sent, and a change is reported")
    func sizeChoices() async throws {
        let sizes = ["1024x1024 ( 1:1 )", "1280x720 ( 16:9 )", "720x1280 ( 9:16 )"]
        let app = try ReplicaApp([("generate", [.prompt, .choice("resolution", "Resolution", sizes)])])
        let exact = await run(app) { $0.size = .pixels(1280, 720) }
        #expect(exact.warnings.isEmpty)
        let shape = await run(app) { $0.size = .aspectRatio(9, 16) }
        #expect(shape.warnings.isEmpty)
        let near = await run(app) { $0.size = .pixels(768, 768) }
        #expect(facts(near.warnings) == [["adjusted", "size", "768x768", "1024x1024 ( 1:1 )"]])
        _ = await run(app)
        #expect(app.calls.map { $0.arguments[1].string } == [sizes[1], sizes[2], sizes[0], sizes[0]])
        let refused = await run(app) {
            $0.size = .pixels(768, 768)
            $0.unsupported = .fail
        }
        #expect(refused.failure?.code == .unsupportedSetting)
        #expect(app.calls.count == 4)
        // A style is no size, whatever it is called.
        let style = try ReplicaApp([
            ("run", [.prompt, .choice("style", "Quality Style", ["3840 x 2160", "2560 x 1440"])])
        ])
        let plain = await run(style) { $0.size = .pixels(512, 512) }
        #expect(plain.warnings.map(\.setting) == ["size"])
        #expect(style.arguments == ["a boat", "3840 x 2160"])
    }

    @Test("of a choice of steps only what is offered is sent")
    func stepChoices() async throws {
        let app = try ReplicaApp([
            ("go", [.prompt, .choice("ckpt", "Select inference steps", ["4-Step", "1-Step", "8-Step"])])
        ])
        let offered = await run(app) { $0.steps = 8 }
        #expect(offered.warnings.isEmpty)
        let other = await run(app) { $0.steps = 5 }
        #expect(facts(other.warnings) == [["unsupported", "steps", 5, nil]])
        #expect(app.calls.map { $0.arguments[1].string } == ["8-Step", "4-Step"])
    }

    @Test("a model is a choice of the app by its name, and an unknown one is refused before anything is submitted")
    func models() async throws {
        let app = try ReplicaApp([
            ("go", [.choice("model_type", "Model Type", ["full", "dev", "fast"], type: "radio"), .prompt])
        ])
        let chosen = await run(app) { $0.model = "Fast" }
        #expect(chosen.images.first?.model == "fast")
        let standard = await run(app)
        #expect(standard.images.first?.model == "full")
        let own = await run(app) { $0.model = "127.0.0.1" }
        #expect(own.error == nil)
        #expect(app.calls.map { $0.arguments[0].string } == ["fast", "full", "full"])
        let unknown = await run(app) { $0.model = "slow" }
        #expect(unknown.failure?.code == .unknownModel)
        #expect(unknown.failure?.message.contains("full, dev, fast") == true)
        let none = try ReplicaApp([("go", [.prompt])])
        #expect(await run(none) { $0.model = "fast" }.failure?.code == .unknownModel)
        #expect(app.calls.count == 3 && none.calls.isEmpty)
    }

    @Test("an instruction and a picture: uploaded, and the result as large as it")
    func editing() async throws {
        let app = try ReplicaApp([
            (
                "infer",
                [
                    Part(type: "gallery", name: "images", label: "Input Images"), .prompt,
                    .slider("height", "Height", 256, 256...2048, step: 8),
                    .slider("width", "Width", 256, 256...2048, step: 8),
                ]
            )
        ])
        let picture = LoopbackSpace.picture(prompt: "x", seed: 1, width: 640, height: 320)
        let run = await run(app) { $0.inputImages = [.data(picture)] }
        #expect(run.error == nil && run.warnings.isEmpty)
        #expect(app.arguments[0][0]?["image"]?["path"] == "/tmp/gradio/u/image.png")
        #expect(app.arguments[0][0]?["caption"]?.isNull == true)
        #expect(Array(app.arguments.dropFirst()) == ["a boat", 320, 640])
        let without = await self.run(app)
        #expect(without.failure?.code == .invalidRequest)
        #expect(without.failure?.message.contains("needs an input picture: images") == true)
        #expect(app.calls.count == 1)
    }

    @Test("numbered pictures are filled in their order, and an editor gets picture and mask")
    func severalPictures() async throws {
        let images = (1...3).map { Part(type: "image", name: "image_input_\($0)", label: "Image \($0)") }
        let numbered = try ReplicaApp([("run", [Part.prompt, Part.width, Part.height] + images)])
        let picture = ImageInput.data(LoopbackSpace.picture(prompt: "x", seed: 1, width: 64, height: 32))
        let two = await run(numbered) { $0.inputImages = [picture, picture] }
        #expect(two.error == nil)
        #expect(numbered.arguments[3]["path"] != nil && numbered.arguments[4]["path"] != nil)
        #expect(numbered.arguments[5].isNull)
        let none = await run(numbered)
        #expect(none.error == nil)
        let editor = try ReplicaApp([
            ("infer", [Part(type: "imageeditor", name: "edit_images", label: "Edit"), .prompt])
        ])
        let masked = await run(editor) {
            $0.inputImages = [picture]
            $0[options: GradioProvider.self] = GradioOptions([:], mask: picture)
        }
        #expect(masked.error == nil && masked.warnings.isEmpty)
        let value = editor.arguments[0]
        #expect(value["background"]?["path"] != nil && value["layers"]?.array?.count == 1)
        #expect(value["composite"]?.isNull == true)
    }

    @Test("parameters that no setting means are reached as options, and unknown ones are refused")
    func options() async throws {
        let app = try ReplicaApp([
            ("run", [.prompt, Part(type: "textbox", name: "garment", label: "Garment"), .seed, .randomize])
        ])
        let refused = await run(app)
        #expect(refused.failure?.code == .invalidRequest)
        #expect(refused.failure?.message.contains("needs values that no common setting means: garment") == true)
        let given = await run(app) { $0[options: GradioProvider.self] = GradioOptions(["Garment": "coat", "seed": 3]) }
        #expect(given.error == nil)
        #expect(app.arguments == ["a boat", "coat", 3, true])
        let unknown = await run(app) {
            $0[options: GradioProvider.self] = GradioOptions(["garment": "coat", "hat": "red"])
        }
        #expect(unknown.failure?.message.contains("has no parameter hat") == true)
        #expect(app.calls.count == 1)
    }

    @Test("a mapping says what rules cannot know")
    func mapping() async throws {
        let app = try ReplicaApp([
            (
                "paint",
                [
                    Part(type: "textbox", name: "text", label: "Words"), .slider("luck", "Luck", 3, 0...999),
                    .slider("effort", "Effort", 2, 1...20), Part(type: "textbox", name: "mood", label: "Mood"),
                ]
            )
        ])
        #expect(await run(app).failure?.message.contains("text, luck, effort, mood") == true)
        let mapped = await run(app, ["text": .prompt, "luck": .seed, "Effort": .steps, "mood": .value("calm")]) {
            $0.seed = 1007
            $0.steps = 9
        }
        #expect(mapped.error == nil)
        #expect(app.arguments == ["a boat", 7, 9, "calm"])
        #expect(facts(mapped.warnings) == [["adjusted", "seed", 1007, 7]])
        let wrong = await run(app, ["prose": .prompt], endpoint: "/paint")
        #expect(wrong.failure?.message.contains("has no parameter prose, which the mapping names") == true)
    }

    @Test("of several endpoints the one that suits best is taken; a helper is none, and a tie is for the caller")
    func endpoints() async throws {
        let app = try ReplicaApp([
            ("update", [Part(type: "textbox", name: "style", label: "Style")]), ("draft", [.prompt]),
            ("infer_1", [.prompt, .seed, .randomize]), ("infer", [.prompt, .seed, .randomize]),
        ])
        #expect(await run(app).error == nil)
        #expect(app.calls.map(\.endpoint) == ["/infer"])
        let tie = try ReplicaApp([("one", [.prompt, .seed]), ("two", [.prompt, .steps])])
        let undecided = await run(tie)
        #expect(undecided.failure?.code == .invalidRequest)
        #expect(undecided.failure?.message.contains("several endpoints that suit: /one, /two") == true)
        #expect(await run(tie, endpoint: "two").error == nil)
        #expect(tie.calls.map(\.endpoint) == ["/two"])
    }

    @Test("an app that does not describe itself is known by its labels")
    func labels() async throws {
        let app = try ReplicaApp(
            [("infer", [.prompt, .seed, .randomize, .width, .height, .steps])], isDescribed: false)
        let run = await run(app) {
            $0.seed = 7
            $0.size = .pixels(512, 640)
        }
        #expect(run.error == nil)
        #expect(app.arguments == ["a boat", 7, false, 512, 640, 4])
    }

    @Test("a seed that the app took in place of the one asked for is reported")
    func otherSeed() async throws {
        let app = try ReplicaApp(
            [("infer", [.prompt, .seed, .randomize])],
            outputs: [Part(type: "image", label: "Result"), Part(type: "number", label: "Seed used")],
            answer: [["path": "/x.png", "meta": ["_type": "gradio.FileData"]], 99])
        let run = await run(app) { $0.seed = 7 }
        #expect(facts(run.warnings) == [["adjusted", "seed", 7, 99]])
        #expect(run.images.first?.images.first?.seed == 99)
    }

    @Test("the samples' provider of one's own works with an app that nobody has seen")
    func posters() async throws {
        let app = try ReplicaApp([
            (
                "paint",
                [
                    Part(type: "textbox", name: "text", label: "Words"), .slider("luck", "Luck", 3, 0...999),
                    .slider("effort", "Effort", 2, 1...20), Part(type: "textbox", name: "mood", label: "Mood"),
                ]
            )
        ])
        let posters = GradioProvider(
            url: app.url, endpoint: "/paint",
            mapping: ["text": .prompt, "luck": .seed, "effort": .steps, "mood": .value("calm")],
            id: "posters",
            models: ModelCatalog(
                ModelDescriptor("poster-1", capabilities: ModelCapabilities(seed: 0...999, steps: 1...20)),
                aliases: ["poster": "poster-1"]))
        var request = request()
        request.model = "poster"
        request.seed = 7
        request.guidance = 2
        let run = await ProviderRun(posters.createAsyncGenerator(request))
        #expect(run.images.first?.model == "poster-1")
        #expect(run.images.first?.provider == "posters")
        #expect(run.warnings.map(\.setting) == ["guidance"])
        #expect(app.arguments == ["a boat", 7, 2, "calm"])
        request.model = "brochure"
        #expect(await ProviderRun(posters.createAsyncGenerator(request)).failure?.code == .unknownModel)
    }
}

/// What a user writes who knows an app by heart.
private struct OwnProvider: AsyncGeneratorProvider {
    let id: ProviderID = "own"
    let models = ModelCatalog(
        ModelDescriptor(
            "own-1",
            capabilities: ModelCapabilities(
                size: ImageSizeRule(sides: 256...2048, multiple: 32, standard: PixelSize(width: 512, height: 640)),
                seed: 0...Int(Int32.max), steps: 1...50)))
    let environment = GenerationEnvironment {
        $0.credentials = GenerationCredentials()
        $0.retry = RetryPolicy(retries: 0)
    }
    let task: GradioPictureTask

    init(_ app: ReplicaApp) {
        task = GradioPictureTask(
            url: app.url, endpoint: "/infer",
            mapping: [
                "prompt": .prompt, "seed": .seed, "randomize_seed": .randomizeSeed, "width": .width,
                "height": .height, "num_inference_steps": .steps,
            ],
            isOrdered: true, defaults: GenerationSettings(size: PixelSize(width: 512, height: 640), steps: 12))
    }

    func run(_ call: GenerationCall<NoProviderOptions>, in context: GenerationContext) async throws {
        try await context.yield(.image(task.run(call, in: context)))
    }
}
