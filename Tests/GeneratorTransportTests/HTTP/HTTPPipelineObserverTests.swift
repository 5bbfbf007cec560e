import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite("Pipeline: what it tells", .paced)
struct HTTPPipelineObserverTests {
    @Test(
        "the fate of a create",
        arguments: [
            ([.status(200)], [nil]), ([.status(400)], [nil, false]), ([.status(401)], [nil, false]),
            ([.status(422)], [nil, false]), ([.status(429), .status(200)], [nil, false, nil]),
            ([.status(503)], [nil]), ([.status(503, ["Retry-After": "soon"])], [nil]),
            ([.status(503, [:], "{\"detail\":\"Queue is stopped.\"}")], [nil]),
            ([.status(503, [:], "<html>queue is full</html>")], [nil]),
            (
                [.status(503, ["Retry-After": "1"]), .status(503, [:], "{\"detail\":\"Queue is FULL.\"}")],
                [
                    nil, false, nil, false, nil,
                ]
            ),
            ([.status(500)], [nil]), ([.status(502)], [nil]), ([.status(504)], [nil]),
            ([.failure(.connectionFailed), .status(200)], [nil, false, nil]),
            ([.failure(.connectionLost)], [nil]), ([.failure(.timedOut)], [nil]),
            ([.failure(.tlsFailed)], [nil, false]), ([.failure(.invalidRequest)], [nil, false]),
            ([.failure(.timedOut, reachedServer: false)], [nil, false]), ([.cancelled], [nil]),
        ] as [([ScriptedTransport.Outcome], [Bool?])])
    func creates(outcomes: [ScriptedTransport.Outcome], expected: [Bool?]) async throws {
        let rig = PipelineRig(outcomes)
        _ = try? await rig.create()
        #expect(rig.creates == expected)
    }

    @Test("reads and follows have no fate")
    func reads() async throws {
        let rig = PipelineRig([.status(503), .status(400), .status(200)])
        _ = try await rig.send()
        _ = try await rig.send(intent: .follow(HTTPConnectionLease()))
        #expect(rig.creates.isEmpty)
    }

    @Test("log lines hold no query, no header, no body and no control characters")
    func log() async throws {
        let rig = PipelineRig([.status(503, ["X-Answer": "hush"]), .status(200), .failure(.connectionLost)])
        _ = try await rig.send(
            "https://203.0.114.7:8443/a%0A%1B[31m/b?token=hush#hush", headers: ["Authorization": "Bearer hush"])
        _ = try? await rig.send(method: "POST", body: "hush", intent: .create(nil))
        #expect(rig.log.count == 3)
        #expect(rig.log.allSatisfy { !$0.contains("hush") })
        #expect(rig.log.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } })
        #expect(rig.log.first?.hasPrefix("GET https://203.0.114.7:8443/a") == true)
        #expect(rig.log.first?.contains("→ 503") == true)
        #expect(rig.log.last?.contains("POST https://203.0.114.7/path → connectionLost") == true)
    }

    @Test("log entries say which attempt it was, what it was for and how it ended")
    func logEntries() async throws {
        let rig = PipelineRig([.status(503), .status(200), .failure(.connectionLost)])
        _ = try await rig.send()
        _ = try? await rig.create()
        #expect(rig.entries.map(\.event) == [.answered, .answered, .failed])
        #expect(rig.entries.map(\.attempt) == [1, 2, 1])
        #expect(rig.entries.map(\.status) == [503, 200, nil])
        #expect(rig.entries.map(\.failure) == [nil, nil, .connectionLost])
        #expect(rig.entries.map(\.isCreate) == [false, false, true])
        #expect(rig.log[1].hasSuffix(", attempt 2)"))
    }

    @Test("a whole answer is read up to a limit")
    func data() async throws {
        struct Fixed: HTTPTransport {
            func send(_ request: HTTPRequest) async throws -> HTTPResponse {
                HTTPResponse(status: 404, headers: [:], url: request.url, body: HTTPBody(Data("1234567890".utf8)))
            }
        }
        let url = try #require(URL(string: "https://203.0.114.7/"))
        let pipeline = HTTPPipeline(transport: Fixed())
        let (response, data) = try await pipeline.data(for: HTTPRequest(url: url), limit: 10)
        #expect(response.status == 404)
        #expect(data == Data("1234567890".utf8))
        let error = try await transportError { _ = try await pipeline.data(for: HTTPRequest(url: url), limit: 9) }
        #expect(error.code == .responseTooLarge)
    }
}
