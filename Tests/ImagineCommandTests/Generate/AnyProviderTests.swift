import Foundation
import GeneratorTesting
import TestPace
import Testing

/// Any Space as a provider, several providers of which the next one steps in, and several pictures at a time.
@Suite(.paced, .serialized) struct AnyProviderTests {
    private let small = ["--seed", "5", "--width", "256", "--height", "256"]

    @Test func aSpaceByItsNameIsAProvider() async throws {
        let space = try LoopbackSpace(pace: .zero)
        let folder = try TestFolder()
        let run = await CommandRun.run(
            ["harbour", "--json", "--space", "owner/name", "--base-url", space.url.absoluteString] + small
                + ["--output", folder.path])
        #expect(run.status == 0)
        #expect(folder.names == ["harbour-5.png"])
        let image = try #require(try run.objects("image").first)
        #expect(image.text("provider") == "gradio")
        #expect(space.submissions == 1)
    }

    @Test(arguments: [
        ["--space", "URL"], ["--provider", "gradio:URL"], ["--provider", "gradio", "--base-url", "URL"],
    ])
    func anAppByItsURLIsAProvider(_ words: [String]) async throws {
        let space = try LoopbackSpace(pace: .zero)
        let words = words.map { $0.replacingOccurrences(of: "URL", with: space.url.absoluteString) }
        // A token that is named for it goes to it.
        let run = await CommandRun.run(
            ["harbour", "--no-save", "--endpoint", "/infer", "--hub-token-env", "MINE"] + small + words,
            environment: ["MINE": "hf_mine"])
        #expect(run.status == 0, "\(run.error)")
        #expect(space.submissions == 1)
        #expect(space.server.requests.allSatisfy { $0.header("Authorization") == "Bearer hf_mine" })
    }

    @Test func anAppByItsURLMayBeOneOfSeveral() async throws {
        let space = try LoopbackSpace(pace: .zero), closed = try ClosedPort()
        let run = await CommandRun.run(
            ["harbour", "--no-save", "--retries", "0", "--provider", "gradio:\(closed.url),flux1-schnell"] + small
                + ["--base-url", "flux1-schnell=\(space.url.absoluteString)"])
        #expect(run.status == 0, "\(run.error)")
        #expect(space.submissions == 1)
        for words in [
            ["--space", closed.url, "--base-url", closed.url],
            ["--provider", "gradio:\(closed.url),gradio:\(space.url.absoluteString)"],
        ] {
            let run = await CommandRun.run(["harbour", "--no-save"] + words)
            #expect(run.status == 64)
            #expect(run.failure?.contains("Give one URL for the provider gradio.") == true, "\(run.error)")
        }
    }

    @Test func thePageOfASpaceIsItsName() async throws {
        let space = try LoopbackSpace(pace: .zero)
        let hub = try LoopbackHub(space: space.url)
        let run = await CommandRun.run(
            ["harbour", "--no-save", "--endpoint", "/infer", "--hub-url", hub.url.absoluteString] + small
                + ["--space", "https://huggingface.co/spaces/owner/name"])
        #expect(run.status == 0, "\(run.error)")
        #expect(space.submissions == 1)
    }

    @Test func aSpaceIsForTheProviderOfSpaces() async {
        let run = await CommandRun.run(["harbour", "--space", "owner/name", "--provider", "prodia"])
        #expect(run.status == 64)
        #expect(run.failure?.contains("--space is for the provider gradio") == true)
    }

    @Test(arguments: [("/infer", 2), ("infer_1", 4), ("/generate_image", 6)]) func theEndpointMayBeNamed(
        _ endpoint: String, _ function: Int
    ) async throws {
        let space = try LoopbackSpace(pace: .zero)
        let run = await CommandRun.run(
            ["harbour", "--space", "owner/name", "--base-url", space.url.absoluteString, "--no-save"] + small
                + ["--endpoint", endpoint])
        #expect(run.status == 0, "\(run.error)")
        #expect(space.functions == [function])
    }

    @Test func anEndpointThatIsNotThere() async throws {
        let space = try LoopbackSpace()
        let run = await CommandRun.run(
            ["harbour", "--provider", "gradio", "--base-url", space.url.absoluteString, "--endpoint", "/paint"])
        #expect(run.status == 69)
        #expect(run.errorLines.last?.contains("The app has no endpoint /paint. It has /infer, ") == true)
        #expect(space.submissions == 0)
    }

    @Test func anAppThatIsRefusedSaysHowToChooseHere() async throws {
        let echo = try EchoSpace(
            parameters: EchoSpace.parameters(("prompt", "textbox"), ("mood", "textbox")), returns: ["image"])
        let run = await CommandRun.run(["harbour", "--provider", "gradio", "--base-url", echo.url, "--no-save"])
        #expect(run.status == 64)
        #expect(
            run.errorLines.last == "Here --endpoint NAME chooses an endpoint, and --option NAME=JSON gives a value. "
                + "`imagine space` shows what there is.")
        #expect(echo.calls.isEmpty)
    }

    @Test(arguments: [[], ["--provider", "prodia"], ["--provider", "flux-dev,prodia"]])
    func whoeverHasEndpointsOfTheirOwn(
        _ words: [String]
    ) async throws {
        let run = await CommandRun.run(["harbour", "--endpoint", "/infer"] + words, environment: ["PRODIA_TOKEN": "x"])
        #expect(run.status == 64)
        #expect(run.failure?.contains("--endpoint is for any Space: give --space OWNER/NAME") == true)
    }

    @Test func ofSeveralProvidersTheOneThatHasUseForItGetsIt() async throws {
        let closed = try ClosedPort()
        let space = try LoopbackSpace(pace: .zero)
        let run = await CommandRun.run(
            ["harbour", "--provider", "flux1-schnell,gradio:owner/name", "--retries", "0", "--no-save"] + small
                + ["--base-url", "flux1-schnell=\(closed.url)", "--base-url", "gradio=\(space.url.absoluteString)"]
                + ["--hub-url", closed.url, "--endpoint", "/infer_1"])
        #expect(run.status == 0, "\(run.error)")
        #expect(space.functions == [4])
    }

    @Test func theNextProviderStepsInWhereNothingWasAccepted() async throws {
        let closed = try ClosedPort()
        let space = try LoopbackSpace(pace: .zero)
        let folder = try TestFolder()
        let run = await CommandRun.run(
            ["harbour", "--json", "--provider", "flux1-schnell,flux-dev", "--retries", "0"] + small
                + ["--base-url", "flux1-schnell=\(closed.url)", "--base-url", "flux-dev=\(space.url.absoluteString)"]
                + ["--hub-url", closed.url, "--output", folder.path])
        #expect(run.status == 0)
        let warning = try #require(try run.objects("warning").first)
        #expect(warning.text("kind") == "providerReplaced")
        let message = try #require(warning.text("message"))
        #expect(message.contains("flux1-schnell") && message.contains("flux-dev"))
        #expect(try run.objects("image").count == 1)
        #expect(space.submissions == 1)
    }

    @Test(arguments: [
        ["--api-key-env", "KEY"], ["--api", "v1"], ["--base-url", "http://127.0.0.1:9"],
    ])
    func whatIsForOneProviderIsNotForSeveral(_ words: [String]) async {
        let run = await CommandRun.run(["harbour", "--provider", "flux1-schnell,flux-dev"] + words)
        #expect(run.status == 64)
        #expect(run.failure?.contains(words[0]) == true)
    }

    @Test func asManyPicturesAreMadeAtATimeAsWasSaid() async throws {
        let space = try LoopbackSpace(pace: .zero)
        let folder = try TestFolder()
        let run = await CommandRun.run(
            ["harbour", "--json", "--count", "4", "--concurrency", "2"] + small
                + ["--base-url", space.url.absoluteString, "--output", folder.path])
        #expect(run.status == 0)
        #expect(folder.names == (5...8).map { "harbour-\($0).png" })
        #expect(space.submissions == 4)
    }
}
