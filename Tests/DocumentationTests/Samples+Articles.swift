import Flux1Schnell
import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import Prodia

// The samples of the articles, line for line.

func gettingStarted() async throws -> DownloadedFile {
    let image = try await Flux1SchnellProvider().image("A red bicycle", size: .pixels(1024, 768), seed: 7)
    let saved = try await image.save(to: URL(fileURLWithPath: "pictures"), named: "bicycle")
    return saved
}

func gettingStartedEvents() async throws {
    let stream = Flux1SchnellProvider().createAsyncGenerator(prompt: "A red bicycle", steps: 4)
    for try await event in stream {
        switch event {
        case .reasoning(let reasoning): print(reasoning.status)
        case .warning(let warning): print(warning.message)
        case .image(let response): print(response.images.map(\.url))
        default: break
        }
    }
}

func gettingStartedStrictly() -> GenerationStream {
    var request = GenerationRequest(prompt: "A red bicycle", steps: 400)
    request.unsupported = .fail
    let stream = Flux1SchnellProvider().createAsyncGenerator(request)
    return stream
}

func gettingStartedKey(_ key: String) async throws -> GeneratedImage {
    let provider = ProdiaProvider(apiKey: key)
    let image = try await provider.image("A quiet harbour at dawn", model: "flux-dev")
    return image
}

func movingFromImageCreator() async throws {
    let stream = Flux1SchnellProvider().createAsyncGenerator(prompt: "A fox in a scarf, watercolour", count: 4)
    for try await image in stream.images {
        let picture = try await image.load()
        print(picture.data.count, picture.format.mediaType)
    }
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

func showingNumbers(_ provider: some AsyncGeneratorProvider, _ prompt: String) async throws {
    for try await event in provider.createAsyncGenerator(prompt: prompt) {
        guard case .reasoning(let reasoning) = event else { continue }
        if let place = reasoning.queue?.position {
            print("waiting, \(place) before this one")
        } else if let part = reasoning.progress?.fraction {
            print("\(Int(part * 100)) %")
        } else {
            print(reasoning.status)
        }
    }
}

func onlyPictures(_ provider: some AsyncGeneratorProvider, _ prompt: String, _ folder: URL) async throws {
    for try await image in provider.createAsyncGenerator(prompt: prompt, count: 3).images {
        let file = try await image.save(to: folder)
        print(file.file.path)
    }
}

func leaving(
    _ provider: some AsyncGeneratorProvider, _ prompt: String, _ isPromising: (ImageResponse) -> Bool
) async throws {
    for try await event in provider.createAsyncGenerator(prompt: prompt) {
        if case .preview(let preview) = event, !isPromising(preview) { break }
    }
}

func resuming(_ provider: some ResumableProvider, _ prompt: String) async throws {
    do {
        let response = try await provider.createAsyncGenerator(prompt: prompt).response()
        print(response.images.map(\.url))
    } catch let error as GenerationError {
        guard let job = error.job, job.isResumable else { throw error }
        let response = try await provider.resumeAsyncGenerator(job).response()
        print(response.images.map(\.url))
    }
}

func retrying(_ provider: some AsyncGeneratorProvider, _ prompt: String) async throws {
    do {
        let image = try await provider.image(prompt)
        print(image.url)
    } catch let error as GenerationError where error.isRetryable {
        print("Later:", error.retryAfter ?? .seconds(30))
    } catch let error as GenerationError where error.code == .contentFiltered {
        print("The service does not paint that.")
    }
}
