import Flux1Schnell
import Foundation
import GeneratorTesting
import GeneratorTransport
import Gradio
import ProviderRuns
import TestPace
import Testing

@Suite("FLUX.1 [schnell]: pictures", .paced)
struct Flux1SchnellTests {
    @Test("one picture, made of the arguments that were asked for", arguments: GradioRelease.all)
    func picture(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release)
        let run = await Flux1SchnellProvider(space).run("a quiet harbour")
        #expect(run.error == nil)
        #expect(run.kinds == ["reasoning", "submitted", "reasoning", "image"])
        #expect(run.statuses.first == "Connecting to the Space")
        #expect(run.statuses.contains("Generating"))
        #expect(run.warnings.isEmpty)
        let response = try #require(run.images.first)
        #expect(run.images.count == 1)
        #expect(response.images.count == 1)
        #expect(response.alt == "a quiet harbour")
        #expect(response.provider == "flux1-schnell")
        #expect(response.model == "voodoohop-flux-1-schnell")
        #expect(response.elapsed > .zero)
        let image = try #require(response.images.first)
        #expect(image.seed == 7)
        #expect(image.size == PixelSize(width: 256, height: 256))
        let prefix = release.version.description.hasPrefix("4.") ? "" : "/gradio_api"
        #expect(image.url.absoluteString.hasPrefix("\(space.url)\(prefix)/file=/tmp/gradio/"))
        let loaded = try await image.load()
        #expect(loaded.data == LoopbackSpace.picture(prompt: "a quiet harbour", seed: 7, width: 256, height: 256))
        #expect(loaded.size == PixelSize(width: 256, height: 256))
        #expect(space.arguments == [["a quiet harbour", 7, false, 256, 256, 2]])
        #expect(space.submissions == 1)
        #expect(space.streams == 1)
        #expect(space.cancellations == 0)
    }

    @Test("without a wish: 768 pixels, two steps, a random seed that is reported", arguments: GradioRelease.all)
    func defaults(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release)
        let provider = Flux1SchnellProvider(space)
        _ = await ProviderRun(provider.createAsyncGenerator(prompt: "!none"))
        #expect(space.arguments == [["!none", 0, true, 768, 768, 2]])
        let run = await provider.run("a boat", seed: nil)
        #expect(run.warnings.isEmpty)
        let image = try #require(run.images.first?.images.first)
        let seed = try #require(image.seed)
        let data = try await image.load().data
        #expect(data == LoopbackSpace.picture(prompt: "a boat", seed: seed, width: 256, height: 256))
    }

    @Test("every name of the model", arguments: [nil, "", "flux", "flux-schnell", "voodoohop-flux-1-schnell"])
    func aliases(_ name: String?) async throws {
        let space = try LoopbackSpace()
        let provider = Flux1SchnellProvider(space)
        var request = provider.request("a boat")
        request.model = name
        let run = await provider.run(request)
        #expect(run.images.map(\.model) == ["voodoohop-flux-1-schnell"])
        #expect(provider.models.imageModels == ["voodoohop-flux-1-schnell", "flux", "flux-schnell"])
    }

    @Test("another model is refused before anything is sent")
    func unknownModel() async throws {
        let space = try LoopbackSpace()
        let provider = Flux1SchnellProvider(space)
        var request = provider.request("a boat")
        request.model = "flux-schnel"
        let run = await provider.run(request)
        #expect(run.failure?.code == .unknownModel)
        #expect(run.failure?.message.contains("flux-schnell") == true)
        #expect(run.failure?.provider == "flux1-schnell")
        #expect(run.failure?.wasAccepted == false)
        #expect(space.server.requests.isEmpty)
    }

    @Test("nothing is sent before the first event is asked for, and a second iteration sends nothing")
    func coldAndOnce() async throws {
        let space = try LoopbackSpace()
        let stream = Flux1SchnellProvider(space).createAsyncGenerator(model: "flux", prompt: "!none")
        #expect(space.server.acceptedConnections == 0)
        _ = await ProviderRun(stream)
        let again = await ProviderRun(stream)
        #expect(again.failure?.code == .invalidRequest)
        #expect(space.submissions == 1)
    }

    @Test("an app is asked once what it is, whatever it fails with on its own")
    func oneQuestion() async throws {
        let space = try LoopbackSpace()
        let provider = Flux1SchnellProvider(space)
        for (prompt, isMade) in [("a fox", true), ("!error no", false), ("!crash no", false), ("a crow", true)] {
            #expect(await (provider.run(prompt, size: 256, seed: 3).error == nil) == isMade)
        }
        #expect(space.server.requests.count { $0.path == "/config" } == 1)
        #expect(space.submissions == 4)
    }

    @Test(
        "prompts arrive intact",
        arguments: [
            "🦊🏳️‍🌈 in the 🌧️", "一只红色的狐狸在雨中", "\"quotes\" \\ / <b>&amp; \u{2028} ů\u{301} \t tab\nline", "рыжая лиса",
            "%20 + ? # {} [] null", String(repeating: "長い🦊 ", count: 80_000),
        ], [GradioRelease.v4, .v6])
    func prompts(_ prompt: String, _ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release)
        let run = await Flux1SchnellProvider(space).run(prompt, size: 256, seed: 3)
        let image = try #require(run.images.first?.images.first)
        // Compared outside of the expectations, which would print a megabyte.
        let sent = prompt.trimmingCharacters(in: .whitespacesAndNewlines)
        let arrived = space.arguments.first?.first?.string
        let isIntact = arrived == prompt || arrived == sent
        #expect(isIntact)
        let data = try await image.load().data
        let isPicture = data == LoopbackSpace.picture(prompt: arrived ?? "", seed: 3, width: 256, height: 256)
        #expect(isPicture)
        let isTold = run.images.first?.alt == arrived
        #expect(isTold)
    }

    @Test("messages in place of a prompt")
    func messages() async throws {
        let space = try LoopbackSpace()
        let provider = Flux1SchnellProvider(space)
        var request = GenerationRequest(messages: [
            .system("be brief"), .user("a dog"), .assistant("here"), .user("no, a cat"), .user("in the rain"),
        ])
        request.size = .pixels(256, 256)
        #expect(await provider.run(request).images.first?.alt == "no, a cat\nin the rain")
        request.prompt = "a bird"
        #expect(await provider.run(request).images.first?.alt == "a bird")
        #expect(space.arguments.map(\.first) == ["no, a cat\nin the rain", "a bird"])
        let silent = await provider.run(GenerationRequest(messages: [.user("x"), .assistant("y")]))
        #expect(silent.failure?.code == .invalidRequest)
        #expect(space.submissions == 2)
    }

    @Test("previews come before the picture", arguments: GradioRelease.all)
    func previews(_ release: GradioRelease) async throws {
        let space = try LoopbackSpace(release: release)
        let run = await Flux1SchnellProvider(space).run("!preview 3 a boat")
        #expect(run.kinds.first { $0 == "preview" || $0 == "image" } == "preview" && run.kinds.last == "image")
        #expect(run.previews.count == 3)
        #expect(run.previews.allSatisfy { $0.images.count == 1 && $0.alt == "!preview 3 a boat" })
        let preview = try #require(run.previews.first?.images.first)
        #expect(try await preview.load().size == PixelSize(width: 256, height: 256))
        #expect(Set(run.previews.flatMap(\.images).map(\.url)).count == 3)
    }

    @Test("several pictures have seeds that follow each other")
    func count() async throws {
        let space = try LoopbackSpace()
        let provider = Flux1SchnellProvider(space)
        var request = provider.request("a boat", seed: 40)
        request.count = 3
        let run = await provider.run(request)
        #expect(run.images.flatMap(\.images).map(\.seed) == [40, 41, 42])
        #expect(space.submissions == 3)
    }

    @Test("many at a time do not mix")
    func parallel() async throws {
        let space = try LoopbackSpace()
        let provider = Flux1SchnellProvider(space)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<8 {
                group.addTask {
                    let run = await provider.run("boat \(seed)", seed: seed)
                    let image = try #require(run.images.first?.images.first)
                    #expect(image.seed == seed)
                    let data = try await image.load().data
                    #expect(data == LoopbackSpace.picture(prompt: "boat \(seed)", seed: seed, width: 256, height: 256))
                }
            }
            try await group.waitForAll()
        }
        #expect(space.submissions == 8)
    }
}
