internal import Foundation
internal import GeneratorCore
internal import GeneratorTesting
package import GeneratorTransport

/// What came of one cell.
package struct FaultRun: Sendable {
    /// What can be told of it to another process.
    package struct Result: Sendable, Codable {
        /// The code of the error that it ended with, or ``recovery``, or ``death``.
        package fileprivate(set) var outcome = FaultRun.recovery
        package fileprivate(set) var seconds = 0.0
        package fileprivate(set) var counts = FaultyServer.Counts()
        /// What is wrong with the run, whatever it ended with; empty where nothing is.
        package fileprivate(set) var complaints: [String] = []
    }

    /// The outcome of a run whose result came whole.
    package static let recovery = "recovery"
    /// The outcome of a run that took its process along.
    package static let death = "the end of the process"

    package let cell: FaultCell
    package private(set) var result = Result()

    private var error: (any Error)?
    private var failure: GenerationError? { error as? GenerationError }
    private var fault: Fault { cell.fault }
    private var phase: FaultPhase { cell.phase }
    private var subject: FaultSubject { cell.subject }

    /// What another process says of a run; `nil` where it died of it.
    package init(_ cell: FaultCell, _ result: Result?) {
        self.cell = cell
        self.result = result ?? Result(outcome: Self.death, complaints: ["Ended the process."])
    }

    /// Runs a provider against servers that go wrong.
    package init(_ cell: FaultCell, over transport: any HTTPTransport = PlatformTransport.make()) async throws {
        self.cell = cell
        // On a busy machine a short time may be over before the fault was reached.
        for patience in [1, 4, 16] {
            try await attempt(patience: patience, over: transport)
            if counts.faults > 0 || failure?.code != .timedOut || Task.isCancelled { break }
        }
        result.outcome = error.map { failure?.code.rawValue ?? "\(type(of: $0))" } ?? Self.recovery
    }

    private var counts: FaultyServer.Counts { result.counts }
    private var complaints: [String] {
        get { result.complaints }
        set { result.complaints = newValue }
    }

    private mutating func attempt(patience: Int, over transport: any HTTPTransport) async throws {
        let clock = JumpingClock(), server = try FaultyServer(fault, in: phase, clock: clock)
        defer { server.stop() }
        let limits = FaultLimits(fault.end(in: phase), patience: patience)
        let log = Locked<[String]>([])
        var environment = subject.environment(limits, at: server.addresses, over: transport)
        // A clock that can jump is looked at all the time.
        if fault.kind == .time { environment.clock = GeneratorClock(clock) }
        environment.log = { entry in log.withLock { $0.append(entry.description) } }
        let start = ContinuousClock.now
        (error, complaints) = (nil, [])
        var isDone = false, isFetching = false
        do {
            for try await event in subject.stream(at: server.addresses, environment) {
                check(event)
                switch event {
                case .image(let response):
                    isFetching = true
                    for image in response.images { _ = try await image.load() }
                    isFetching = false
                    isDone = true
                case .text: isDone = true
                default: break
                }
            }
            if !isDone { complaints.append("The stream ended without a result and without an error.") }
        } catch {
            self.error = error
        }
        result.seconds = start.duration(to: .now).seconds
        result.counts = server.counts
        judge(server, isFetching: isFetching)
        for line in log.withLock({ $0 }) { judge(line, "The log") }
    }

    // MARK: The laws

    private mutating func judge(_ server: FaultyServer, isFetching: Bool) {
        if counts.faults == 0 { complaints.append("The fault never happened.") }
        if counts.repetitions > 0 || counts.taken > 1 {
            complaints.append("Submitted \(counts.creates) times, taken \(counts.taken) times.")
        }
        for place in FaultPlace.allCases {
            for request in server.requests(at: place) { judge(request, at: place) }
        }
        guard let error else {
            // Without a token the Space takes the job all the same.
            if !fault.mayRecover, phase != .hub { complaints.append("Ended well.") }
            return
        }
        guard let failure else {
            complaints.append("Threw a \(type(of: error)), which is no GenerationError.")
            return
        }
        if !fault.errors(in: phase).contains(failure.code) {
            complaints.append("Ended with \(failure.code): \(failure.message)")
        }
        if failure.wasAccepted == false, counts.taken > 0 {
            complaints.append("Says that nothing was accepted, and the job was: \(failure)")
        }
        if failure.wasAccepted == true, counts.taken == 0 {
            complaints.append("Says that the job was accepted, and nothing was: \(failure)")
        }
        // To fetch a picture again costs nothing, however often it is tried.
        if failure.isRetryable, counts.taken > 0, !isFetching {
            complaints.append("May be repeated, and would be paid for twice.")
        }
        judge(failure.message, "The error")
        if failure.message.isEmpty { complaints.append("The error says nothing.") }
        let text = failure.localizedDescription
        for (part, what) in [
            (failure.provider?.rawValue, "provider"), (failure.origin?.description, "server"),
            (failure.recoverySuggestion ?? failure.message, "remedy"),
        ] as [(String?, String)] where part.map({ $0.isEmpty || !text.contains($0) }) ?? true {
            complaints.append("The error names no \(what): \(text.prefix(300))")
        }
        for text in Self.printed(failure) { search(text, "The error's description", for: known + Self.prompt) }
    }

    private mutating func judge(_ text: String, _ what: String) {
        let hasControls = text.unicodeScalars.contains { scalar in
            switch scalar.value {
            case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
            default: false
            }
        }
        if hasControls { complaints.append("\(what) holds control characters.") }
        search(text, what, for: known + Self.prompt)
    }

    /// Looks for secrets in whatever form.
    private mutating func search(_ text: String, _ what: String, for secrets: [String]) {
        for secret in secrets where Self.forms(of: secret).contains(where: { text.contains($0) }) {
            complaints.append("\(what) tells \(secret): \(text.prefix(300))")
        }
    }

    private static func forms(of secret: String) -> [String] {
        let bytes = secret.utf8.map { "%" + String($0, radix: 16) }.joined()
        // What stands behind any number of other bytes; the letters at its ends are shared with them.
        let base64 = ["", "a", "ab"].map { before in
            String(Data((before + secret).utf8).base64EncodedString().prefix { $0 != "=" }.dropFirst(4).dropLast(2))
        }
        return [secret, bytes, bytes.uppercased()] + base64
    }

    /// All that a program can make of an error without knowing what it is.
    private static func printed(_ error: (any Error)?) -> [String] {
        guard let error else { return [] }
        var dumped = ""
        dump(error, to: &dumped)
        return ["\(error)", String(reflecting: error), dumped, error.localizedDescription]
            + printed((error as? GenerationError)?.underlying ?? (error as? TransportError)?.underlying)
    }

    private mutating func check(_ event: GenerationEvent) {
        switch event {
        case .reasoning(let reasoning): search("\(reasoning)", "A status", for: known + Self.prompt)
        case .warning(let warning): search("\(warning)", "A warning", for: known + Self.prompt)
        case .text(let text): search(text, "A text", for: known)
        // The prompt is the caller's own in what was made. The name of a job and the place of a picture stay as they are,
        // because nothing else leads to them.
        case .preview(let response), .image(let response):
            search("\(response.model ?? "") \(response.alt)", "A picture", for: known)
        default: break
        }
    }

    private static let secrets = [
        FaultSubject.apiKey, FaultSubject.hubToken, FaultSubject.hubCookies, FaultSubject.ownToken,
    ]

    /// What the provider was given; of what it never heard it cannot know that it is a secret.
    private var known: [String] {
        (Self.secrets + Self.given).filter { $0 != FaultSubject.apiKey || subject.description.hasPrefix("prodia") }
    }

    /// What the Hub gives for the Space alone, and what a cookie is worth without its name.
    private static let given = ["page-token-1", "user-token-1", "matrixcookie90de"]
    /// A part of it is as much as the whole.
    private static let prompt = [FaultSubject.prompt, "Zwirnfaden"]

    /// Nothing but what belongs there.
    private mutating func judge(_ request: LoopbackRequest, at place: FaultPlace) {
        let allowed: [String] =
            switch place {
            case .service: [FaultSubject.apiKey, FaultSubject.ownToken, FaultSubject.prompt]
            case .hub: [FaultSubject.hubToken, FaultSubject.hubCookies]
            case .images, .stranger: []
            }
        let text =
            request.target + "\n" + request.headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
            + String(decoding: request.body.prefix(1 << 16), as: UTF8.self)
        for secret in Self.secrets + [FaultSubject.prompt] where !allowed.contains(secret) && text.contains(secret) {
            complaints.append("\(request.method) \(request.path.prefix(60)) told the \(place) a secret or the prompt.")
        }
    }
}
