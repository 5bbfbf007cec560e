import Flux1Schnell
import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import Gradio
import Prodia

@testable import ImagineCommand

extension FuzzTarget {
    /// Whole generations: the input is everything that the service answers, one answer after the other.
    static let services =
        [("queue", GradioRoute.queue), ("call", .call), ("run", .run)].map { name, route in
            service("flux-\(name)") { url, environment in
                Flux1SchnellProvider(url: url, hubURL: url, route: route, environment: environment)
            } server: {
                LoopbackServerHandle(try LoopbackSpace())
            }
        }
        + [("legacy", ProdiaAPI.legacy), ("v1", .v1), ("v2", .v2), ("v2-async", .v2Async)].map { name, api in
            service("prodia-\(name)") { url, environment in
                ProdiaProvider(api: api, url: url, imagesURL: url, environment: environment)
            } server: {
                LoopbackServerHandle(try LoopbackProdia())
            }
        }

    private static func service(
        _ name: String, provider: @escaping @Sendable (URL, GenerationEnvironment) -> any AsyncGeneratorProvider,
        server: @escaping @Sendable () throws -> LoopbackServerHandle
    ) -> FuzzTarget {
        FuzzTarget(
            name,
            bytes: {
                // What the embedded server answers, and the same without its last answers.
                let server = try server()
                defer { server.stop() }
                let transport = RecordingTransport()
                _ = await ServiceRun(provider(server.url, .fuzzing(transport)))
                let answers = transport.answers
                return (0..<min(3, answers.count)).map { ServiceAnswer.joined(answers.dropLast($0)) }
            },
            words: [
                "\u{1E}", "200 application/json\n", "429 text/plain\n", "503 -\n", "404 -\n", "\"status\":", "\"job\":",
                "\"msg\":\"", "data: ", "\n\n", "process_completed", "\"url\":\"", "succeeded", "failed", "null", "[",
                "{\"",
            ]
        ) { bytes in
            guard let url = URL(string: "https://service.example") else { return }
            let transport = ScriptedTransport(ServiceAnswer.split(bytes))
            let run = await ServiceRun(provider(url, .fuzzing(transport)))
            try demand(transport.creates <= 1 + transport.refusals, "\(transport.creates) submissions")
            try demand(transport.origins.allSatisfy { $0 == HTTPOrigin(url) }, "a key went to \(transport.origins)")
            if let error = run.error {
                let failure = error as? GenerationError
                try demand(failure != nil, "\(type(of: error)): \(error) is no GenerationError")
                try demand(failure?.message.contains("secret-key") != true, "the error repeats the key")
                // A service may cut a prompt anywhere: no sixteen letters of it in a row.
                let letters = Array(secretPrompt)
                for start in 0...letters.count - 16 {
                    let part = String(letters[start..<start + 16])
                    try demand(failure?.message.contains(part) != true, "the error repeats \(part)")
                }
            } else {
                try demand(run.images > 0, "no picture and no error")
            }
            for event in run.events { try demandSane(event) }
            try demand(((run.error as? GenerationError)?.retryAfter ?? .zero) >= .zero, "a wait that is over")
            for line in run.lines {
                let object = try? JSONSerialization.jsonObject(with: Data(line.utf8))
                try demand(object != nil, "\(line.debugDescription) is no JSON")
            }
        }
    }
}

/// An embedded server of one kind or the other.
struct LoopbackServerHandle: Sendable {
    let url: URL
    let stop: @Sendable () -> Void

    init(_ space: LoopbackSpace) { (url, stop) = (space.url, { space.stop() }) }

    init(_ prodia: LoopbackProdia) { (url, stop) = (prodia.url, { prodia.stop() }) }
}

extension GenerationEnvironment {
    fileprivate static func fuzzing(_ transport: any HTTPTransport) -> GenerationEnvironment {
        GenerationEnvironment { environment in
            environment.transport = transport
            environment.clock = GeneratorClock(ImpatientClock())
            environment.credentials = GenerationCredentials(apiKey: Secret("secret-key"))
        }
    }
}

private let secretPrompt = "a secret-prompt of gulls over a quiet harbour"

/// One generation, its picture loaded, and what the command would print of it.
private struct ServiceRun {
    private(set) var images = 0
    private(set) var error: (any Error)?
    private(set) var lines: [String] = []
    private(set) var events: [GenerationEvent] = []

    init(_ provider: any AsyncGeneratorProvider) async {
        let printed = Locked<[String]>([])
        let silent = Console(isTerminal: true, columns: 1, output: { _ in }, error: { _ in })
        let reporters = [
            Reporter(Console(output: { line in printed.withLock { $0.append(line) } }, error: { _ in })) {
                $0 == "--json"
            },
            Reporter(silent) { $0 == "--verbose" },
        ]
        do {
            // What a service says of its ranges meets what a caller wants.
            var wishes = GenerationRequest(prompt: secretPrompt)
            (wishes.size, wishes.seed, wishes.steps, wishes.guidance) = (.pixels(256, 320), 7, 3, 2.5)
            for try await event in provider.createAsyncGenerator(wishes) {
                events.append(event)
                for reporter in reporters { reporter.report(event) }
                guard case .image(let response) = event else { continue }
                images += response.images.count
                for image in response.images { _ = try await image.load() }
            }
        } catch {
            self.error = error
            if let failure = error as? GenerationError { for reporter in reporters { reporter.report(failure) } }
        }
        reporters[1].progress.finish()
        lines = printed.withLock { $0 }
    }
}

/// What a service says once.
private struct ServiceAnswer: Sendable {
    var status: Int
    var type: String
    var retryAfter: String?
    var body: [UInt8]

    private static let separator: UInt8 = 0x1E

    /// A line of status, type and perhaps `Retry-After`, then the body.
    init(_ bytes: some Collection<UInt8>) {
        let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
        let words = String(decoding: parts[0], as: UTF8.self).split(separator: " ", maxSplits: 2).map(String.init)
        status = words.first.flatMap { Int($0) }.flatMap { (200...599).contains($0) ? $0 : nil } ?? 200
        type = words.count > 1 ? words[1] : ""
        retryAfter = words.count > 2 ? words[2] : nil
        body = parts.count > 1 ? Array(parts[1]) : []
    }

    init(_ response: HTTPResponse, _ body: Data) {
        status = response.status
        // Without the space, behind which Retry-After stands.
        type = (response.headers["Content-Type"] ?? "-").replacing(" ", with: "")
        // Of a picture nobody reads more here.
        self.body = [UInt8](ImageFormat(signature: body) == nil ? body : body.prefix(256))
    }

    static func joined(_ answers: some Collection<ServiceAnswer>) -> [UInt8] {
        Array(answers.map { Array("\($0.status) \($0.type)\n".utf8) + $0.body }.joined(separator: [separator]))
    }

    static func split(_ bytes: [UInt8]) -> [ServiceAnswer] {
        bytes.split(separator: separator, omittingEmptySubsequences: false).map { ServiceAnswer($0) }
    }
}

/// Answers with one answer after the other, and then with none.
private final class ScriptedTransport: HTTPTransport {
    private struct State {
        var rest: ArraySlice<ServiceAnswer>
        var creates = 0
        var refusals = 0
        var origins: [HTTPOrigin?] = []
    }

    private let state: Locked<State>

    init(_ answers: [ServiceAnswer]) { state = Locked(State(rest: answers[...])) }

    /// How many requests made something.
    var creates: Int { state.withLock { $0.creates } }
    /// How many of them were refused.
    var refusals: Int { state.withLock { $0.refusals } }
    /// Where requests with a key went.
    var origins: [HTTPOrigin?] { state.withLock { $0.origins } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        var isCreate = false
        if case .create = request.intent { isCreate = true }
        let answer = state.withLock { state in
            let answer = state.rest.popFirst()
            if isCreate { state.creates += 1 }
            if isCreate, let answer, answer.status >= 400 { state.refusals += 1 }
            if request.headers.contains(where: { $0.value.contains("secret-key") }) {
                state.origins.append(HTTPOrigin(request.url))
            }
            return answer
        }
        guard let answer else {
            throw TransportError(.connectionLost, "The connection was lost.", reachedServer: true)
        }
        var headers: HTTPHeaders = ["Content-Type": answer.type]
        headers["Retry-After"] = answer.retryAfter
        return HTTPResponse(
            status: answer.status, headers: headers, url: request.url, body: HTTPBody(Data(answer.body)))
    }
}

/// Keeps what a server answered.
private final class RecordingTransport: HTTPTransport {
    private let kept = Locked<[ServiceAnswer]>([])
    private let transport = GenerationEnvironment().transport

    var answers: [ServiceAnswer] { kept.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let response = try await transport.send(request)
        let body = try await response.body.collect(upTo: 1 << 20)
        kept.withLock { $0.append(ServiceAnswer(response, body)) }
        return HTTPResponse(status: response.status, headers: response.headers, url: response.url, body: HTTPBody(body))
    }
}

/// Lets all waits pass at once but the longest, which are deadlines.
final class ImpatientClock: Clock {
    typealias Instant = ManualClock.Instant

    private let manual = ManualClock()

    var now: Instant { manual.now }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        let wait = manual.now.duration(to: deadline)
        if wait >= .seconds(200) { return try await manual.sleep(until: deadline) }
        try Task.checkCancellation()
        if wait > .zero { manual.advance(by: wait) }
    }
}
