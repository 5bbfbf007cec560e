import Foundation
import TestPace
import Testing

@testable import GeneratorTransport

@Suite("Bodies that lie in files", .paced)
struct HTTPBodyFileTests {
    private let file = URL(fileURLWithPath: #filePath)

    private func request(
        _ method: String = "POST", body: Data? = nil, intent: HTTPRequest.Intent = .read
    ) throws -> HTTPRequest {
        let url = try #require(URL(string: "https://203.0.114.7/upload"))
        var request = HTTPRequest(
            url: url, method: method, headers: ["Authorization": "Bearer t"], body: body, intent: intent)
        request.bodyFile = file
        return request
    }

    private func refusal(_ request: HTTPRequest) throws -> TransportError {
        let error = try #require(throws: TransportError.self) { try request.validated() }
        #expect(error.reachedServer == false)
        return error
    }

    @Test("a body is a body")
    func valid() throws {
        let valid = try request().validated()
        #expect(valid.bodyFile == file)
        #expect(valid.body == nil)
        #expect(valid.headers["Content-Type"] == "application/octet-stream")
        var named = try request()
        named.headers["Content-Type"] = "image/png"
        #expect(try named.validated().headers["Content-Type"] == "image/png")
    }

    @Test("there is one body, and only where the method has one", arguments: ["GET", "HEAD"])
    func oneBody(_ method: String) throws {
        #expect(try refusal(request(method)).code == .invalidRequest)
        #expect(try refusal(request(body: Data())).code == .invalidRequest)
        var elsewhere = try request()
        elsewhere.bodyFile = URL(string: "https://example.com/x.png")
        #expect(try refusal(elsewhere).code == .invalidRequest)
    }

    @Test("what cannot be read is named, without its folder")
    func unreadable() throws {
        var gone = try request()
        gone.bodyFile = URL(fileURLWithPath: "/nonexistent/cat \u{1B}[31m.png")
        let error = try refusal(gone)
        #expect(error.code == .fileUnreadable)
        #expect(error.message == "The file cat  [31m.png cannot be read.")
        var folder = try request()
        folder.bodyFile = FileManager.default.temporaryDirectory
        #expect(try refusal(folder).code == .fileUnreadable)
    }

    // MARK: Through the pipeline

    @Test("is sent again on the own origin, dropped with the method, and never goes to another", arguments: [307, 308])
    func redirects(_ status: Int) async throws {
        let same = PipelineRig([.status(status, ["Location": "/moved"])])
        _ = try await same.pipeline.send(request())
        #expect(same.transport.requests.map(\.bodyFile) == [file, file])
        #expect(same.transport.lines == ["POST /upload", "POST /moved"])
        let seeOther = PipelineRig([.status(303, ["Location": "/result"])])
        _ = try await seeOther.pipeline.send(request())
        #expect(seeOther.transport.requests.map(\.bodyFile) == [file, nil])
        #expect(seeOther.transport.lines == ["POST /upload", "GET /result"])
        let other = PipelineRig([.status(status, ["Location": "https://203.0.114.8/moved"])])
        let error = await #expect(throws: TransportError.self) { try await other.pipeline.send(request()) }
        #expect(error?.code == .unsafeURL)
        #expect(other.transport.requests.count == 1)
    }

    @Test("is read again for a repetition")
    func retries() async throws {
        let rig = PipelineRig([.status(503), .failure(.connectionLost)])
        #expect(try await rig.pipeline.send(request()).status == 200)
        #expect(rig.transport.requests.map(\.bodyFile) == [file, file, file])
    }

    @Test("a create is repeated only where it was not taken")
    func creates() async throws {
        let lost = PipelineRig([.failure(.connectionLost)])
        let error = await #expect(throws: TransportError.self) {
            try await lost.pipeline.send(request(intent: .create(nil)))
        }
        #expect(error?.code == .connectionLost)
        #expect(lost.transport.requests.count == 1)
        let refused = PipelineRig([.failure(.connectionFailed), .status(429)])
        #expect(try await refused.pipeline.send(request(intent: .create(nil))).status == 200)
        #expect(refused.transport.requests.map(\.bodyFile) == [file, file, file])
        // One that cannot be read was never sent.
        let unread = PipelineRig([.failure(.fileUnreadable)])
        _ = try? await unread.pipeline.send(request(intent: .create(nil)))
        #expect(unread.creates == [nil, false])
    }
}
