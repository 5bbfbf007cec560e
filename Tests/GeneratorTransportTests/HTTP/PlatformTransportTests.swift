import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@Suite("The platform's transport", .paced)
struct PlatformTransportTests {
    @Test("is what a pipeline takes by itself")
    func usual() {
        #if os(Linux)
            #expect(PlatformTransport.make() is CurlTransport)
            #expect(HTTPPipeline().transport is CurlTransport)
        #else
            #expect(HTTPPipeline().transport is URLSessionTransport)
        #endif
    }

    #if os(Linux)
        @Test("is URLSession where libcurl cannot be used, and the log hears of it once")
        func withoutLibcurl() async throws {
            let server = try LoopbackServer { _, responder in try await responder.respond(body: "here") }
            let missing = try #require(TransportError(loading: 2, version: "7.61.1"))
            let transport = PlatformTransport.choose(without: missing)
            #expect(transport is URLSessionTransport)
            let lines = Locked<[String]>([])
            for _ in 0..<2 {
                // Each generation makes a pipeline of its own.
                var pipeline = HTTPPipeline(transport: transport)
                pipeline.log = { entry in lines.withLock { $0.append(entry.description) } }
                let (_, body) = try await pipeline.data(for: HTTPRequest(url: server.url))
                #expect(body == Data("here".utf8))
            }
            let heard = lines.withLock { $0 }
            #expect(heard.count == 3)
            #expect(heard.first?.contains("7.61.1") == true)
            #expect(heard.dropFirst().allSatisfy { $0.hasPrefix("GET ") })
        }
    #endif
}
