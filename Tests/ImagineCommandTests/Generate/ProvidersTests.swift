import Foundation
import GeneratorTesting
import TestPace
import Testing

/// The providers of the G4F family through the whole command.
@Suite(.paced, .serialized) struct ProvidersTests {
    private let space: LoopbackSpace
    private let hub: LoopbackHub
    private let folder: TestFolder

    init() throws {
        space = try LoopbackSpace()
        hub = try LoopbackHub(space: space.url)
        folder = try TestFolder()
    }

    private func run(_ provider: String, _ words: String..., environment: [String: String] = [:]) async -> CommandRun {
        let fixed = ["--provider", provider, "--hub-url", hub.url.absoluteString, "--output", folder.path]
        let base = words.contains("--base-url") ? [] : ["--base-url", space.url.absoluteString]
        return await CommandRun.run(words + fixed + base, environment: environment)
    }

    /// The functions that were called, and the numbers of their triggers.
    @Test func fluxDevShowsPreviewsAndSteps() async throws {
        let run = await run(
            "flux-dev", "A quiet harbour", "--seed", "7", "--width", "256", "--height", "256", "--steps", "4", "--json")
        #expect(run.status == 0)
        #expect(try run.objects("preview").count >= 4)
        #expect(try run.objects("reasoning").contains { $0.text("status") == "Acquiring GPU Token" })
        let image = try #require(try run.objects("image").first)
        #expect(image.text("model") == "black-forest-labs-flux-1-dev")
        #expect(folder.names == ["a-quiet-harbour-7.png"])
    }

    @Test func onATerminalPreviewsAreCounted() async {
        let words = ["fox", "--provider", "flux-dev", "--base-url", space.url.absoluteString, "--no-save"]
        let run = await CommandRun.run(
            words + ["--width", "256", "--height", "256", "--hub-url", hub.url.absoluteString], isTerminal: true)
        #expect(run.error.contains(" steps · preview 1 · "))
        #expect(run.error.contains(" · preview 4 · "))
        #expect(!run.error.contains("preview 0"))
    }

    @Test func anInputPictureMayBeAFileAURLOrBytes() async throws {
        let picture = LoopbackSpace.picture(prompt: "fox", seed: 1, width: 64, height: 64)
        let server = try LoopbackServer { _, responder in try await responder.respond(body: picture) }
        for image in [
            try folder.write(picture, "fox.png"), server.url.absoluteString,
            "data:image/png;base64," + picture.base64EncodedString(), picture.base64EncodedString(),
        ] {
            let run = await run("janus-pro", "What?", "--model", "janus-pro-7b", "--image", image)
            #expect(run.output == "The picture is 64 by 64 pixels, a square. You asked: What?\n", "\(run.error)")
        }
        #expect(server.requests.count == 1)
        for (image, status) in [("http://10.0.0.1/x.png", 64), ("no.png", 66), ("data:,x;base64", 66)]
            as [(String, Int32)]
        {
            let run = await run("janus-pro", "What?", "--model", "janus-pro-7b", "--image", image)
            #expect(run.status == status, "\(run.error)")
        }
    }

    @Test func anAnswerIsTextOnStandardOutput() async throws {
        let run = await run("janus-pro", "What is a fox?", "--model", "janus-pro-7b")
        #expect(run.status == 0)
        #expect(run.output == "I see no picture. You asked: What is a fox?\n")
        #expect(run.errorLines.last == "Finished")
        let json = await self.run("janus-pro", "What is a fox?", "--model", "janus-pro-7b", "--json")
        let text = try #require(try json.objects("text").first)
        #expect(text.names == ["elapsed", "text", "type"])
        #expect(text.text("text") == "I see no picture. You asked: What is a fox?")
        #expect(folder.names == [])
    }

    @Test func severalAnswersAreLinesOfTheirOwn() async {
        let run = await run("janus-pro", "Why?", "--model", "janus-pro-7b", "--count", "2", "--quiet")
        #expect(run.output == "I see no picture. You asked: Why?\nI see no picture. You asked: Why?\n")
    }

    @Test func aPictureBesideAPromptIsAskedAbout() async throws {
        let picture = LoopbackSpace.picture(prompt: "fox", seed: 1, width: 64, height: 32)
        let file = try folder.write(picture, "fox.png")
        let run = await run("janus-pro", "What is this?", "--image", file, "--quiet")
        #expect(run.output == "The picture is 64 by 32 pixels, wider than tall. You asked: What is this?\n")
        #expect(space.functions == [5])
        let noPicture = try folder.write(Data("text".utf8), "fox.txt")
        #expect(await self.run("janus-pro", "What is this?", "--image", noPicture).status == 66)
    }

    @Test func aPromptAloneMakesPictures() async throws {
        let run = await run("janus-pro", "fox", "--seed", "7", "--quiet")
        #expect(run.status == 0)
        #expect(run.outputLines.count == 5)
        #expect(space.functions == [6])
    }

    @Test func optionsOfAProvider() async throws {
        let run = await run(
            "janus-pro", "Why?", "--model", "janus-pro-7b", "--option", "topP=0.5", "--option", "temperature=0.25",
            "--quiet")
        #expect(run.status == 0)
        let submission = try #require(space.server.requests.first { $0.path.hasSuffix("/queue/join") })
        let body = try #require(try JSONSerialization.jsonObject(with: submission.body) as? [String: Any])
        #expect((body["data"] as? [Any])?.suffix(2).compactMap { $0 as? Double } == [0.5, 0.25])
    }

    @Test(arguments: [
        ("", 4, "flux-dev", "black-forest-labs-flux-1-dev"),
        ("flux-dev", 4, "flux-dev", "black-forest-labs-flux-1-dev"),
        ("flux-schnell", 3, "", "flux-schnell"), ("janus-pro-7b-image", 6, "janus-pro", "janus-pro-7b-image"),
    ]) func g4fPassesOn(model: String, function: Int, via: String, answered: String) async throws {
        let run = await run("g4f", "fox", "--no-save", "--json", "--model", model)
        #expect(run.status == 0)
        #expect(space.functions == [function])
        let image = try #require(try run.objects("image").first)
        #expect(image.text("provider") == "g4f")
        #expect(image.text("via") ?? "" == via)
        #expect(image.text("model") == answered)
    }

    @Test func everyRoleHasItsSpace() async throws {
        let janus = try LoopbackSpace(), dev = try LoopbackSpace()
        let named = ["janus=\(janus.url.absoluteString)", "flux-dev=\(dev.url.absoluteString)"]
        let urls = (named + [space.url.absoluteString]).flatMap { ["--base-url", $0] }
        let fixed = ["--provider", "g4f", "--hub-url", hub.url.absoluteString, "--no-save", "--quiet"] + urls
        for model in ["flux-dev", "flux-schnell", "janus-pro-7b"] {
            let run = await CommandRun.run(["fox", "--model", model] + fixed)
            #expect(run.status == 0, "\(run.error)")
        }
        #expect(dev.functions == [4])
        #expect(space.functions == [3])
        #expect(janus.functions == [5])
    }

    @Test(arguments: ["queue", "call", "run"]) func everyRoute(_ route: String) async throws {
        let run = await run("flux1-schnell", "fox", "--no-save", "--route", route, "--quiet")
        #expect(run.status == 0)
        let ends = ["queue": "queue/join", "call": "call/infer", "run": "run/infer"]
        let submission = try #require(space.server.requests.first { $0.method == "POST" })
        #expect(submission.path == "/gradio_api/\(ends[route] ?? "")")
    }

    @Test func aLoginOpensTheDoor() async throws {
        let space = try LoopbackSpace(login: (username: "me", password: "pass word"))
        let fixed = ["--base-url", space.url.absoluteString, "--hub-url", hub.url.absoluteString]
        let login = ["--username", "me", "--password-env", "PASSWORD"]
        let run = await CommandRun.run(
            ["Why?", "--provider", "janus-pro", "--model", "janus-pro-7b", "--quiet"] + fixed + login,
            environment: ["PASSWORD": "pass word"])
        #expect(run.output == "I see no picture. You asked: Why?\n")
        let refused = await CommandRun.run(["fox"] + fixed + login, environment: ["PASSWORD": "other"])
        #expect(refused.status == 77)
    }
}
