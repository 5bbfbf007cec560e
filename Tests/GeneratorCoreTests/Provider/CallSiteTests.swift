import Foundation
import GeneratorCore
import GeneratorTesting
import TestPace
import Testing

/// That every form of a call makes the same request.
@Suite("Call sites", .paced)
struct CallSiteTests {
    private let settings = ModelCapabilities(
        size: ImageSizeRule(sides: 1...64, multiple: 1, standard: PixelSize(width: 8, height: 8)), seed: 0...99,
        steps: 1...9, guidance: 0...9, negativePrompt: true, inputImages: 2)

    /// Says what it was called with.
    private struct EchoProvider: AsyncGeneratorProvider {
        let id: ProviderID = "echo"
        let models: ModelCatalog
        let environment = GenerationEnvironment.sealed()

        func run(_ call: GenerationCall<BrushOptions>, in context: GenerationContext) async throws {
            let settings = call.settings
            try await context.yield(
                .image(
                    ImageResponse(
                        images: [
                            context.image(
                                data: pixel, seed: settings.seed,
                                metadata: [
                                    "prompt": .string(call.prompt), "brush": .string(call.options.brush),
                                    "size": .string(settings.size?.description ?? ""),
                                    "steps": .integer(settings.steps ?? 0),
                                    "guidance": .number(settings.guidance ?? 0),
                                    "negative": .string(settings.negativePrompt ?? ""),
                                    "inputs": .integer(settings.inputImages.count),
                                    "timeout": .bool(context.deadline.remaining.map { $0 > .seconds(300) } ?? true),
                                ])
                        ], alt: call.prompt, model: call.model.id)))
        }
    }

    @Test("settings are arguments, in every form")
    func forms() async throws {
        let catalog = ModelCatalog(
            ModelDescriptor("first", capabilities: settings), [ModelDescriptor("second", capabilities: settings)])
        let provider = EchoProvider(models: catalog)
        let size = ImageSize.pixels(16, 9), input = [ImageInput.data(pixel)], options = BrushOptions(brush: "wide")
        let streams = [
            provider.createAsyncGenerator(
                model: "second", prompt: "A fox", size: size, seed: 7, steps: 3, guidance: 2.5, negativePrompt: "fog",
                inputImages: input, count: 2, options: options, timeout: .seconds(1000)),
            provider.createAsyncGenerator(
                model: "second", messages: [.user("A fox")], size: size, seed: 7, steps: 3, guidance: 2.5,
                negativePrompt: "fog", inputImages: input, count: 2, options: options, timeout: .seconds(1000)),
            provider.createAsyncGenerator(
                model: "second", messages: [.user("A dog")], prompt: "A fox", size: size, seed: 7, steps: 3,
                guidance: 2.5, negativePrompt: "fog", inputImages: input, count: 2, options: options,
                timeout: .seconds(1000)),
        ]
        var responses: [ImageResponse] = []
        for stream in streams { responses.append(try await stream.response()) }
        responses.append(
            try await provider.images(
                "A fox", count: 2, model: "second", size: size, seed: 7, steps: 3, guidance: 2.5, negativePrompt: "fog",
                inputImages: input, options: options, timeout: .seconds(1000)))
        let expected: [String: JSONValue] = [
            "prompt": "A fox", "brush": "wide", "size": "16x9", "steps": 3, "guidance": 2.5, "negative": "fog",
            "inputs": 1,
            "timeout": true,
        ]
        for response in responses {
            #expect(response.images.map(\.metadata) == [expected, expected])
            #expect(response.images.map(\.seed) == [7, 8] && response.model == "second" && response.warnings.isEmpty)
        }
        let one = try await provider.image(
            "A fox", model: "second", size: size, seed: 7, steps: 3, guidance: 2.5, negativePrompt: "fog",
            inputImages: input, options: options, timeout: .seconds(1000))
        #expect(one == responses[0].images[0])
    }

    @Test("also on a provider whose type is not known, without options")
    func erased() async throws {
        let provider: any AsyncGeneratorProvider = EchoProvider(
            models: ModelCatalog(ModelDescriptor("first", capabilities: settings)))
        let brush = { (image: GeneratedImage) in image.metadata["brush"] }
        #expect(try await brush(provider.image("A fox", seed: 3)) == "default")
        #expect(try await provider.images("A fox", count: 2, seed: 3).images.map(\.seed) == [3, 4])
        #expect(try await provider.createAsyncGenerator(prompt: "A fox", steps: 2).response().images.count == 1)
        #expect(
            try await provider.createAsyncGenerator(messages: [.user("A fox")], count: 2).response().images.count == 2)
        for try await outcome in provider.createAsyncGenerators([GenerationRequest(prompt: "A fox")]) {
            #expect(try outcome.result.get().images.count == 1)
        }
    }
}
