import Foundation
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

extension TransportContract {
    @Suite("TLS", .paced)
    struct TLS {
        @Test("a server that speaks no TLS", arguments: TransportUnderTest.all)
        func plainServer(_ subject: TransportUnderTest) async throws {
            let server = try LoopbackServer.echoingPaths()
            let url = try #require(URL(string: "https://127.0.0.1:\(server.port)/"))
            let error = try await subject.make().failure(HTTPRequest(url: url, method: "POST", intent: .create(nil)))
            #expect(error.code == .tlsFailed)
            #expect(error.reachedServer == false)
            #expect(server.requests.isEmpty)
        }

        #if os(macOS) || os(Linux)
            @Test(
                "a certificate that nobody vouches for",
                .enabled(if: TLSServer.isAvailable, "python3 or openssl is not on this machine"),
                arguments: TransportUnderTest.all)
            func selfSigned(_ subject: TransportUnderTest) async throws {
                let server = try await TLSServer()
                let url = try #require(URL(string: "https://127.0.0.1:\(server.port)/"))
                let request = HTTPRequest(url: url, headers: ["Authorization": "Bearer x"], intent: .create(nil))
                let error = try await subject.make().failure(request)
                #expect(error.code == .tlsFailed)
                #expect(error.reachedServer == false)
                #expect(server.stop() == "")
            }
        #endif
    }
}
