import Flux1Schnell
import Foundation
import GeneratorCore
import GeneratorTesting

// Samples of the pages about writing a provider and about tests, line for line: `SampleTests` runs them, and sees to it
// that they stand on the pages as they stand here. That every sample compiles is checked by `.ci/samples`.

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

func testing() async throws -> Data {
    let space = try LoopbackSpace()
    let provider = Flux1SchnellProvider(url: space.url)
    let image = try await provider.image("a quiet harbour")
    let bytes = try await image.load().data
    return bytes
}

func testingScript() async throws -> GeneratedImage {
    let provider = ScriptedProvider { call, context in
        try await context.status("Painting")
        let picture = context.image(data: LoopbackSpace.picture(prompt: call.prompt, seed: 1, width: 64, height: 64))
        try await context.yield(.image(ImageResponse(images: [picture], alt: call.prompt)))
    }
    let image = try await provider.image("a boat")
    return image
}

func testingFailure() -> ScriptedProvider {
    let failing = ScriptedProvider { _, _ in throw GenerationError(.quotaExceeded, "Come back tomorrow.") }
    return failing
}

func testingSpace() async throws {
    let space = try LoopbackSpace(pace: .zero)
    let provider = Flux1SchnellProvider(url: space.url)
    do {
        let image = try await provider.image("!error The model is tired")
        print(image.url)
    } catch let error as GenerationError {
        print(error.code, error.message)
    }
    print(space.submissions)
}

func testingClock() async throws -> GeneratedImage {
    let clock = ManualClock()
    let environment = GenerationEnvironment { $0.clock = GeneratorClock(clock) }
    let patient = ScriptedProvider(environment: environment) { _, _ in
        try await clock.sleep(until: clock.now.advanced(by: .seconds(100_000)))
    }
    let painting = Task { try await patient.image("a boat") }
    await clock.waitForSleepers(2)  // The script's sleep, and the time-out of 300 seconds.
    clock.advance(by: .seconds(301))
    let result = await painting.result
    return try result.get()
}
