import Flux1Schnell
import Foundation
import GeneratorCore
import GeneratorTesting
import Prodia
import TestPace
import Testing

@testable import GeneratorTransport
@testable import Gradio

/// Whatever number a caller gives, it is refused by a typed error or does something sensible.
@Suite(.paced) struct CallerNumberTests {
    static let integers = [Int.min, Int.min + 1, -1, 0, 1, 2, 1_000_000, Int.max - 1, Int.max]
    static let numbers: [Double] = [.nan, -.infinity, -1e308, -1, -0.0, 0, 1e-308, 0.5, 1, 1e19, 1e308, .infinity]
    static let durations: [Duration] = [
        .seconds(Int64.min), .seconds(-1), .zero, .nanoseconds(1), .seconds(1), .seconds(1e9), .seconds(Int64.max),
    ]

    // MARK: Waits

    @Test func waitsBetweenLooksAreNeverOver() {
        for shortest in Self.durations {
            for longest in Self.durations {
                for growth in Self.numbers {
                    let interval = PollingInterval(shortest: shortest, growth: growth, longest: longest)
                    for elapsed in Self.durations { #expect(interval.wait(after: elapsed) >= .milliseconds(1)) }
                }
            }
        }
    }

    @Test func waitsBeforeRepetitionsAreNeverOver() {
        for first in Self.durations {
            for longest in Self.durations {
                for jitter in Self.numbers {
                    let policy = RetryPolicy(
                        retries: .max, initialDelay: first, maximumDelay: longest, retryAfterCeiling: longest
                    ) { jitter }
                    for retry in Self.integers { #expect(policy.delay(before: retry) ?? .zero >= .zero) }
                    for asked in Self.durations {
                        #expect(policy.delay(before: 0, retryAfter: asked) ?? .zero >= .zero)
                    }
                }
            }
        }
        for retries in Self.integers {
            #expect((RetryPolicy(retries: retries).delay(before: 0) != nil) == (retries > 0))
        }
    }

    @Test(arguments: durations) func deadlinesEnd(_ allowed: Duration) async throws {
        let manual = ManualClock()
        let clock = GeneratorClock(manual)
        let deadline = Deadline(in: allowed, clock: clock)
        #expect(try #require(deadline.remaining) >= .zero)
        manual.advance(by: .seconds(1e6))
        #expect(try #require(deadline.remaining) >= .zero)
        let result = await Task { try await deadline.run { true } }.result
        #expect(throws: Never.self) {
            do { _ = try result.get() } catch let error as TransportError { #expect(error.code == .timedOut) }
        }
        // Nobody waits for what is over; the rest ends when it is cancelled.
        let waiting = Task { try await GeneratorClock().sleep(allowed) }
        if allowed >= .seconds(1) { waiting.cancel() }
        _ = await waiting.result
        let alarm = AlarmClock.shared.set(in: allowed) {}
        AlarmClock.shared.cancel(alarm)
        #expect(!allowed.inSeconds.isEmpty)
    }

    @Test(arguments: durations) func aServiceMayAskForAnyWait(_ asked: Duration) async throws {
        for limit in Self.durations {
            let looks = Locked(0)
            let poller = JobPoller(
                interval: PollingInterval(shortest: limit, growth: 1, longest: asked),
                retry: RetryPolicy(retryAfterCeiling: limit),
                deadline: Deadline(in: .seconds(100), clock: GeneratorClock(ImpatientClock())))
            do {
                let result = try await poller.result(atOnce: true) {
                    looks.withLock { looks in
                        looks += 1
                        return looks < 3 ? .pending(retryAfter: asked) : JobPollResult.done(looks)
                    }
                }
                #expect(result == 3)
            } catch let error as TransportError {
                #expect(error.code == .timedOut)
            }
        }
    }

    @Test(arguments: [-1e300, -1e19, 0, 1e19, 1e300]) func datesMayBeFarAway(_ seconds: Double) {
        let headers: HTTPHeaders = ["Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"]
        let wait = headers.retryAfter(now: Date(timeIntervalSince1970: seconds))
        #expect(wait ?? .seconds(-1) >= .zero)
    }

    // MARK: Limits

    @Test(arguments: integers) func limitsOfBytes(_ limit: Int) async throws {
        /// What a limit may do is to refuse.
        func allow(_ work: () async throws -> Void) async {
            do {
                try await work()
            } catch {
                #expect((error as? TransportError)?.code == .responseTooLarge)
            }
        }
        let body = Array("--b\r\nA: b\r\n\r\nx\r\n--b--\r\n".utf8)
        for other in Self.integers {
            await allow {
                let limits = MultipartLimits(maximumBytes: limit, maximumHeaderBytes: other, maximumParts: other)
                var reader = try MultipartReader(contentType: "multipart/form-data; boundary=b", limits: limits)
                for byte in body { try reader.append([byte]) { _ in } }
                try reader.finish { _ in }
            }
        }
        await allow {
            var parser = ServerSentEventParser(maximumEventSize: limit)
            for byte in Array("data: a\ndata: b\n\nretry: 9999999999999999999\n\n".utf8) {
                try parser.append([byte]) { _ in }
            }
        }
        await allow { _ = try DataURL("data:image/png;base64,AAAA", limit: limit) }
        await allow { _ = try DataURL("data:,abc", limit: limit) }
        await allow { _ = try await HTTPBody(Data(body)).collect(upTo: limit) }
        await allow {
            let url = try #require(URL(string: "https://images.example/a"))
            for duration in Self.durations where duration >= .seconds(1) {
                let policy = DownloadPolicy(maximumBytes: limit, timeout: duration)
                var request = HTTPRequest(url: url)
                (request.bufferLimit, request.idleTimeout) = (limit, duration)
                let downloader = Downloader(pipeline: HTTPPipeline(transport: PictureTransport()), policy: policy)
                _ = try await downloader.data(from: request, addresses: AddressPolicy(configured: HTTPOrigin(url)))
            }
        }
        for silence in Self.durations {
            let transfer = HTTPTransfer(bufferLimit: limit, idleTimeout: silence, clock: GeneratorClock(ManualClock()))
            transfer.begin {}
            _ = transfer.hold(before: 1)
            transfer.receive([1, 2, 3])
            _ = transfer.hold(before: 3)
            transfer.cancel()
        }
    }

    // MARK: Settings

    @Test func sizesFitAnyRule() {
        let ends = Self.integers
        for lower in ends {
            for upper in ends where lower <= upper {
                for multiple in Self.integers {
                    var rule = ImageSizeRule(
                        sides: lower...upper, multiple: 1, standard: PixelSize(width: lower, height: upper))
                    rule.multiple = multiple
                    var sizes = Self.integers.map { ImageSize(width: $0, height: $0) }
                    sizes += Self.numbers.map { ImageSize(width: upper, aspectRatio: $0) }
                    for size in sizes {
                        let fitted = rule.fitted(rule.wished(size))
                        #expect(fitted.width > 0 && fitted.height > 0)
                    }
                }
            }
        }
    }

    @Test("every setting is taken, changed or refused before anything is sent", arguments: providers.indices)
    func settings(_ index: Int) async throws {
        let make = Self.providers[index]
        for integer in Self.integers {
            for change in Self.integerSettings {
                var request = GenerationRequest(prompt: "fog")
                change(&request, integer)
                // A thousand pictures that fail are no news.
                if request.count > 2, request.count <= 1000 { continue }
                await check(request, make(GenerationEnvironment()))
            }
        }
        for number in Self.numbers {
            for other in [number, 1] {
                var request = GenerationRequest(prompt: "fog")
                request.guidance = number
                request.size = .aspectRatio(number, other)
                await check(request, make(GenerationEnvironment()))
                var options = ProdiaOptions()
                (options.strength, options.config) = (number, ["steps": .number(number), "width": .number(other)])
                request = GenerationRequest(prompt: "fog")
                request[options: ProdiaProvider.self] = options
                await check(request, make(GenerationEnvironment()))
            }
        }
    }

    @Test(arguments: durations) func environments(_ duration: Duration) async {
        for make in Self.providers {
            let environment = GenerationEnvironment { environment in
                environment.timeout = duration
                environment.idleTimeout = duration
                environment.polling = PollingInterval(shortest: duration, growth: .infinity, longest: duration)
                environment.retry = RetryPolicy(retries: 1, initialDelay: .zero, maximumDelay: duration)
                environment.downloads = DownloadPolicy(maximumBytes: .max, timeout: duration)
            }
            await check(GenerationRequest(prompt: "fog"), make(environment))
        }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func whatJSONCannotWriteIsARequestThatMakesNoSense(_ number: Double) async throws {
        let error = #expect(throws: GenerationError.self) { try JSONValue.number(number).serialized() }
        #expect(error?.code == .invalidRequest)
        let job = JobHandle(provider: "prodia", id: "a", isResumable: true, state: ["a": .number(number)])
        #expect(job.ticket == nil)
    }

    private static let integerSettings: [@Sendable (inout GenerationRequest, Int) -> Void] = [
        { $0.seed = $1 }, { $0.steps = $1 }, { $0.count = $1 },
        { request, side in request.size = ImageSize(width: side) },
        { request, side in request.size = ImageSize(height: side, aspectRatio: 2) },
        { request, side in request.size = ImageSize(width: side, height: side, aspectRatio: 0.01) },
        { request, number in
            var options = ProdiaOptions(upscale: true)
            options.config = ["width": .integer(number), "seed": .integer(number), "steps": .integer(number)]
            request[options: ProdiaProvider.self] = options
        },
    ]

    private static let providers: [@Sendable (GenerationEnvironment) -> any AsyncGeneratorProvider] =
        [{ Flux1SchnellProvider(url: URL(string: "https://app.example"), environment: $0.deaf) }]
        + [ProdiaAPI.legacy, .v1, .v2, .v2Async].map { api in
            { @Sendable environment in
                ProdiaProvider(api: api, url: URL(string: "https://prodia.example"), environment: environment.deaf)
            }
        }

    /// Nobody answers, so the request ends in an error, whatever it says.
    private func check(_ request: GenerationRequest, _ provider: any AsyncGeneratorProvider) async {
        do {
            for try await event in provider.createAsyncGenerator(request) { try demandSane(event) }
            Issue.record("No answer, and no error.")
        } catch let error as GenerationError {
            let expected: Set<GenerationError.Code> = [
                .invalidRequest, .unsupportedSetting, .connectionLost, .connectionFailed, .timedOut,
            ]
            #expect(expected.contains(error.code), "\(error)")
        } catch {
            Issue.record("\(error)")
        }
    }
}

extension GenerationEnvironment {
    /// With a transport whose connections all break.
    fileprivate var deaf: GenerationEnvironment {
        var environment = self
        environment.transport = DeafTransport()
        environment.clock = GeneratorClock(ImpatientClock())
        environment.credentials = GenerationCredentials(apiKey: Secret("key"))
        return environment
    }
}

private struct DeafTransport: HTTPTransport {
    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        throw TransportError(.connectionLost, "The connection broke.")
    }
}

private struct PictureTransport: HTTPTransport {
    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let picture = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 0, count: 64))
        return HTTPResponse(status: 200, headers: [:], url: request.url, body: HTTPBody(picture))
    }
}
