import Foundation
import GeneratorTesting
import TestPace
import Testing

/// What `imagine space` says about making a picture with an app, and whether that is what happens.
@Suite(.paced, .serialized) struct SpaceMappingTests {
    private func mappings(_ url: String, _ words: String...) async throws -> [[String: Any]] {
        let run = await CommandRun.run(["space", url, "--json"] + words)
        #expect(run.status == 0, "\(run.error)")
        return try #require(try run.objects().first).list("mappings")
    }

    @Test func forPrograms() async throws {
        let space = try LoopbackSpace()
        let mappings = try await mappings(space.url.absoluteString, "--endpoint", "/generate_image")
        try #require(mappings.count == 1)
        #expect(mappings[0].names == ["endpoint", "inputImage", "leftOut", "parameters"])
        #expect(mappings[0].text("endpoint") == "/generate_image")
        #expect(mappings[0].truth("inputImage") == false)
        #expect(
            mappings[0]["leftOut"] as? [String] == [
                "size", "steps", "negativePrompt", "inputImages", "mask", "model",
            ])
        let parameters = mappings[0].list("parameters")
        #expect(parameters.map { $0.text("name") } == ["prompt", "seed", "guidance", "t2i_temperature"])
        #expect(parameters.map { $0.text("setting") } == ["prompt", "seed", "guidance", "option"])
        #expect(parameters.last?.number("default") == 1)
    }

    @Test func whatNoSettingMeansIsAnOption() async throws {
        let space = try LoopbackSpace()
        let run = await CommandRun.run(["space", space.url.absoluteString, "--endpoint", "/generate_image"])
        #expect(run.outputLines.contains("    t2i_temperature  --option t2i_temperature=JSON, else 1"))
        #expect(run.outputLines.contains("    seed             --seed, else a random one"))
    }

    @Test func whatIsSaidIsWhatHappens() async throws {
        let space = try LoopbackSpace(pace: .zero)
        let said = try #require(try await mappings(space.url.absoluteString).first?.text("endpoint"))
        #expect(said == "/infer_1")
        let run = await CommandRun.run(
            ["fox", "--provider", "gradio", "--base-url", space.url.absoluteString, "--no-save", "--width", "256"])
        #expect(run.status == 0, "\(run.error)")
        #expect(space.functions == [4])
    }

    @Test func aPictureThatIsNeeded() async throws {
        let echo = try EchoSpace(
            parameters: EchoSpace.parameters(("picture", "image"), ("prompt", "textbox")), returns: ["image"])
        let mappings = try await mappings(echo.url)
        try #require(mappings.count == 1)
        #expect(mappings[0].truth("inputImage") == true)
        #expect(mappings[0].list("parameters").map { $0.text("setting") } == ["inputImage", "prompt"])
        let run = await CommandRun.run(["space", echo.url])
        #expect(
            run.output.contains("\nWith --image, a picture is made with /echo, which gets:\n    picture  --image\n"))
    }

    @Test func anAppThatIsRefusedSaysWhyAndHowToChoose() async throws {
        let echo = try EchoSpace(
            parameters: EchoSpace.parameters(("prompt", "textbox"), ("mood", "textbox")), returns: ["image"])
        for words in [[], ["--endpoint", "/echo"]] {
            let run = await CommandRun.run(["space", echo.url] + words)
            #expect(run.status == 0)
            let last = try #require(run.outputLines.last)
            #expect(last.hasPrefix("As it is, no picture can be made with it. "))
            #expect(last.contains("/echo needs values that no common setting means: mood"))
            #expect(last.hasSuffix("Here --endpoint NAME chooses an endpoint, and --option NAME=JSON gives a value."))
        }
        let mappings = try await mappings(echo.url)
        #expect(mappings.map(\.names) == [["refusal"]])
        #expect(mappings.first?.text("refusal")?.contains("mood") == true)
    }
}
