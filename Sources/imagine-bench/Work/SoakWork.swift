import Foundation
import GeneratorTransport
import ImageGenerators

/// Many generations over every provider and route in front of ``SoakServers``, and what became of each.
struct SoakWork: Workload {
    private struct Tally {
        var pictures = 0
        var codes: [String: Int] = [:]
        /// The same by provider, for people.
        var ends: [String: Int] = [:]
        var untyped = 0
        /// What the process had when so many had ended.
        var marks: [Int: Usage.Mark] = [:]

        var ended: Int { pictures + codes.values.reduce(untyped, +) }

        /// - Returns: How many have ended now.
        mutating func count(_ end: End, of provider: any AsyncGeneratorProvider) -> Int {
            switch end {
            case .picture:
                pictures += 1
                ends["\(provider.id) picture", default: 0] += 1
            case .error(let code):
                codes[code, default: 0] += 1
                ends["\(provider.id) \(code)", default: 0] += 1
            case .untyped: untyped += 1
            }
            return ended
        }
    }

    /// What became of a generation.
    private enum End {
        case picture, error(String), untyped
    }

    let url: URL
    let transport: any HTTPTransport

    func run(_ round: Round) async throws -> Figures {
        let counted = CountedTransport(transport)
        let providers = try await providers(counted)
        let tally = Locked(Tally())
        let processor = Usage.processor, clock = Usage.clock
        let start = Usage.Mark()
        await withTaskGroup(of: Void.self) { group in
            for lane in 0..<round.concurrency {
                group.addTask { [self] in
                    for number in stride(from: lane, to: round.count, by: round.concurrency) {
                        let provider = providers[number % providers.count]
                        let end = await generate(number, provider)
                        // Each number of those that have ended comes once, whoever else ends meanwhile.
                        let ended = tally.withLock { $0.count(end, of: provider) }
                        guard ended == round.count / 10 || ended == round.count / 2 else { continue }
                        let mark = Usage.Mark()
                        tally.withLock { $0.marks[ended] = mark }
                    }
                }
            }
        }
        let wall = Usage.clock - clock, cpu = Usage.processor - processor
        // Connections that are kept for the next request end by themselves, and a reader that was left is told so.
        for _ in 0..<50 where counted.alive > 0 { try await Task.sleep(for: .milliseconds(100)) }
        let result = tally.withLock { $0 }
        guard let tenth = result.marks[round.count / 10], let half = result.marks[round.count / 2] else {
            throw BenchError("a soak of \(round.count) is too short.")
        }
        let end = Usage.Mark()
        var figures = try await counts()
        figures["pictures"] = Double(result.pictures)
        figures["errors"] = Double(result.ended - result.pictures)
        figures["untyped"] = Double(result.untyped)
        figures["lost"] = Double(round.count - result.ended)
        figures["alive"] = Double(counted.alive)
        for (code, count) in result.codes { figures["code.\(code)"] = Double(count) }
        (figures["cpu"], figures["wall"]) = (cpu / Double(round.count), wall / Double(round.count))
        figures["memory"] = max(0, end.memory - tenth.memory)
        figures["descriptors"] = max(0, end.descriptors - tenth.descriptors)
        figures["threads"] = max(0, end.threads - tenth.threads)
        for (name, mark) in [("start", start), ("tenth", tenth), ("half", half), ("end", end)] {
            Console.note("\(name.padded(to: 6)) \(mark)")
            figures["\(name).memory"] = mark.memory
            figures["\(name).descriptors"] = mark.descriptors
            figures["\(name).threads"] = mark.threads
        }
        for key in figures.keys.sorted() where key.hasPrefix("code.") || key.hasPrefix("fault.") {
            Console.note("\(key.padded(to: 26)) \(Int(figures[key] ?? 0))")
        }
        for (end, count) in result.ends.sorted(by: { $0.key < $1.key }) {
            Console.note("\(end.padded(to: 34)) \(count)")
        }
        Console.note("submissions \(Int(figures["submissions"] ?? 0)), requests \(Int(figures["requests"] ?? 0))")
        return figures
    }

    private func generate(_ number: Int, _ provider: any AsyncGeneratorProvider) async -> End {
        // One in twenty asks for a result that is none.
        let fault = number % 20 == 7 ? SoakFault.results[number / 20 % SoakFault.results.count] : ""
        do {
            var request = GenerationRequest(prompt: "\(fault)\(SoakServers.mark)\(number)-")
            // What is to be tired is the client, not who paints.
            request.size = ImageSize(width: 256, height: 256)
            let response = try await provider.createAsyncGenerator(request).response()
            for image in response.images { _ = try await image.load() }
            guard !response.images.isEmpty else { throw BenchError("neither a picture nor an error came.") }
            return .picture
        } catch let error as GenerationError {
            return .error(error.code.rawValue)
        } catch {
            Console.note("generation \(number) over \(provider.id): \(error)")
            return .untyped
        }
    }

    /// Every provider by every way.
    private func providers(_ transport: any HTTPTransport) async throws -> [any AsyncGeneratorProvider] {
        let answer = try await self.transport.send(HTTPRequest(url: url.appendingPathComponent("soak"), method: "POST"))
        let urls = try JSONDecoder().decode([URL].self, from: try await answer.body.collect(upTo: 1 << 10))
        let environment = GenerationEnvironment { environment in
            environment.transport = transport
            environment.credentials = GenerationCredentials(apiKey: Secret("key"))
            environment.timeout = .seconds(30)
            environment.idleTimeout = .seconds(5)
            environment.downloads.timeout = .seconds(10)
        }
        return ProviderRegistry.standard.providers.filter { !$0.url.isEmpty }.flatMap {
            registered -> [any AsyncGeneratorProvider] in
            var configuration = ProviderConfiguration(baseURL: urls[0], hubURL: urls[0], environment: environment)
            guard registered.apis.isEmpty else {
                configuration.baseURL = urls[1]
                configuration.roleURLs = ["images": urls[2]]
                return registered.apis.map { api in
                    configuration.prodiaAPI = api
                    return registered.make(configuration)
                }
            }
            return [GradioRoute.queue, .call, .run].map { route in
                configuration.route = route
                return registered.make(configuration)
            }
        }
    }

    /// What the servers have counted.
    private func counts() async throws -> Figures {
        let answer = try await transport.send(HTTPRequest(url: url.appendingPathComponent("soak")))
        return try JSONDecoder().decode(Figures.self, from: try await answer.body.collect(upTo: 1 << 16))
    }
}

/// Counts the requests on their way and the bodies that somebody may still read.
private final class CountedTransport: HTTPTransport {
    private let transport: any HTTPTransport
    private let count = Locked(0)

    init(_ transport: any HTTPTransport) { self.transport = transport }

    var alive: Int { count.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        count.withLock { $0 += 1 }
        defer { count.withLock { $0 -= 1 } }
        let response = try await transport.send(request)
        count.withLock { $0 += 1 }
        let body = HTTPBody(CountedBody(response.body) { [self] in count.withLock { $0 -= 1 } })
        return HTTPResponse(status: response.status, headers: response.headers, url: response.url, body: body)
    }
}

/// A body that says when nobody holds it any more.
private final class CountedBody: HTTPBodySource {
    private let body: HTTPBody
    private let end: @Sendable () -> Void

    init(_ body: HTTPBody, end: @escaping @Sendable () -> Void) {
        self.body = body
        self.end = end
    }

    deinit { end() }

    func next(isolation: isolated (any Actor)?) async throws -> [UInt8]? {
        var iterator = body.makeAsyncIterator()
        return try await iterator.next(isolation: isolation)
    }

    func cancel() { body.cancel() }
}

extension Usage {
    /// What this process has at one moment.
    struct Mark: Sendable, CustomStringConvertible {
        let memory = Usage.memory ?? 0
        let descriptors = Usage.descriptors ?? 0
        let threads = Usage.threads ?? 0
        let processor = Usage.processor

        var description: String {
            let numbers = "\(Int(descriptors)) descriptors, \(Int(threads)) threads"
            return "\(Column("", "", .size).text(memory)), \(numbers), \(Column.short(processor)) s of processor time"
        }
    }
}
