import Foundation
import GeneratorTesting
import GeneratorTransport
import Gradio
import TestPace
import Testing

@Suite("The embedded Hub", .paced)
struct LoopbackHubTests {
    private func hub() throws -> LoopbackHub {
        try LoopbackHub(space: #require(URL(string: "http://127.0.0.1:7")))
    }

    private func get(
        _ path: String, _ hub: LoopbackHub, _ headers: HTTPHeaders = [:]
    ) async throws
        -> (status: Int, text: String)
    {
        let url = try #require(URL(string: path, relativeTo: hub.url))
        let (response, body) = try await HTTPPipeline(retry: .never)
            .data(for: HTTPRequest(url: url.absoluteURL, headers: headers))
        return (response.status, String(decoding: body, as: UTF8.self))
    }

    @Test("says where a Space runs")
    func host() async throws {
        let hub = try hub()
        let space = try #require(GradioSpace("black-forest-labs/FLUX.1-dev"))
        let http = HTTPPipeline()
        #expect(try await space.url(from: hub.url, using: http).absoluteString == "http://127.0.0.1:7")
        hub[space.description] = .unknown
        await #expect(throws: GenerationError.self) { try await space.url(from: hub.url, using: http) }
    }

    @Test("its pages hold a token and a session, escaped as in an attribute")
    func page() async throws {
        let hub = try hub()
        let (status, page) = try await get("/spaces/deepseek-ai/Janus-Pro-7B", hub)
        #expect(status == 200)
        #expect(page.contains("&quot;token&quot;:&quot;\(hub.pageToken)&quot;"))
        #expect(page.contains("&quot;sessionUuid&quot;:&quot;\(hub.sessionUUID)&quot;"))
    }

    @Test("gives tokens to those who are signed in, and writes down what they sent")
    func token() async throws {
        let hub = try hub()
        let path = "/api/spaces/deepseek-ai/Janus-Pro-7B/jwt?expiration=2030-01-01T00%3A00%3A00&include_pro_status=true"
        #expect(try await get(path, hub).status == 401)
        #expect(try await get(path, hub, ["Cookie": "token=a"]).text == "{\"token\":\"\(hub.userToken)\"}")
        #expect(try await get(path, hub, ["Authorization": "Bearer b"]).text == "{\"token\":\"\(hub.userToken)\"}")
        #expect(hub.server.requests.map { $0.header("cookie") } == [nil, "token=a", nil])
        #expect(hub.server.requests.map { $0.header("authorization") } == [nil, nil, "Bearer b"])
    }

    @Test("says how a Space is")
    func states() async throws {
        let hub = try hub()
        for state in [LoopbackHub.SpaceState.running, .sleeping, .building, .paused] {
            hub["o/n"] = state
            let (_, text) = try await get("/api/spaces/o/n", hub)
            #expect(try JSONValue(parsing: Data(text.utf8))["runtime"]?["stage"]?.string == state.rawValue)
            let (_, runtime) = try await get("/api/spaces/o/n/runtime", hub)
            #expect(try JSONValue(parsing: Data(runtime.utf8))["stage"]?.string == state.rawValue)
        }
        hub["o/n"] = .hidden
        #expect(try await get("/api/spaces/o/n", hub).status == 401)
        #expect(try await get("/api/spaces/o/n", hub, ["Authorization": "Bearer b"]).text.contains("\"RUNNING\""))
        hub["o/n"] = .gated
        #expect(try await get("/api/spaces/o/n", hub, ["Authorization": "Bearer b"]).status == 403)
        hub["o/n"] = .unknown
        #expect(try await get("/spaces/o/n", hub).status == 404)
        #expect(try await get("/api/models/o/n", hub).status == 404)
        // Others are not concerned.
        #expect(hub["o/other"] == .running)
    }
}
