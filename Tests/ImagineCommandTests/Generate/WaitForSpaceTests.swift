import Foundation
import GeneratorTesting
import TestPace
import Testing

/// A Space that sleeps is waited for where that was asked for.
@Suite(.paced, .serialized) struct WaitForSpaceTests {
    private let front: FrontServer
    private let hub: LoopbackHub

    init() throws {
        // The first visit finds the Hub's page about a Space that wakes up.
        front = try FrontServer { request, responder, before in
            guard request.path == "/config", before == 0 else { return false }
            try await responder.respond(headers: [("content-type", "text/html")], body: Data("<html>".utf8))
            return true
        }
        hub = try LoopbackHub(space: front.server.url)
        hub["owner/name"] = .sleeping
    }

    private static let providers = [
        ["--space", "owner/name"], ["--space", "owner/name", "--base-url", "FRONT"], ["--base-url", "FRONT"],
        ["--provider", "flux-dev", "--base-url", "FRONT"], ["--provider", "janus-pro", "--base-url", "FRONT"],
        ["--provider", "g4f", "--base-url", "FRONT"],
        ["--provider", "g4f", "--base-url", "FRONT", "--model", "flux-schnell"],
        ["--provider", "g4f", "--base-url", "FRONT", "--model", "janus-pro-7b"],
    ]

    private func words(_ provider: [String], _ more: String...) -> [String] {
        ["harbour", "--hub-url", hub.url.absoluteString, "--no-save", "--width", "256", "--height", "256"] + more
            + provider.map { $0 == "FRONT" ? front.url : $0 }
    }

    private func wake(_ clock: ManualClock) async {
        // The next look at the Space; nothing else is as near.
        await clock.waitForSleepers(1, within: .seconds(5))
        hub["owner/name"] = .running
    }

    @Test(arguments: providers) func whoeverMakesPictures(_ provider: [String]) async throws {
        let run = try await CommandRun.run(words(provider, "--wait-for-space", "--json"), passing: .seconds(5), wake)
        #expect(run.status == 0, "\(run.output)")
        #expect(try run.objects("reasoning").contains { $0.text("status") == "Waiting for the Space to start" })
        #expect(front.server.requests.count { $0.path == "/config" } == 2)
    }

    @Test func whoeverLooksAtIt() async throws {
        let words = ["space", "owner/name", "--hub-url", hub.url.absoluteString, "--wait-for-space"]
        let run = try await CommandRun.run(words, passing: .seconds(5), wake)
        #expect(run.status == 0, "\(run.error)")
        #expect(run.errorLines.contains("Waiting for the Space to start"))
        #expect(run.outputLines.first == "/infer → image, slider")
    }

    @Test func notForever() async throws {
        let asleep = try FrontServer { request, responder, _ in
            guard request.path == "/config" else { return false }
            try await responder.respond(headers: [("content-type", "text/html")], body: Data("<html>".utf8))
            return true
        }
        let words = ["harbour", "--base-url", asleep.url, "--wait-for-space", "--timeout", "4"]
        let run = try await CommandRun.run(words, passing: .seconds(4)) { clock in
            await clock.waitForSleepers(2, within: .seconds(5))
        }
        #expect(run.status == 75, "\(run.error)")
        #expect(asleep.space.submissions == 0)
    }

    @Test func notWhereNobodyAskedForIt() async {
        let run = await CommandRun.run(words(["--space", "owner/name"]))
        #expect(run.status == 69)
        #expect(run.failure?.contains("The Space owner/name is asleep.") == true)
        #expect(!run.error.contains("Waiting"))
    }

    @Test func notWhereThereIsNoSpace() async {
        let run = await CommandRun.run(["harbour", "--provider", "prodia", "--wait-for-space"])
        #expect(run.status == 64)
        #expect(run.failure?.contains("The provider prodia is no Gradio app; --wait-for-space is for those.") == true)
    }
}
