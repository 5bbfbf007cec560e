import Foundation
import GeneratorCore
import Gradio

func anySpace(_ folder: URL) async throws {
    let provider = GradioProvider(space: "black-forest-labs/FLUX.1-schnell")
    var request = GenerationRequest(prompt: "An otter in a ruff, oil on canvas")
    request.size = .aspectRatio(16, 9)
    request.seed = 7
    let response = try await provider.createAsyncGenerator(request).response()
    for warning in response.warnings { print(warning.message) }
    let file = try await response.images[0].save(to: folder, named: "otter")
    print(file.file.path, response.images[0].seed ?? 0)
}

func posters(_ url: URL) async throws -> GeneratedImage {
    let posters = GradioProvider(
        url: url, endpoint: "/paint",
        mapping: ["text": .prompt, "luck": .seed, "effort": .steps, "mood": .value("calm")],
        id: "posters",
        models: ModelCatalog(
            ModelDescriptor("poster-1", capabilities: ModelCapabilities(seed: 0...999, steps: 1...20)),
            aliases: ["poster": "poster-1"]))
    let poster = try await posters.image("A quiet harbour", model: "poster")
    return poster
}

struct PosterProvider: AsyncGeneratorProvider {
    let id: ProviderID = "posters"
    let models = ModelCatalog(
        ModelDescriptor("poster-1", capabilities: ModelCapabilities(seed: 0...999, steps: 1...20)))
    let environment = GenerationEnvironment()
    let task = GradioPictureTask(
        space: "somebody/posters", endpoint: "/paint",
        mapping: ["text": .prompt, "luck": .seed, "effort": .steps, "mood": .value("calm")])

    func run(_ call: GenerationCall<NoProviderOptions>, in context: GenerationContext) async throws {
        try await context.yield(.image(task.run(call, in: context)))
    }
}
