import Flux1Schnell
import Foundation
import GeneratorCore
import GeneratorTransport

/// Makes pictures as a user of the package does: a loop over a provider's events, then the picture's bytes.
struct GenerationWork: Workload {
    private let provider: Flux1SchnellProvider

    init(url: URL, transport: any HTTPTransport) {
        provider = Flux1SchnellProvider(
            url: url,
            environment: GenerationEnvironment { environment in
                environment.transport = transport
                environment.credentials = GenerationCredentials()
            })
    }

    func run(_ round: Round) async throws -> Figures {
        let memory = Usage.memory, processor = Usage.processor, clock = Usage.clock
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<round.concurrency {
                group.addTask { [self] in
                    for _ in stride(from: lane, to: round.count, by: round.concurrency) {
                        try await generate(round.prompt)
                    }
                }
            }
            try await group.waitForAll()
        }
        let count = Double(round.count)
        var figures = ["cpu": (Usage.processor - processor) / count, "wall": (Usage.clock - clock) / count]
        if let memory, let peak = Usage.peakMemory { figures["memory"] = (peak - memory) / Double(round.concurrency) }
        return figures
    }

    private func generate(_ prompt: String) async throws {
        var image: GeneratedImage?
        var steps = 0
        for try await event in provider.createAsyncGenerator(prompt: prompt) {
            switch event {
            case .reasoning(let reasoning): if reasoning.progress != nil { steps += 1 }
            case .image(let response): image = response.images.first
            default: break
            }
        }
        guard let image, steps == ReplayedSpace.steps else { throw BenchError("a generation had \(steps) steps.") }
        let picture = try await image.load()
        guard picture.data.count == ReplayedSpace.pictureSize else { throw BenchError("a picture was cut.") }
    }
}
