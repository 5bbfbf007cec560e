import Foundation
import GeneratorTransport
import TestPace
import Testing

@Suite("Multipart: parts and forms", .paced)
struct MultipartPartTests {
    private func response(_ contentType: String, _ body: Data) throws -> HTTPResponse {
        HTTPResponse(
            status: 200, headers: ["Content-Type": contentType], url: try #require(URL(string: "http://127.0.0.1/")),
            body: HTTPBody(body))
    }

    @Test("a form that was written is read again")
    func roundTrip() async throws {
        let pictures = [Data((0...255).map { UInt8($0) }), Data(), Data("\r\n--image-generators".utf8)]
        var form = MultipartForm()
        form.add(name: "job", fileName: "job.json", mediaType: "application/json", data: Data("{}".utf8))
        let names = pictures.map { form.add(name: "input", fileName: "input.png", mediaType: "image/png", data: $0) }
        #expect(names == ["input.png", "input-2.png", "input-3.png"])
        let (contentType, body) = form.encoded()
        let parts = try await response(contentType, body).multipartParts()
        #expect(parts.map(\.name) == ["job", "input", "input", "input"])
        #expect(parts.map(\.fileName) == ["job.json"] + names)
        #expect(parts.map(\.mediaType) == ["application/json", "image/png", "image/png", "image/png"])
        #expect(parts.dropFirst().map(\.data) == pictures)
        #expect(parts.first?.data == Data("{}".utf8))
        #expect(MultipartForm().encoded().contentType != contentType)
    }

    @Test(
        "a name cannot break out of its header",
        arguments: ["a\"b", "a\r\nX: y", "a\nb", "a\rb", "ünï 🦊", "", ".", "a.b.c"])
    func names(_ name: String) async throws {
        var form = MultipartForm()
        let sent = [
            form.add(name: name, fileName: name, mediaType: "image/png\r\nX: y", data: Data()),
            form.add(name: name, fileName: name, mediaType: "image/png", data: Data()),
        ]
        #expect(Set(sent).count == 2)
        let (contentType, body) = form.encoded()
        let parts = try await response(contentType, body).multipartParts()
        #expect(parts.count == 2)
        #expect(parts.allSatisfy { $0.headers["X"] == nil && Array($0.headers).count == 2 })
        #expect(Set(parts.map(\.fileName)).count == 2)
    }

    @Test("an empty form has no parts")
    func empty() async throws {
        let (contentType, body) = MultipartForm().encoded()
        #expect(try await response(contentType, body).multipartParts().isEmpty)
    }

    @Test("headers of parts, quoted, bare, in any case, missing")
    func headers() {
        let part = MultipartPart(
            headers: [
                "content-DISPOSITION": "form-data; NAME=output; filename=\"a \\\"b\\\".png\"; name=other",
                "Content-Type": "Image/PNG; x=y",
            ], data: Data())
        #expect(part.name == "output")
        #expect(part.fileName == "a \"b\".png")
        #expect(part.mediaType == "image/png")
        let bare = MultipartPart(headers: ["Content-Disposition": "form-data; name; =x; name=\"open"], data: Data())
        #expect(bare.name == "open")
        #expect(bare.fileName == nil)
        #expect(bare.mediaType == nil)
    }

    @Test("an answer that is not multipart, or cut short")
    func errors() async throws {
        let page = try response("text/html", Data("<html>".utf8))
        let error = await #expect(throws: TransportError.self) { _ = try await page.multipartParts() }
        #expect(error?.code == .invalidResponse)
        let cut = try response("multipart/form-data; boundary=b", Data("--b\r\n\r\nhel".utf8))
        let second = await #expect(throws: TransportError.self) { _ = try await cut.multipartParts() }
        #expect(second?.code == .connectionLost)
    }
}
