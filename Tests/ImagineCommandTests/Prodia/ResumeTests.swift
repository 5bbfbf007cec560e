import Foundation
import GeneratorTesting
import GeneratorTransport
import ImageGenerators
import TestPace
import Testing

/// `imagine resume`, and who is told of it.
@Suite(.paced, .serialized) struct ResumeTests {
    static let apis = ["legacy", "v1", "v2-async"]
    private let command: ProdiaCommand

    init() throws { command = try ProdiaCommand() }

    /// What is printed for people to go on with.
    private func hints(_ run: CommandRun) -> [[String]] {
        run.errorLines.filter { $0.hasPrefix("Go on with: imagine ") }.map {
            $0.split(separator: " ").dropFirst(4).map(String.init)
        }
    }

    @Test(arguments: apis) func whatIsPrintedFinishesTheJob(_ api: String) async throws {
        let run = try await command.generateInVain(api, "--seed", "7")
        #expect(run.status == 74)
        #expect(run.output == "")
        let words = try #require(hints(run).first)
        #expect(words.first == "resume" && hints(run).count == 1)
        #expect(Array(words.dropFirst(2)) == command.place + ["--output", command.folder.path])
        let early = try await command.inVain(words)
        #expect(early.status == 74)
        #expect(hints(early) == [words], "It can be tried again.")
        #expect(await command.generate("!release", "v1").status == 0)
        let late = await CommandRun.run(words, environment: ["MY_KEY": "sesame-key"])
        #expect(late.status == 0)
        #expect(late.errorLines.first == "Looking for the job")
        let name = api == "v2-async" ? "never-boat-7.png" : "image-7.png"
        #expect(late.output == "\(command.folder.path)/\(name)\n")
        let side = api == "legacy" ? 512 : 256
        let expected = LoopbackProdia.picture(prompt: "!never boat", seed: 7, width: side, height: side)
        #expect(try command.folder.data(name) == expected)
        #expect(command.prodia.submissions == 2)
    }

    /// A program that is killed prints nothing any more.
    @Test func thoseWhoWantToKnowMoreAreToldAtOnce() async throws {
        let run = try await command.generateInVain("v2-async", "--verbose")
        let start = "If this run is interrupted, go on with: imagine "
        let early = run.errorLines.filter { $0.hasPrefix(start) }
        #expect(early.map { $0.dropFirst(start.count).split(separator: " ").map(String.init) } == hints(run))
        #expect(early.count == 1)
    }

    /// A picture as text is a thousand lines long.
    @Test func bytesAreNotWrittenToATerminal() async throws {
        let words = ["boat", "--provider", "prodia", "--no-save"] + command.place
        let key = ["MY_KEY": "sesame-key"]
        let shown = await CommandRun.run(words, environment: key, isOutputTerminal: true)
        #expect(shown.output == "data:image/png;base64,… (leave out --no-save to keep it)\n")
        let piped = await CommandRun.run(words, environment: key)
        #expect(piped.output.hasPrefix("data:image/png;base64,iVBOR"))
    }

    @Test(arguments: apis) func programsFindTheTicketInTheError(_ api: String) async throws {
        let run = try await command.generateInVain(api, "--json")
        #expect(run.error == "")
        let error = try #require(try run.objects().last)
        #expect(
            error.names == ["accepted", "code", "elapsed", "message", "origin", "provider", "remedy", "ticket", "type"])
        #expect(error.text("code") == "timedOut")
        let ticket = try #require(error.text("ticket"))
        #expect(try run.objects("submitted").first?.text("ticket") == ticket)
        command.prodia.release()
        let late = await command.run(["resume", ticket, "--json"])
        #expect(late.status == 0)
        let image = try #require(try late.objects().last)
        #expect(image.text("type") == "image")
        #expect(image.number("index") == 0)
        #expect(image.text("provider") == "prodia")
        // The old interfaces do not say again what was asked for, and a ticket holds no prompt.
        #expect(image.text("alt") == (api == "v2-async" ? "!never boat" : nil))
        #expect(image.list("images").first?.text("file")?.hasPrefix(command.folder.path) == true)
    }

    @Test(arguments: [false, true]) func anInterruptedRunSaysHowToGoOn(isJSON: Bool) async throws {
        let command = command
        let task = Task { await command.generate("!never boat", "v2-async", isJSON ? "--json" : "--quiet") }
        try await command.prodia.server.waitUntil {
            $0.requests.contains { $0.path.hasSuffix("/job.state.current") }
        }
        task.cancel()
        let run = await task.value
        #expect(run.status == 130)
        let ticket: String
        if isJSON {
            let error = try #require(try run.objects().last)
            #expect(error.text("code") == "cancelled")
            #expect(error.truth("accepted") == true)
            ticket = try #require(error.text("ticket"))
        } else {
            #expect(run.errorLines.count == 1, "Quiet, but not about what may have been paid for.")
            ticket = try #require(hints(run).first?[1])
        }
        command.prodia.release()
        #expect(await command.run(["resume", ticket]).status == 0)
        #expect(command.prodia.submissions == 1)
    }

    @Test(arguments: [false, true]) func aJobThatNobodyCanGoOnWithMayStillBeBilled(isJSON: Bool) async throws {
        let command = command
        let task = Task { await command.generate("!never boat", "v2", isJSON ? "--json" : "--quiet") }
        try await command.prodia.server.waitUntil { $0.requests.contains { $0.method == "POST" } }
        task.cancel()
        let run = await task.value
        #expect(run.status == 130)
        let warning = "The service may have taken the job: then it may still do the work and charge for it."
        if isJSON {
            let error = try #require(try run.objects().last)
            #expect(error.text("code") == "cancelled" && error.text("remedy") == warning)
            #expect(error["accepted"] == nil && error["ticket"] == nil)
        } else {
            #expect(run.error == warning + "\n", "Quiet, but not about what may be paid for.")
        }
    }

    @Test(arguments: ["legacy", "v1", "v2-async"]) func aSubmissionThatIsNotAnsweredMayHaveArrived(
        _ api: String
    ) async throws {
        let key = api == "legacy" ? nil : "sesame-key"
        let isAsked = Locked(false)
        let command = try ProdiaCommand(key: key) { request, responder in
            guard request.method == "POST" || request.path.hasSuffix("/generate") else { return false }
            isAsked.withLock { $0 = true }
            await responder.waitForDisconnect()
            return true
        }
        let task = Task { await command.generate("boat", api, "--quiet") }
        try await eventually { isAsked.withLock { $0 } }
        task.cancel()
        let run = await task.value
        #expect(run.status == 130)
        #expect(run.error == "The service may have taken the job: then it may still do the work and charge for it.\n")
    }

    @Test func everyJobThatIsNotDoneIsNamed() async throws {
        let run = try await command.generateInVain("v1", "--count", "2", "--seed", "5", jobs: 2)
        #expect(run.status == 74)
        let tickets = hints(run).map { $0[1] }
        #expect(tickets.count == 2 && Set(tickets).count == 2)
        command.prodia.release()
        for ticket in tickets { #expect(await command.run(["resume", ticket]).status == 0) }
        #expect(command.folder.names == ["image-5.png", "image-6.png"])
    }

    @Test func whatIsDoneIsNotNamed() async throws {
        // The job that is looked at first is done at once, and the other not before it may be.
        let first = Locked<String?>(nil), isLate = Locked(true), looks = Locked(0)
        let command = try ProdiaCommand { request, responder in
            guard request.path.hasPrefix("/v1/job/"), isLate.withLock({ $0 }) else { return false }
            let isFirst = first.withLock { first in
                first = first ?? request.path
                return first == request.path
            }
            if isFirst { return false }
            looks.withLock { $0 += 1 }
            try await responder.respond(json: #"{"status": "generating"}"#)
            return true
        }
        let task = Task { await command.generate("boat", "v1", "--count", "2", "--seed", "5") }
        try await eventually { command.folder.names.count == 1 }
        let before = looks.withLock { $0 }
        // Whoever looks again has reported the picture that was there before.
        try await eventually { looks.withLock { $0 } > before + 2 }
        task.cancel()
        let run = await task.value
        #expect(run.status == 130)
        #expect(hints(run).count == 1)
        isLate.withLock { $0 = false }
        #expect(await command.run(["resume", try #require(hints(run).first?[1])]).status == 0)
        let names = command.folder.names
        #expect(names == ["boat-5.png", "image-6.png"] || names == ["boat-6.png", "image-5.png"])
    }

    @Test func aPictureThatCannotBeFetchedIsNotLost() async throws {
        let port = try ClosedPort()
        // Only the link of the keyless interface is built here; v1 names one of its own.
        let away = await command.generate("boat", "legacy", "--base-url", "images=\(port.url)", "--retries", "0")
        #expect(away.status == 69)
        let words = try #require(hints(away).first)
        #expect(words.contains("images=\(port.url)"))
        // Not there yet, perhaps: the job is done, so its picture may come.
        let empty = try LoopbackServer { _, responder in try await responder.respond(status: 404, body: "no") }
        let images = "images=\(empty.url.absoluteString)"
        let gone = await command.generate("boat", "legacy", "--base-url", images, "--retries", "0", "--json")
        let error = try #require(try gone.objects().last)
        #expect(error.text("code") == "notFound" && error.truth("accepted") == true)
        #expect(try error.text("ticket") == gone.objects("submitted").first?.text("ticket"))
        for ticket in [words[1], try #require(error.text("ticket"))] {
            #expect(await command.run(["resume", ticket]).status == 0)
        }
        #expect(command.prodia.submissions == 2)
    }

    @Test func whatIsOverHasNoTicket() async throws {
        for (api, prompt) in [("v1", "!error oops"), ("v2-async", "!none"), ("v2", "!cut boat"), ("v1", "!die")] {
            let run = await command.generate(prompt, api)
            #expect(run.status != 0)
            #expect(hints(run).isEmpty, "\(api) \(prompt)")
        }
        let run = await command.run(["resume", try ticket("prodia", ["api": "v1"])])
        #expect(run.status == 69)
        #expect(run.error.contains("[notFound]") && hints(run).isEmpty)
    }

    @Test func aHintHoldsNoSecretOfAURL() async throws {
        let base = command.prodia.url.absoluteString + "/v1?token=sesame-query#sesame-fragment"
        let run = try await command.inVain(
            ["!never boat", "--provider", "prodia", "--api", "v1", "--base-url", base]
                + ["--api-key-env", "MY_KEY", "--output", command.folder.path + "/it's here"])
        #expect(run.status == 74)
        #expect(!(run.output + run.error).contains("sesame"))
        let hint = try #require(run.errorLines.last)
        #expect(hint.contains(" --base-url \(command.prodia.url.absoluteString)/v1 --api-key-env MY_KEY "))
        #expect(hint.hasSuffix(" --output '\(command.folder.path)/it'\\''s here'"))
    }

    // MARK: - Tickets

    private func ticket(
        _ provider: String, _ state: [String: JSONValue] = [:], isResumable: Bool = true
    ) throws -> String {
        // Also one that no provider would give.
        let handle: JSONValue = [
            "provider": .string(provider), "id": "abc", "isResumable": .bool(isResumable), "state": .object(state),
        ]
        return try handle.serialized().base64EncodedString().replacingOccurrences(of: "=", with: "")
    }

    @Test func aTicketDoesNotChooseWhereAKeyGoes() async throws {
        // A v1 job is asked for at another origin than the one that the key is for.
        let words = ["resume", try ticket("prodia", ["api": "v1"]), "--proxy", "http://127.0.0.1:1", "--retries", "0"]
        let own = ["--api-key-env", "MY_KEY", "--timeout", "2"]
        let run = await CommandRun.run(words + own, environment: ["MY_KEY": "sesame-key"])
        #expect(run.status == 64)
        #expect(run.error.contains("`--api v1`"), "\(run.error)")
        let chosen = await CommandRun.run(words + own + ["--api", "v1"], environment: ["MY_KEY": "sesame-key"])
        #expect(chosen.status != 64, "\(chosen.error)")
    }

    @Test func aTicketThatIsNoneIsRefused() async throws {
        let whole = try ticket("prodia", ["api": "v1"])
        for text in ["", "hello", String(whole.dropLast(3)), String(whole.dropFirst()), whole + "!", "-"] {
            let run = await command.run(["resume", text, "--json"])
            #expect(run.status == 64, "\(text)")
            #expect(
                try run.objects().last?.text("message")
                    == "This is not a ticket; copy the whole word that was printed.")
        }
        #expect(command.prodia.server.acceptedConnections == 0)
    }

    @Test func aTicketOfSomebodyElseIsRefused() async throws {
        let gradio = " cannot be resumed: a Gradio app gives its result to the run that asked for it."
        var cases = [
            (try ticket("no\u{1B}body"), "There is no provider no"),
            (try ticket("prodia", ["api": "v2"]), "This is no job of Prodia's that can be picked up again."),
            (try ticket("prodia", ["url": "http://203.0.113.9"]), "This is no job of Prodia's"),
            (try ticket("prodia", ["api": "v1"], isResumable: false), "The job abc cannot be resumed by prodia."),
        ]
        for provider in ["flux1-schnell", "flux-dev", "janus-pro", "g4f"] {
            cases.append((try ticket(provider), "A job of \(provider)\(gradio)"))
        }
        for (ticket, message) in cases {
            let run = await command.run(["resume", ticket])
            #expect(run.status == 64, "\(message)")
            #expect(run.failure?.contains(message) == true, "\(run.error)")
            #expect(!run.error.contains("\u{1B}") && hints(run).isEmpty)
        }
        #expect(command.prodia.server.acceptedConnections == 0)
    }
}
