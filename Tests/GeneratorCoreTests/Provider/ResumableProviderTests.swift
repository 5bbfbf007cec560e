import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import Gradio
import TestPace
import Testing

/// Picks up what was accepted; says which job it was given.
private struct ParcelProvider: ResumableProvider {
    let id: ProviderID = "parcel"
    let models = ModelCatalog("parcel")
    let environment: GenerationEnvironment
    var resumption: @Sendable (JobHandle, GenerationContext) async throws -> Void = { job, context in
        try await context.status("Waiting")
        try await context.yieldImage(job.id)
    }

    func run(_ call: GenerationCall<NoProviderOptions>, in context: GenerationContext) async throws {
        try await context.yieldImage("run")
    }

    func resume(_ job: JobHandle, in context: GenerationContext) async throws { try await resumption(job, context) }
}

@Suite(.paced)
struct ResumableProviderTests {
    private let job = JobHandle(provider: "parcel", id: "job-1", isResumable: true, state: ["api": "v2"])

    @Test func theResultComes() async throws {
        let stream = ParcelProvider(environment: .sealed()).resumeAsyncGenerator(job)
        let (events, error) = await stream.collect()
        #expect(events.words == ["Waiting", "image job-1"])
        #expect(error == nil)
        #expect((await stream.collect().error as? GenerationError)?.code == .invalidRequest)
    }

    @Test func othersJobsAreRefused() async throws {
        let resumed = Tally()
        var provider = ParcelProvider(environment: .sealed())
        provider.resumption = { _, _ in resumed.add() }
        let foreign = JobHandle(provider: "other", id: "job\u{1B}[2J", isResumable: true)
        let lost = JobHandle(provider: "parcel", id: "job-2", isResumable: false)
        for handle in [foreign, lost] {
            let error = try await provider.resumeAsyncGenerator(handle).failure()
            #expect(error.code == .invalidRequest)
            #expect(error.provider == "parcel")
            #expect(error.job == handle)
            #expect(!error.message.contains("\u{1B}"))
        }
        #expect(resumed.count == 0)
    }

    @Test func errorsKeepTheJob() async throws {
        let clock = ManualClock()
        let working = Tally()
        var provider = ParcelProvider(environment: .sealed(clock))
        provider.resumption = { _, _ in
            working.add()
            try await waitForCancellation()
        }
        let stream = provider.resumeAsyncGenerator(job)
        let failure = Task { try await stream.failure() }
        await working.reach()
        await clock.waitForSleepers()
        clock.advance(by: .seconds(300))
        let error = try await failure.value
        #expect(error.code == .timedOut)
        #expect(error.job == job)
        #expect(error.wasAccepted == true)
        provider.resumption = { _, _ in }
        #expect(try await provider.resumeAsyncGenerator(job).failure().code == .noImage)
    }

    @Test func leavingTheLoopCancels() async throws {
        let stops = Tally(), ended = Tally()
        var provider = ParcelProvider(environment: .sealed())
        provider.resumption = { _, context in
            defer { ended.add() }
            try await context.cancelling {
                try await context.status("Waiting")
                try await waitForCancellation()
            } onCancel: {
                stops.add()
            }
        }
        for try await _ in provider.resumeAsyncGenerator(job) { break }
        await ended.reach()
        #expect(stops.count == 1)
    }

    // MARK: Tickets

    static let handles: [JobHandle] = [
        JobHandle(provider: "parcel", id: "job-1", isResumable: true),
        JobHandle(provider: "", id: "", isResumable: true),
        JobHandle(
            provider: "p", id: "ünï/cødé+=\n\"🦊", isResumable: true, state: ["a": [1, true, nil, 0.5, ["b": "c"]]]),
        JobHandle(provider: "p", id: String(repeating: "x", count: 5000), isResumable: true),
    ]

    @Test(arguments: handles) func ticketsComeBack(_ handle: JobHandle) throws {
        let ticket = try #require(handle.ticket)
        #expect(ticket.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        #expect(try JobHandle(ticket: ticket) == handle)
        #expect(try JobHandle(ticket: "  \(ticket)\n") == handle)
        #expect(handle.ticket == ticket)
    }

    @Test func noTicketForWhatCannotBeResumed() {
        #expect(JobHandle(provider: "parcel", id: "job-1", isResumable: false).ticket == nil)
    }

    static let garbage = [
        "", " ", "x", "%%%%", "e30", "bnVsbA", "W10", "eyJpZCI6MX0", "🦊", "AAAA====",
        String(repeating: "W", count: 200_001),
        Data(String(repeating: "[", count: 50_000).utf8).base64EncodedString(),
        Data(#"{"provider":"p","id":"i","isResumable":true,"state":\#(String(repeating: "[", count: 9999))"#.utf8)
            .base64EncodedString(),
    ]

    @Test(arguments: garbage) func garbageIsNoTicket(_ text: String) {
        #expect {
            try JobHandle(ticket: text)
        } throws: {
            let error = $0 as? GenerationError
            return error?.code == .invalidRequest && (text.count < 3 || !(error?.message.contains(text) ?? true))
        }
    }

    @Test func ticketsHoldNoSecretAndNoOrigin() async throws {
        var environment = GenerationEnvironment.sealed()
        environment.credentials = GenerationCredentials(apiKey: "sesame-key", hubToken: "hf_sesame")
        let provider = ScriptedProvider(environment: environment) { _, context in
            try await context.yield(.submitted(JobHandle(provider: context.provider, id: "job-1", isResumable: true)))
            throw GenerationError(.connectionLost, "Gone.")
        }
        let error = try await provider.createAsyncGenerator(prompt: "A fox").failure()
        var text = try #require(error.job?.ticket).replacingOccurrences(of: "-", with: "+")
            .replacingOccurrences(of: "_", with: "/")
        text += String(repeating: "=", count: (4 - text.count % 4) % 4)
        let json = try JSONValue(parsing: #require(Data(base64Encoded: text)))
        #expect(json == ["provider": "scripted", "id": "job-1", "isResumable": true, "state": [:]])
    }
}
