import Foundation
import GeneratorTesting
import TestPace
import Testing

/// Several pictures, of which some fail: the others are kept.
@Suite(.paced, .serialized) struct PartialFailureTests {
    private func run(_ words: String..., failing: Set<Int>) async throws -> (CommandRun, TestFolder) {
        let front = try FrontServer { request, responder, before in
            guard request.method == "POST", request.path.hasSuffix("/queue/join"), failing.contains(before) else {
                return false
            }
            try await responder.respond(status: 500, json: "{\"detail\":\"Out of paint \(before)\"}")
            return true
        }
        let folder = try TestFolder()
        let run = await CommandRun.run(
            ["harbour", "--count", "3", "--seed", "5", "--width", "256", "--height", "256"] + words
                + ["--base-url", front.url, "--output", folder.path])
        return (run, folder)
    }

    @Test func theFinishedOnesAreKeptUnderTheirOwnNumbers() async throws {
        let (run, folder) = try await run("--json", failing: [1])
        #expect(run.status == 69)
        #expect(folder.names == ["harbour-5.png", "harbour-7.png"])
        let images = try run.objects("image")
        #expect(images.map { $0.number("index") } == [0, 2])
        #expect(images.map { $0.list("images").first?.number("seed") } == [5, 7])
        let error = try #require(try run.objects().last)
        #expect(error.text("type") == "error")
        #expect(error.text("code") == "serviceError")
        #expect(error.number("status") == 500)
        // The error speaks for the whole request: two of its pictures were accepted and made.
        #expect(
            error.names == [
                "accepted", "code", "elapsed", "index", "message", "origin", "provider", "remedy", "status", "type",
            ])
        #expect(error.number("index") == 1)
    }

    @Test func theFirstFailureCounts() async throws {
        let (run, folder) = try await run("--json", failing: [0, 2])
        #expect(run.status == 69)
        #expect(folder.names == ["harbour-6.png"])
        #expect(try run.objects("error").map { $0.text("message") } == ["The server answered 500: Out of paint 0"])
    }

    @Test func peopleAreToldHowManyWereMade() async throws {
        let (run, folder) = try await run(failing: [0])
        #expect(run.status == 69)
        #expect(run.output == "\(folder.path)/harbour-6.png\n\(folder.path)/harbour-7.png\n")
        #expect(run.errorLines.contains("2 of 3 pictures were made; number 1 is missing."))
        #expect(run.failure?.hasPrefix("imagine: picture 1: flux1-schnell at ") == true)
        let (two, _) = try await self.run(failing: [0, 2])
        #expect(two.errorLines.contains("1 of 3 pictures were made; numbers 1 and 3 are missing."))
        #expect(run.failure?.hasSuffix(": The server answered 500: Out of paint 0 [serviceError]") == true)
        let (quiet, _) = try await self.run("--quiet", failing: [0])
        #expect(!quiet.error.contains("pictures were made"))
        #expect(quiet.errorLines.first == quiet.failure)
        #expect(quiet.failure?.hasSuffix(": The server answered 500: Out of paint 0 [serviceError]") == true)
    }
}
