import Foundation
import GeneratorTesting
import GeneratorTransport
import ImagineCommand
import TestPace
import Testing

/// What people read when something goes wrong, word for word.
@Suite(.paced, .serialized) struct ErrorTextTests {
    @Test(arguments: [
        (
            ["harbour", "--wdith", "5"],
            """
            imagine: There is no option --wdith. Did you mean --width? [invalidRequest]
            `imagine --help` shows what there is.

            """
        ),
        (
            ["a", "quiet", "harbour"],
            """
            imagine: There is more than one word: put the prompt in quotes. [invalidRequest]
            `imagine --help` shows what there is.

            """
        ),
        (
            ["harbour", "--count", "many"],
            """
            imagine: --count takes a whole number, 1 to 1000. [invalidRequest]
            `imagine --help` shows what there is.

            """
        ),
        (
            ["harbour", "--provider", "nobody"],
            """
            imagine: There is no provider nobody. The providers are: flux1-schnell, flux-dev, janus-pro, g4f, prodia, gradio. [invalidRequest]

            """
        ),
        (
            ["harbour", "--space", "here"],
            """
            imagine: gradio: here is no name of a Space. Give its name, OWNER/NAME, or the whole URL of an app, such as \
            http://127.0.0.1:7860. [invalidRequest]

            """
        ),
        (
            ["harbour", "--provider", "owner/name"],
            """
            imagine: There is no provider owner/name. Did you mean gradio:owner/name? The providers are: flux1-schnell, \
            flux-dev, janus-pro, g4f, prodia, gradio. [invalidRequest]

            """
        ),
        (
            ["harbour", "--provider", "prodai"],
            """
            imagine: There is no provider prodai. Did you mean prodia? The providers are: flux1-schnell, flux-dev, janus-pro, \
            g4f, prodia, gradio. [invalidRequest]

            """
        ),
        (
            ["harbour", "--provider", "prodia,"],
            """
            imagine: There is no provider without a name. The providers are: flux1-schnell, flux-dev, janus-pro, g4f, prodia, \
            gradio. [invalidRequest]

            """
        ),
        (
            ["harbour", "--api-key-env", "hf_sesame"],
            """
            imagine: --api-key-env takes the name of an environment variable, and the one that it names is not set. The key \
            itself never stands on the command line. [missingCredentials]

            """
        ),
        (
            ["harbour", "--provider", "prodia"],
            """
            imagine: prodia: Prodia's interface v2 wants a key: give one, or set PRODIA_TOKEN or PRODIA_API_KEY. \
            [missingCredentials]
            --api-key-env NAME names the variable that holds the key.

            """
        ),
        (
            ["harbour", "--option", "mood=1"],
            """
            imagine: There is no option mood here: the provider has no options of its own. [invalidRequest]

            """
        ),
        (
            ["harbour", "--space", "owner/name", "--username", "me", "--password-env", "WORD"],
            """
            imagine: A name and a password are for one place: give the URL of the app in place of the Space's name. \
            [invalidRequest]
            `imagine --help` shows what there is.

            """
        ),
        (
            ["harbour", "--image", "/no/such/file.png"],
            """
            imagine: The input picture /no/such/file.png does not exist. [fileUnreadable]

            """
        ),
    ]) func before(words: [String], text: String) async {
        let run = await CommandRun.run(words, environment: ["WORD": "sesame"])
        #expect(run.error == text)
        #expect(run.output == "")
    }

    private func error(of prompt: String, _ words: String...) async throws -> String {
        let space = try LoopbackSpace()
        let run = await CommandRun.run(
            [prompt, "--base-url", space.url.absoluteString, "--no-save", "--retries", "0", "--route", "call"] + words)
        #expect(run.output == "")
        return run.error.replacingOccurrences(of: space.url.absoluteString, with: "SPACE")
    }

    @Test func theServiceFails() async throws {
        let expected = """
            Connecting to the Space
            Generating
            imagine: flux1-schnell at SPACE: Out of paint [generationFailed]
            Change the request, or try again. The service had taken the job, and making it again may be paid \
            for twice.

            """
        #expect(try await error(of: "!error Out of paint") == expected)
    }

    @Test func theQuotaIsUsedUp() async throws {
        // The app says what it was asked to say, which is the prompt.
        let expected = """
            Connecting to the Space
            Generating
            imagine: flux1-schnell at SPACE: <prompt> [quotaExceeded]
            Try again in 90 seconds. A token of another account may have a larger allowance.

            """
        #expect(
            try await error(of: "!error You have exceeded your GPU quota. Try again in 0:01:30") == expected)
    }

    @Test func theConnectionBreaks() async throws {
        let expected = """
            Connecting to the Space
            Generating
            imagine: flux1-schnell at SPACE: The connection broke: the job was accepted and its result is lost. It was not \
            submitted again. [connectionLost]
            Check the network, and try again. The service had taken the job, and making it again may be paid for twice.

            """
        #expect(try await error(of: "!die") == expected)
    }

    @Test func thereIsNoPicture() async throws {
        let expected = """
            Connecting to the Space
            Generating
            imagine: flux1-schnell at SPACE: The Space finished without a picture. [noImage]
            Try again, or use another model. The service had taken the job, and making it again may be paid \
            for twice.

            """
        #expect(try await error(of: "!none") == expected)
    }

    @Test(arguments: [("queue", true), ("call", true), ("run", nil)] as [(String, Bool?)])
    func whoeverInterruptsIsToldWhatGoesOn(route: String, accepted: Bool?) async throws {
        let space = try LoopbackSpace()
        let words = ["!never harbour", "--base-url", space.url.absoluteString, "--no-save", "--quiet"]
        let runs = [["--route", route], ["--route", route, "--json"]].map { more in
            Task { await CommandRun.run(words + more) }
        }
        let parts = ["queue": "/queue/data", "call": "/call/infer/", "run": "/run/infer"]
        try await space.server.waitUntil { snapshot in
            snapshot.requests.filter { $0.path.contains(parts[route] ?? "") }.count >= 2
        }
        for run in runs { run.cancel() }
        let (plain, json) = (await runs[0].value, await runs[1].value)
        #expect(plain.status == 130 && json.status == 130)
        let known = "The service had taken the job: it may still do the work and charge for it."
        let unknown = "The service may have taken the job: then it may still do the work and charge for it."
        #expect(plain.error == (accepted == true ? known : unknown) + "\n")
        let error = try #require(try json.objects().last)
        #expect(error.truth("accepted") == accepted)
        #expect(error.text("remedy") == (accepted == true ? known : unknown))
    }

    @Test func whoeverIsInAHurryIsToldBeforeTheServerIs() async throws {
        let front = try FrontServer { request, responder, _ in
            guard request.path.hasSuffix("/cancel") else { return false }
            await responder.waitForDisconnect()
            return true
        }
        let clock = ManualClock(), written = Locked("")
        let command = Imagine(
            console: Console(output: { _ in }, error: { text in written.withLock { $0 += text } }), environment: [:],
            clock: GeneratorClock(clock))
        let words = ["!never", "--base-url", front.url, "--no-save", "--quiet"]
        let run = Task { await command.run(words) }
        try await front.server.waitUntil { $0.requests.contains { $0.path.hasSuffix("/queue/data") } }
        run.cancel()
        // The two seconds that the server has do not pass before.
        try await eventually { !written.withLock { $0.isEmpty } }
        #expect(
            written.withLock { $0 } == "The service had taken the job: it may still do the work and charge for it.\n")
        await clock.waitForSleepers(2, within: .seconds(2))
        clock.advance(by: .seconds(2))
        #expect(await run.value == 130)
    }

    @Test func whatWasNeverSubmittedIsNotWarnedOf() async throws {
        let server = try LoopbackServer { _, responder in await responder.waitForDisconnect() }
        let words = ["harbour", "--base-url", server.url.absoluteString, "--no-save", "--quiet"]
        let runs = [[], ["--json"]].map { more in Task { await CommandRun.run(words + more) } }
        try await server.waitUntil { $0.requests.count >= 2 }
        for run in runs { run.cancel() }
        #expect(await runs[0].value.error == "")
        let error = try #require(try await runs[1].value.objects().last)
        #expect(error.text("code") == "cancelled" && error.truth("accepted") == false)
        #expect(error["remedy"] == nil)
    }

    @Test func picturesThatAreUnderWayWhenOneCannotBeSavedAreNotForgotten() async throws {
        let folder = try TestFolder()
        let output = folder.path + "/pictures"
        let submissions = Locked(0)
        // The first job goes on when the second is on its way, which is never answered.
        let front = try FrontServer { request, responder, before in
            guard request.method == "POST", request.path.hasSuffix("/call/infer") else { return false }
            submissions.withLock { $0 += 1 }
            guard before == 0 else {
                await responder.waitForDisconnect()
                return true
            }
            try Data().write(to: URL(fileURLWithPath: output))
            try await eventually { submissions.withLock { $0 } == 2 }
            return false
        }
        let run = await CommandRun.run(
            ["harbour", "--count", "2", "--concurrency", "2", "--route", "call", "--quiet", "--output", output]
                + ["--width", "256", "--height", "256", "--base-url", front.url])
        #expect(run.status == 73)
        #expect(
            run.errorLines.suffix(2) == [
                "It was made: save it elsewhere, which costs nothing.",
                "The service may have taken the job: then it may still do the work and charge for it.",
            ], "\(run.error)")
    }

    @Test func textOfAServerCannotDriveATerminal() async throws {
        let text = try await error(of: "!error bad \u{1B}[2J\u{7}\u{9B}31m")
        #expect(
            text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)) })
        #expect(text.contains("bad"))
    }
}
