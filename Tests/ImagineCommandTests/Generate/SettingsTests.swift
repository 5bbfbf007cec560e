import Foundation
import GeneratorTesting
import TestPace
import Testing

/// What becomes of the settings, seen from the Space.
@Suite(.paced, .serialized) struct SettingsTests {
    private let space: LoopbackSpace

    init() throws { space = try LoopbackSpace() }

    private func run(_ words: String...) async -> CommandRun {
        await CommandRun.run(words + ["--base-url", space.url.absoluteString, "--no-save", "--json"])
    }

    /// The arguments that the Space was given: prompt, seed, randomize_seed, width, height, steps.
    private func arguments() throws -> [Any] {
        let submission = try #require(space.server.requests.last { $0.method == "POST" })
        let body = try #require(try JSONSerialization.jsonObject(with: submission.body) as? [String: Any])
        return try #require(body["data"] as? [Any])
    }

    private func size() throws -> [Int] { try arguments()[3...4].compactMap { $0 as? Int } }

    @Test func settingsAreSentAsGiven() async throws {
        let run = await run(
            "A quiet harbour", "--model", "flux", "--width", "512", "--height", "256", "--steps", "8", "--seed", "42")
        #expect(run.status == 0)
        #expect(try run.objects("warning").isEmpty)
        let arguments = try arguments()
        #expect(arguments[0] as? String == "A quiet harbour")
        #expect(arguments[1] as? Int == 42)
        #expect(arguments[2] as? Bool == false)
        #expect(try size() == [512, 256])
        #expect(arguments[5] as? Int == 8)
    }

    @Test func aWidthAloneKeepsTheUsualHeight() async throws {
        #expect(await run("harbour", "--width", "512").status == 0)
        #expect(try size() == [512, 768])
    }

    @Test func aShapeKeepsTheUsualArea() async throws {
        let run = await run("harbour", "--aspect-ratio", "16:9")
        #expect(run.status == 0)
        #expect(try run.objects("warning").isEmpty)
        #expect(try size() == [1024, 576])
    }

    @Test func aShapeAndASideMakeTheOtherSide() async throws {
        #expect(await run("harbour", "--aspect-ratio", "2:1", "--width", "1024").status == 0)
        #expect(try size() == [1024, 512])
        #expect(await run("harbour", "--aspect-ratio", "2:1", "--height", "256").status == 0)
        #expect(try size() == [512, 256])
    }

    @Test func anImpossibleShapeIsRefused() async throws {
        #expect(await run("harbour", "--aspect-ratio", "1000:1").status == 64)
        #expect(space.server.requests.isEmpty)
    }

    @Test(arguments: [
        ["--steps", "99"], ["--guidance", "3"], ["--negative-prompt", "rain"], ["--width", "300"],
        ["--seed", "9999999999"],
    ]) func failingIsPreferredToWarning(_ setting: [String]) async throws {
        let fixed = ["--base-url", space.url.absoluteString, "--no-save", "--json"]
        let warned = await CommandRun.run(["harbour"] + setting + fixed)
        #expect(warned.status == 0)
        #expect(try warned.objects("warning").count == 1)
        let refused = await CommandRun.run(["harbour", "--unsupported", "fail"] + setting + fixed)
        #expect(refused.status == 64)
        let error = try #require(try refused.objects().last)
        #expect(error.text("code") == "unsupportedSetting")
        let message = try #require(error.text("message"))
        #expect(message.hasSuffix("Nothing was submitted.") && !message.contains("was left out"))
        #expect(!message.contains("was changed"))
        #expect(error.truth("accepted") == false)
        #expect(space.submissions == 1)
    }

    @Test func anInputPictureThatTheModelCannotUse() async throws {
        let folder = try TestFolder()
        let file = try folder.write(Data("not even a picture".utf8), "input.png")
        let run = await run("harbour", "--image", file)
        #expect(run.status == 0)
        let warning = try #require(try run.objects("warning").first)
        #expect(warning.text("setting") == "inputImages")
        #expect(warning.text("kind") == "unsupported")
        #expect(warning.number("requested") == 1)
        #expect(warning.number("used") == 0)
    }

    @Test func anInputPictureThatCannotBeReadIsRefusedBeforeAnythingIsSent() async throws {
        let folder = try TestFolder()
        for (path, reason) in [(folder.path + "/none.png", "does not exist"), (folder.path, "is a directory")] {
            let run = await run("harbour", "--image", path)
            #expect(run.status == 66)
            let error = try #require(try run.objects().last)
            #expect(error.text("code") == "fileUnreadable")
            #expect(error.text("message") == "The input picture \(path) \(reason).")
            #expect(error.truth("accepted") == false)
        }
        #expect(space.server.requests.isEmpty)
    }

    @Test(arguments: CommandRun.transports) func everyRequestGoesThroughTheProxy(transport: [String]) async throws {
        let front = try FrontServer { _, _, _ in false }
        let folder = try TestFolder()
        let url = front.space.url.absoluteString
        let run = await CommandRun.run(
            ["harbour", "--proxy", "http://user:hush-hush@127.0.0.1:\(front.server.port)", "--verbose"]
                + transport + ["--base-url", url, "--output", folder.path, "--json"])
        #expect(run.status == 0, "\(run.error)")
        #expect(!run.output.contains("hush") && !run.error.contains("hush"))
        let seen = front.server.requests
        // The configuration, the job, its stream, the picture: whole URLs, as a proxy is asked.
        #expect(seen.count >= 4)
        #expect(seen.allSatisfy { $0.target.hasPrefix(url + "/") })
        #expect(seen.count == front.space.server.requests.count)
        let login = "Basic " + Data("user:hush-hush".utf8).base64EncodedString()
        #expect(seen.allSatisfy { $0.header("Proxy-Authorization") == login })
        #expect(folder.names.count == 1)
    }

    @Test func aProxyThatIsNotThereIsNoReasonToGoWithoutOne() async throws {
        let port = try ClosedPort()
        let run = await run(
            "harbour", "--retries", "0", "--proxy", port.url.replacingOccurrences(of: "http", with: "socks5h"))
        #expect(run.status == 69)
        #expect(try run.objects().last?.text("code") == "connectionFailed")
        #expect(space.server.requests.isEmpty)
    }

    @Test(arguments: [
        (["--unsupported", "maybe"], "--unsupported takes warn or fail."),
        (["--option", "mood"], "--option takes KEY=JSON."),
        (["--option", "mood=1"], "There is no option mood here: the provider has no options of its own."),
        (["--timeout", "0"], "--timeout takes a number from 0.001 to 1000000."),
        (["--transport", "pigeon"], "--transport takes urlsession or curl."),
        (["--retries", "-1"], "--retries takes a whole number, 0 to 100."),
        (["--width", "0"], "--width takes a whole number, 1 to 1000000."),
        (
            ["--proxy", "nowhere"],
            "A proxy needs a URL such as http://host:port; schemes: http, https, socks5, socks5h."
        ),
        (
            ["--provider", "nobody"],
            "There is no provider nobody. The providers are: flux1-schnell, flux-dev, janus-pro, g4f, prodia, gradio."
        ),
        (
            ["--model", "flux-pro"],
            "There is no model flux-pro here. Try flux, flux-schnell, voodoohop-flux-1-schnell."
        ),
    ]) func whatMakesNoSenseIsRefused(words: [String], message: String) async throws {
        let fixed = ["--base-url", space.url.absoluteString, "--no-save", "--json"]
        let run = await CommandRun.run(["harbour"] + words + fixed)
        #expect(run.status == 64)
        #expect(try run.objects().last?.text("message") == message)
        #expect(space.server.requests.isEmpty)
    }
}
