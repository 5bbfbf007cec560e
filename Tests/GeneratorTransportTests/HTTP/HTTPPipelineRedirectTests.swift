import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite("Pipeline: redirects", .paced)
struct HTTPPipelineRedirectTests {
    private func moved(_ status: Int, _ location: String) -> ScriptedTransport.Outcome {
        .status(status, ["Location": location])
    }

    @Test("redirects are followed and do not count as repetitions")
    func follows() async throws {
        let rig = PipelineRig([moved(301, "/1"), .status(503), moved(302, "2"), .failure(.connectionLost)])
        let response = try await rig.send()
        #expect(response.status == 200)
        #expect(response.url.absoluteString == "https://203.0.114.7/2")
        #expect(rig.transport.lines == ["GET /path", "GET /1", "GET /1", "GET /2", "GET /2"])
        #expect(rig.clock.waits == [.milliseconds(500), .seconds(1)])
        #expect(rig.transport.openBodies == 1)
        _ = response
    }

    @Test("five are followed, the sixth is an error")
    func limit() async throws {
        let rig = PipelineRig((1...9).map { moved(302, "/\($0)") })
        let error = try await transportError { _ = try await rig.send() }
        #expect(error.code == .invalidResponse)
        #expect(error.reachedServer == true)
        #expect(rig.transport.requests.count == 6)
        #expect(rig.transport.openBodies == 0)
        let five = PipelineRig((1...5).map { moved(302, "/\($0)") })
        #expect(try await five.send().status == 200)
        var none = PipelineRig([moved(302, "/1")])
        none.pipeline.maximumRedirects = 0
        let refused = try await transportError { [none] in _ = try await none.send() }
        #expect(refused.code == .invalidResponse)
        #expect(none.transport.requests.count == 1)
    }

    @Test(
        "a redirect into a private network is not followed",
        arguments: ["http://127.0.0.1/", "https://10.0.0.1/", "https://169.254.169.254/latest", "https://[::1]/"])
    func privateAddress(location: String) async throws {
        let rig = PipelineRig([moved(302, location)])
        let error = try await transportError { _ = try await rig.send() }
        #expect(error.code == .unsafeURL)
        #expect(rig.transport.requests.count == 1)
        #expect(rig.transport.openBodies == 0)
    }

    @Test("credentials end at the origin, and do not come back")
    func credentials() async throws {
        let rig = PipelineRig([moved(302, "https://203.0.114.8/"), moved(302, "https://203.0.114.7/back")])
        _ = try await rig.send(headers: ["Authorization": "Bearer x", "Accept": "a/b"])
        #expect(rig.transport.requests.map { $0.headers["Authorization"] } == ["Bearer x", nil, nil])
        #expect(rig.transport.requests.map { $0.headers["Accept"] } == ["a/b", "a/b", "a/b"])
    }

    @Test("what created is never posted again once a redirect has led to reading")
    func createThenRead() async throws {
        let rig = PipelineRig([moved(303, "/result"), .failure(.connectionFailed), .status(503), .status(503)])
        #expect(try await rig.create().status == 503)
        #expect(rig.transport.lines == ["POST /path", "GET /result", "GET /result", "GET /result"])
        #expect(rig.transport.requests.dropFirst().allSatisfy { $0.body == nil })
        // A redirect may mean that it was taken: nobody says it was not.
        #expect(rig.creates == [nil])
    }

    @Test("a create that is sent elsewhere is repeated only where that is safe")
    func createElsewhere() async throws {
        let refused = PipelineRig([moved(307, "/there"), .failure(.connectionFailed)])
        #expect(try await refused.create().status == 200)
        #expect(refused.transport.lines == ["POST /path", "POST /there", "POST /there"])
        let lost = PipelineRig([moved(307, "/there"), .failure(.connectionLost)])
        #expect(try await transportError { _ = try await lost.create() }.code == .connectionLost)
        #expect(lost.transport.lines == ["POST /path", "POST /there"])
    }

    @Test("what creates with a GET is not sent again behind a redirect when its answer is lost")
    func createWithGet() async throws {
        let lost = PipelineRig([moved(302, "/there"), .failure(.connectionLost)])
        #expect(try await transportError { _ = try await lost.send(intent: .create(nil)) }.code == .connectionLost)
        #expect(lost.transport.lines == ["GET /path", "GET /there"])
        #expect(lost.creates == [nil])
    }

    @Test("a redirect without a place to go leaves nothing open")
    func nowhere() async throws {
        let rig = PipelineRig([.status(302)])
        #expect(try await transportError { _ = try await rig.send() }.code == .invalidResponse)
        #expect(rig.transport.openBodies == 0)
    }
}
