import Foundation
import GeneratorTesting
import GeneratorTransport
import Prodia
import ProviderRuns
import TestPace
import Testing

@Suite("Prodia: several pictures", .paced)
struct ProdiaSideBySideTests {
    /// Answers each request three seconds of a clock later.
    private struct SlowTransport: HTTPTransport {
        let clock: ManualClock
        let sent = Locked(0)

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            sent.withLock { $0 += 1 }
            try await clock.sleep(until: clock.now.advanced(by: .seconds(3)))
            let picture = LoopbackProdia.picture(prompt: "boat", seed: 1, width: 8, height: 8)
            return HTTPResponse(
                status: 200, headers: ["Content-Type": "image/png"], url: request.url, body: HTTPBody(picture))
        }
    }

    @Test("four pictures take the time of one, and eight that of two")
    func timeOfOne() async throws {
        for (count, rounds) in [(1, 1), (4, 1), (8, 2)] {
            let clock = ManualClock(), transport = SlowTransport(clock: ManualClock())
            let provider = ProdiaProvider(
                apiKey: "key",
                environment: GenerationEnvironment {
                    $0.transport = transport
                    $0.clock = GeneratorClock(clock)
                })
            let stream = provider.createAsyncGenerator(
                prompt: "boat", seed: 7, count: count, options: ProdiaOptions(rawBytes: true))
            let response = Task { try await stream.response() }
            for round in 1...rounds {
                let atOnce = min(4, count)
                await transport.clock.waitForSleepers(atOnce)
                #expect(transport.sent.withLock { $0 } == atOnce * round)
                clock.advance(by: .seconds(3))
                transport.clock.advance(by: .seconds(3))
            }
            let whole = try await response.value
            #expect(whole.elapsed == .seconds(3 * rounds))
            #expect(whole.images.map(\.seed) == (7..<7 + count).map { $0 })
        }
    }

    @Test("the server has all four at once")
    func overlap() async throws {
        let prodia = try LoopbackProdia()
        let provider = ProdiaProvider(.v2Async, prodia)
        let stream = provider.createAsyncGenerator(prompt: "!never boat", size: .pixels(64, 64), seed: 7, count: 4)
        let response = Task { try await stream.response() }
        // None is answered before all are there.
        try await prodia.server.waitUntil { _ in prodia.submissions == 4 }
        prodia.release()
        #expect(try await response.value.images.map(\.seed) == [7, 8, 9, 10])
    }

    @Test("a key that is given is the one that is sent, before the environment's")
    func key() async throws {
        let prodia = try LoopbackProdia(key: "given")
        var environment = GenerationEnvironment { $0.credentials = GenerationCredentials(apiKey: Secret("other")) }
        environment.retry = .never
        let provider = ProdiaProvider(apiKey: "given", url: prodia.url, environment: environment)
        #expect(try await provider.image("boat", size: .pixels(64, 64)).load().format == .png)
        #expect(prodia.server.requests.allSatisfy { $0.header("Authorization") == "Bearer given" })
        let without = ProdiaProvider(url: prodia.url, environment: environment)
        let error = await #expect(throws: GenerationError.self) { try await without.image("boat") }
        #expect(error?.code == .unauthorized)
    }
}
