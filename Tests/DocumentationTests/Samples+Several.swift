import Flux1Schnell
import Foundation
import GeneratorCore
import Prodia

// The samples of "Several pictures, prompts and providers".

func severalPictures(_ key: String, _ folder: URL) async throws {
    let response = try await ProdiaProvider(apiKey: key).images("An otter in a ruff", count: 4, seed: 7)
    for image in response.images { print(image.seed ?? 0, try await image.save(to: folder).file.path) }
    for failure in response.failures { print(failure.message) }
}

func severalStates(_ provider: Flux1SchnellProvider) async throws {
    let stream = provider.createAsyncGenerator(
        prompt: "A quiet harbour", size: .aspectRatio(16, 9), steps: 20, count: 2)
    for try await state in stream.snapshots {
        print(state.status, state.progress?.fraction ?? 0, state.place?.position ?? 0, state.images.count)
    }
}

func severalLimits(_ key: String) -> ProdiaProvider {
    let limiter = ConcurrencyLimiter(4, starts: 30, per: .seconds(60))
    let provider = ProdiaProvider(apiKey: key, environment: GenerationEnvironment { $0.limiter = limiter })
    return provider
}

func severalPrompts(_ provider: any AsyncGeneratorProvider, _ prompts: [String]) async throws {
    let requests = prompts.map { GenerationRequest(prompt: $0, size: .pixels(1024, 768)) }
    for try await outcome in provider.createAsyncGenerators(requests, limiter: ConcurrencyLimiter(8, per: .seconds(1)))
    {
        switch outcome.result {
        case .success(let response): print(prompts[outcome.index], response.images.count)
        case .failure(let error): print(prompts[outcome.index], error.message)
        }
    }
}

func severalProviders(_ key: String) async throws {
    let provider = FallbackProvider([Flux1SchnellProvider(), ProdiaProvider(apiKey: key)])
    for try await event in provider.createAsyncGenerator(model: "flux-schnell", prompt: "A paper boat") {
        switch event {
        case .warning(let warning) where warning.kind == .providerReplaced: print("now", warning.used ?? "")
        case .image(let response): print(response.via?.rawValue ?? "", response.images.count)
        default: break
        }
    }
}
