import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@testable import Gradio

@Suite("Uploads", .paced)
struct GradioUploadTests {
    @Test("the bytes are a form with one part called files")
    func bytes() throws {
        let content = Data([0, 13, 10, 0x2D, 0x2D, 255]) + Data("--x\r\n".utf8)
        let (type, body) = GradioApp.uploadForm(content, name: "cat.png", mediaType: "image/png").encoded()
        let boundary = try #require(type.split(separator: "=").last.map(String.init))
        #expect(type == "multipart/form-data; boundary=\(boundary)")
        #expect((1...70).contains(boundary.utf8.count))
        let head = """
            --\(boundary)\r\nContent-Disposition: form-data; name="files"; filename="cat.png"\r\n\
            Content-Type: image/png\r\n\r\n
            """
        #expect(body == Data(head.utf8) + content + Data("\r\n--\(boundary)--\r\n".utf8))
        #expect(GradioApp.uploadForm(content, name: "cat.png", mediaType: "image/png").encoded().contentType != type)
    }

    @Test(
        "a name cannot leave its place in the header",
        arguments: [
            ("a\"b.png", "a_b.png"), ("../../etc/x.png", "x.png"), ("C:\\temp\\x.png", "x.png"),
            (".x.png", "file.x.png"), ("..", "file.."), ("a\r\nX: y.png", "a  X: y.png"),
            ("č 画 🦊.png", "č 画 🦊.png"), ("", "file"), ("  ", "file"),
            (String(repeating: "x", count: 300) + ".png", String(repeating: "x", count: 96) + ".png"),
            (String(repeating: "x", count: 300), String(repeating: "x", count: 100)),
        ])
    func names(_ name: String, _ sent: String) throws {
        let form = GradioApp.uploadForm(Data(), name: name, mediaType: "image/png")
        let lines = String(decoding: form.encoded().body, as: UTF8.self).components(separatedBy: "\r\n")
        #expect(lines.count == 7)
        #expect(lines[1] == "Content-Disposition: form-data; name=\"files\"; filename=\"\(sent)\"")
    }

    @Test("a media type cannot either")
    func mediaType() {
        let form = GradioApp.uploadForm(Data(), name: "x", mediaType: "image/png\r\nX: y")
        #expect(String(decoding: form.encoded().body, as: UTF8.self).components(separatedBy: "\r\n").count == 7)
    }

    @Test("the answered path is the file")
    func success() async throws {
        let server = try GradioFileTests.server { _, responder in
            try await responder.respond(json: "[\"/tmp/gradio/h/cat 1.png\"]")
        }
        let app = try await GradioApp.connect(to: server.url, headers: ["Authorization": "Bearer t"])
        let file = try await app.upload(Data("picture".utf8), name: "cat 1.png", mediaType: "image/png")
        #expect(file.path == "/tmp/gradio/h/cat 1.png")
        #expect(file.size == 7)
        let request = try #require(server.requests.last)
        #expect(request.method == "POST")
        #expect(request.target == "/gradio_api/upload")
        #expect(request.header("Authorization") == "Bearer t")
        #expect(request.header("Content-Type")?.hasPrefix("multipart/form-data; boundary=") == true)
        #expect(request.body.range(of: Data("\r\n\r\npicture\r\n--".utf8)) != nil)
    }

    @Test("a file goes out as the same form, read from disk")
    func fromDisk() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let content = Data((0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let source = folder.appendingPathComponent("a b.bin")
        try content.write(to: source)
        let server = try GradioFileTests.server { _, responder in
            try await responder.respond(json: "[\"/tmp/gradio/h/a b.bin\"]")
        }
        let app = try await GradioApp.connect(to: server.url)
        let file = try await app.upload(source)
        #expect(file.size == content.count)
        #expect(file.mediaType == "application/octet-stream")
        let body = try #require(server.requests.last?.body)
        let head = try #require(body.range(of: Data("\r\n\r\n".utf8)))
        #expect(body[head.upperBound...].prefix(content.count) == content)
        #expect(String(decoding: body.suffix(8), as: UTF8.self).hasSuffix("--\r\n"))
        let missing = await #expect(throws: GenerationError.self) {
            try await app.upload(folder.appendingPathComponent("none.png"))
        }
        #expect(missing?.code == .fileUnreadable)
        #expect(server.requests.count == 2)
    }

    @Test(
        "errors are typed",
        arguments: [
            (
                413, "text/plain; charset=utf-8", "File size exceeded maximum allowed size of 2000 bytes.",
                "serviceError"
            ),
            (400, "application/json", "{\"detail\":\"Invalid content type.\"}", "serviceError"),
            (401, "application/json", "{\"detail\":\"Not authenticated\"}", "unauthorized"),
            (404, "application/json", "{\"detail\":\"Not Found\"}", "notFound"),
            (200, "application/json", "[]", "invalidResponse"), (200, "application/json", "[null]", "invalidResponse"),
            (200, "application/json", "[\"\"]", "invalidResponse"), (200, "text/html", "<html>", "invalidResponse"),
        ])
    func refused(_ status: Int, _ type: String, _ body: String, _ code: String) async throws {
        let server = try GradioFileTests.server { _, responder in
            try await responder.respond(status: status, headers: [("content-type", type)], body: body)
        }
        let app = try await GradioApp.connect(to: server.url)
        let error = await #expect(throws: GenerationError.self) {
            try await app.upload(Data("x".utf8), name: "x.png", mediaType: "image/png")
        }
        #expect(error?.code.rawValue == code)
        #expect(error?.wasAccepted == false)
        #expect(status != 413 || error?.message.contains("2000 bytes") == true)
        #expect(server.requests.count == 2)
    }
}
