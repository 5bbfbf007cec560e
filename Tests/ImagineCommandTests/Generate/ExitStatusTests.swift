import Foundation
import GeneratorTesting
import GeneratorTransport
import ImageGenerators
import TestPace
import Testing

@testable import ImagineCommand

@Suite(.paced) struct ExitStatusTableTests {
    private static let table: [(GenerationError.Code, Int32)] = [
        (.invalidRequest, 64), (.unknownModel, 64), (.unsupportedSetting, 64), (.proxyUnsupported, 64),
        (.transportUnavailable, 64),
        (.invalidResponse, 65), (.noImage, 65), (.responseTooLarge, 65), (.unsafeURL, 65), (.fileUnreadable, 66),
        (.generationFailed, 69), (.contentFiltered, 69), (.serviceError, 69), (.spaceUnavailable, 69), (.notFound, 69),
        (.connectionFailed, 69), (.tlsFailed, 69), (.cancelled, 69), (.fileUnwritable, 73), (.timedOut, 74),
        (.connectionLost, 74), (.rateLimited, 74), (.quotaExceeded, 74), (.queueFull, 74), (.serviceUnavailable, 74),
        (.missingCredentials, 77), (.unauthorized, 77), (.forbidden, 77), (.init(rawValue: "newKind"), 69),
    ]

    @Test(arguments: table) func everyCodeHasItsStatus(code: GenerationError.Code, status: Int32) {
        #expect(ExitStatus.status(for: GenerationError(code, "", wasAccepted: true)) == status)
        #expect(ExitStatus.status(for: GenerationError(code, "", wasAccepted: nil)) == status)
        // Where nothing was accepted, nothing can be lost or paid twice.
        #expect(ExitStatus.status(for: GenerationError(code, "", wasAccepted: false)) == (status == 74 ? 75 : status))
    }
}

/// Every status, reached through the whole command.
@Suite(.paced, .serialized) struct ExitStatusTests {
    private func run(_ prompt: String, at url: String, _ words: String...) async throws -> (CommandRun, String?) {
        let run = await CommandRun.run(
            [prompt, "--base-url", url, "--no-save", "--retries", "0", "--json", "--width", "256", "--height", "256"]
                + words)
        return (run, try run.objects("error").last?.text("code"))
    }

    @Test(arguments: [
        ("harbour", 0, nil), ("!none", 65, "noImage"), ("!error closed", 69, "generationFailed"),
        ("!crash closed", 69, "generationFailed"), ("!die", 74, "connectionLost"),
        ("!quota", 75, "quotaExceeded"),
    ]) func whatTheSpaceMakesOfThePrompt(prompt: String, status: Int32, code: String?) async throws {
        let space = try LoopbackSpace()
        let (run, found) = try await run(prompt, at: space.url.absoluteString)
        #expect(run.status == status)
        #expect(found == code)
        #expect(space.submissions == 1)
    }

    @Test func nobodyListens() async throws {
        let port = try ClosedPort()
        let (run, code) = try await run("harbour", at: port.url)
        #expect(run.status == 69)
        #expect(code == "connectionFailed")
    }

    @Test(arguments: [
        (200, "text/html", "<html><title>Sleeping</title></html>", 69, "spaceUnavailable"),
        (401, "application/json", "{\"detail\":\"Not authenticated\"}", 77, "unauthorized"),
        (403, "text/plain", "Forbidden", 77, "forbidden"),
        (404, "application/json", "{\"detail\":\"Not Found\"}", 69, "notFound"),
        (429, "text/plain", "Slow down", 75, "rateLimited"),
        (500, "text/plain", "Internal Server Error", 69, "serviceError"),
        (503, "text/plain", "Down for repair", 75, "serviceUnavailable"),
        (200, "application/json", "{}", 65, "invalidResponse"),
    ]) func whatTheServerAnswers(
        answer: Int, type: String, body: String, status: Int32, code: String
    ) async throws {
        let server = try LoopbackServer { _, responder in
            try await responder.respond(status: answer, headers: [("content-type", type)], body: body)
        }
        let (run, found) = try await run("harbour", at: server.url.absoluteString)
        #expect(run.status == status)
        #expect(found == code)
        let accepted = try run.objects("error").last?.truth("accepted")
        #expect(accepted == false)
    }

    @Test func aBusyServiceMayHaveTakenTheJob() async throws {
        let front = try FrontServer { request, responder, _ in
            guard request.method == "POST" else { return false }
            try await responder.respond(status: 503, body: "upstream timed out")
            return true
        }
        let (run, code) = try await run("harbour", at: front.url)
        #expect(run.status == 74)
        #expect(code == "serviceUnavailable")
        #expect(try #require(try run.objects().last)["accepted"] == nil)
        #expect(front.server.requests.filter { $0.method == "POST" }.count == 1)
    }

    @Test func aPictureThatIsRefusedWasPaidFor() async throws {
        for status in [402, 429, 503] {
            let front = try FrontServer { request, responder, _ in
                guard request.path.contains("/file=") else { return false }
                try await responder.respond(status: status, body: "later")
                return true
            }
            let folder = try TestFolder()
            let run = await CommandRun.run(
                ["harbour", "--base-url", front.url, "--output", folder.url.path, "--retries", "0", "--json"])
            #expect(run.status == 74, "\(status)")
            let accepted = try run.objects("error").last?.truth("accepted")
            #expect(accepted == true)
        }
    }

    @Test func theTimeOutCoversTheDownload() async throws {
        let front = try FrontServer { request, responder, _ in
            guard request.path.contains("/file=") else { return false }
            try await responder.beginStream(headers: [("content-type", "image/png")])
            // Until the server ends.
            try await Task.sleep(for: .seconds(3600))
            return true
        }
        let folder = try TestFolder()
        let run = try await CommandRun.run(
            ["harbour", "--base-url", front.url, "--output", folder.url.path, "--timeout", "30", "--json"],
            passing: .seconds(30)
        ) { _ in
            try await front.server.waitUntil { $0.requests.contains { $0.path.contains("/file=") } }
        }
        let error = try #require(try run.objects("error").last)
        #expect(error.text("code") == "timedOut")
        #expect(try run.objects("image").count == 1)
        #expect(run.status == 74)
        #expect(error.text("message")?.contains("not downloaded in time") == true)
    }

    @Test func aFullQueue() async throws {
        let front = try FrontServer { request, responder, _ in
            guard request.method == "POST" else { return false }
            let text = "{\"detail\":\"Queue is full. Max size is 1 and size is 1.\"}"
            try await responder.respond(status: 503, headers: [("retry-after", "7")], json: text)
            return true
        }
        let (run, code) = try await run("harbour", at: front.url)
        #expect(run.status == 75)
        #expect(code == "queueFull")
        let error = try #require(try run.objects().last)
        #expect(error.number("status") == 503)
        #expect(error.number("retryAfter") == 7)
        #expect(error.truth("accepted") == false)
        let plain = await CommandRun.run(["harbour", "--base-url", front.url, "--no-save", "--retries", "0"])
        #expect(plain.errorLines.last == "Try again in 7 seconds.")
    }

    @Test func aJobThatNeverEndsMayStillBePaidFor() async throws {
        let space = try LoopbackSpace()
        let words = ["!never", "--base-url", space.url.absoluteString, "--no-save", "--json", "--timeout", "4.5"]
        let run = try await CommandRun.run(words, passing: .seconds(4.5)) { _ in
            try await space.server.waitUntil { $0.requests.contains { $0.path.hasSuffix("/queue/data") } }
        }
        let error = try #require(try run.objects().last)
        #expect(error.text("code") == "timedOut")
        #expect(error.truth("accepted") == true)
        #expect(run.status == 74)
        #expect(error.text("message") == "The work took longer than 4.5 seconds.")
        #expect(
            error.text("remedy") == "Allow more time. The service had taken the job and may still be working on it: "
                + "making it again may be paid for twice.")
    }

    @Test func aServerThatNeverAnswersHasAcceptedNothing() async throws {
        let server = try LoopbackServer { _, responder in await responder.waitForDisconnect() }
        let (run, code) = try await run("harbour", at: server.url.absoluteString, "--timeout", "0.3")
        #expect(run.status == 75)
        #expect(code == "timedOut")
        #expect(try run.objects().last?.truth("accepted") == false)
    }
}
