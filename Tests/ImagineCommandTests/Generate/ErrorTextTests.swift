import Foundation
import GeneratorTesting
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
            ["harbour", "--image", "/no/such/file.png"],
            """
            imagine: The input picture /no/such/file.png does not exist. [fileUnreadable]

            """
        ),
    ]) func before(words: [String], text: String) async {
        let run = await CommandRun.run(words)
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

    @Test func textOfAServerCannotDriveATerminal() async throws {
        let text = try await error(of: "!error bad \u{1B}[2J\u{7}\u{9B}31m")
        #expect(
            text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)) })
        #expect(text.contains("bad"))
    }
}
