import Flux1Schnell
import Foundation
import GeneratorTesting
import GeneratorTransport
import ProviderRuns
import TestPace
import Testing

@Suite("FLUX.1 [schnell]: settings", .paced)
struct Flux1SchnellSettingsTests {
    private func adjusted(_ setting: String, _ requested: JSONValue, _ used: JSONValue) -> [JSONValue] {
        [.string("adjusted"), .string(setting), requested, used]
    }

    private func facts(_ warnings: [GenerationWarning]) -> [[JSONValue]] {
        warnings.map { [.string($0.kind.rawValue), .string($0.setting ?? ""), $0.requested ?? nil, $0.used ?? nil] }
    }

    @Test("sides are rounded down to a multiple of 8, with a warning", arguments: GradioRelease.all)
    func rounding(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release)
        let provider = Flux1SchnellProvider(space)
        var request = provider.request("!none")
        request.size = .pixels(1000, 703)
        let run = await provider.run(request)
        #expect(facts(run.warnings) == [adjusted("height", 703, 696)])
        #expect(space.arguments == [["!none", 7, false, 1000, 696, 2]])
        // Before the job, so that a caller sees what is going to be paid for.
        #expect(run.kinds == ["reasoning", "warning", "submitted", "reasoning"])
    }

    @Test("the server's ranges replace the model's own, and so do the warnings", arguments: GradioRelease.all)
    func ranges(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release)
        let provider = Flux1SchnellProvider(space)
        var request = provider.request("!none")
        request.size = .pixels(10_000, 33)
        request.steps = 60
        request.seed = Int(Int32.max) + 5
        let run = await provider.run(request)
        #expect(
            facts(run.warnings) == [
                adjusted("width", 10_000, 2048), adjusted("height", 33, 256),
                adjusted("seed", .integer(Int(Int32.max) + 5), 4), adjusted("steps", 60, 50),
            ])
        #expect(space.arguments == [["!none", 4, false, 2048, 256, 50]])
        // The server had nothing to refuse.
        #expect(run.failure?.code == .noImage)
    }

    @Test("what lies within the ranges is sent as it is", arguments: [1, 2, 50])
    func steps(_ steps: Int) async throws {
        let space = try LoopbackSpace()
        let provider = Flux1SchnellProvider(space)
        var request = provider.request("!none", seed: 0)
        request.steps = steps
        let run = await provider.run(request)
        #expect(run.warnings.isEmpty)
        #expect(space.arguments == [["!none", 0, false, 256, 256, .integer(steps)]])
    }

    @Test("what the model does not have is warned of and left out")
    func unsupported() async throws {
        let space = try LoopbackSpace()
        let provider = Flux1SchnellProvider(space)
        var request = provider.request("a boat")
        request.negativePrompt = "blurry"
        request.guidance = 3.5
        request.inputImages = [.data(Data([1]))]
        let run = await provider.run(request)
        #expect(run.warnings.map(\.kind) == [.unsupported, .unsupported, .unsupported])
        #expect(Set(run.warnings.compactMap(\.setting)) == ["negativePrompt", "guidance", "inputImages"])
        #expect(run.images.count == 1)
        #expect(space.arguments == [["a boat", 7, false, 256, 256, 2]])
    }

    @Test("who would rather fail, fails before anything is sent")
    func failHere() async throws {
        let space = try LoopbackSpace()
        let provider = Flux1SchnellProvider(space)
        var request = provider.request("a boat")
        request.guidance = 3.5
        request.unsupported = .fail
        let run = await provider.run(request)
        #expect(run.failure?.code == .unsupportedSetting)
        #expect(run.failure?.message.contains("guidance") == true)
        #expect(run.failure?.wasAccepted == false)
        #expect(space.server.requests.isEmpty)
    }

    @Test("or before anything is submitted, where only the server knows the range")
    func failThere() async throws {
        let space = try LoopbackSpace()
        let provider = Flux1SchnellProvider(space)
        var request = provider.request("a boat", size: 4096)
        request.unsupported = .fail
        let run = await provider.run(request)
        #expect(run.failure?.code == .unsupportedSetting)
        #expect(run.failure?.message.contains("2048") == true)
        #expect(run.failure?.wasAccepted == false)
        #expect(space.submissions == 0)
        #expect(space.server.requests.map(\.path) == ["/config"])
    }

    @Test("nonsense is refused before anything is sent")
    func nonsense() async throws {
        let space = try LoopbackSpace()
        let provider = Flux1SchnellProvider(space)
        var requests = Array(repeating: provider.request("a boat"), count: 5)
        requests[0].prompt = " \n"
        requests[1].seed = -1
        requests[2].steps = 0
        requests[3].count = 0
        requests[4].size = .pixels(0, 256)
        for request in requests {
            let run = await provider.run(request)
            #expect(run.failure?.code == .invalidRequest)
        }
        #expect(space.server.requests.isEmpty)
    }

    @Test("also what nobody asked for stays within the server's ranges")
    func defaultsWithinRanges() async throws {
        let space = try ScriptedSpace(seed: 10...99, sides: 1024...2048, steps: 4...8)
        let run = await Flux1SchnellProvider(at: space.server.url).run("a boat", size: nil, seed: nil)
        #expect(run.warnings.isEmpty)
        #expect(space.arguments == [["a boat", 10, true, 1024, 1024, 4]])
    }

    @Test("a range that has nothing in common with the model's own wins")
    func foreignRange() async throws {
        let space = try ScriptedSpace(seed: 0...9, sides: 16...24, steps: 100...200)
        let run = await Flux1SchnellProvider(at: space.server.url).run("a boat", size: 512, seed: 12)
        #expect(run.warnings.compactMap(\.setting) == ["width", "height", "seed"])
        #expect(space.arguments == [["a boat", 2, false, 24, 24, 100]])
    }
}
