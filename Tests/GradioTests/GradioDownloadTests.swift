import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@testable import Gradio

/// Any file of an app, to disk.
@Suite("Downloads from an app", .paced)
struct GradioDownloadTests {
    private let png = LoopbackSpace.picture(prompt: "fox", seed: 1, width: 32, height: 32)
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gradio-\(UUID().uuidString)")

    /// Downloads what an app has, and gives the names of all that lies in the folder then.
    private func names(
        _ files: [GradioFile], type: String, _ body: Data, named name: String? = nil, headers: HTTPHeaders = [:],
        policy: DownloadPolicy = DownloadPolicy()
    ) async throws -> [String] {
        let server = try LoopbackServer { request, responder in
            guard request.path.contains("/file=") else {
                return try await responder.respond(json: #"{"version": "6.31.0", "dependencies": []}"#)
            }
            try await responder.respond(headers: [("content-type", type)], body: body)
        }
        let app = try await GradioApp.connect(to: server.url, headers: headers)
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            for file in files {
                let url = try await app.download(file, to: folder, named: name, policy: policy)
                #expect(try Data(contentsOf: url) == body)
            }
        } catch {
            #expect((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] == [])
            throw error
        }
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    private func file(_ path: String, _ name: String? = nil) -> GradioFile {
        GradioFile(path: path, url: nil, originalName: name)
    }

    @Test("a picture has the ending of its bytes, whatever the app calls it")
    func pictures() async throws {
        let files = ["/t/picture", "/t/p.png.tmp", "/t/q.jfif", "/t/r.html", "/t/s.jpeg"].map { file($0) }
        let names = try await names(files, type: "text/html", png)
        #expect(names == ["p.png", "picture.png", "q.png", "r.png", "s.png"])
    }

    @Test("any other file keeps its name, as far as it is one")
    func others() async throws {
        let sound = Data("RIFF sound".utf8)
        let files = [
            file("/t/song.wav"), file("/t/x/a.tar.gz", "my archive.tar.gz"), file("/t/README"), file("/t/odd.s$h"),
            file("/t/..hidden.txt"), file("/t/x", "../../up.csv"), file("/t/song.wav"), file("/t/" + #"con.txt"#),
        ]
        let names = try await names(files, type: "application/octet-stream", sound)
        #expect(
            names == [
                "README.bin", "_con.txt", "hidden.txt", "my archive.tar.gz", "odd.s$h.bin", "song-2.wav", "song.wav",
                "up.csv",
            ])
        #expect(try await self.names([file("/t/a.wav")], type: "audio/wav", sound, named: "../mine") == ["_mine.wav"])
        #expect(try await self.names([file("/t/empty.txt")], type: "text/plain", Data()) == ["empty.txt"])
        #expect(try await self.names([file("/t/page.html")], type: "text/html", Data("<p>".utf8)) == ["page.html"])
    }

    @Test(
        "a page is saved as nothing else",
        arguments: [
            ("/t/a.png", "text/html"), ("/t/a.png", "image/png"), ("/t/a.wav", "text/html"), ("/t/a", "text/html"),
        ])
    func pages(_ path: String, _ type: String) async throws {
        let error = await #expect(throws: GenerationError.self) {
            try await names([file(path)], type: type, Data("<html>expired</html>".utf8))
        }
        #expect(error?.code == .invalidResponse)
        #expect(error?.wasAccepted == true)
    }

    @Test("the limit is an option, and the error says which")
    func limit() async throws {
        let body = Data("RIFF sound".utf8)
        for file in [file("/t/a.wav"), GradioFile(path: nil, url: "data:audio/wav;base64,UklGRiBzb3VuZA==")] {
            let error = await #expect(throws: GenerationError.self) {
                try await names([file], type: "audio/wav", body, policy: DownloadPolicy(maximumBytes: 9))
            }
            #expect(error?.code == .responseTooLarge)
            #expect(error?.message.contains("DownloadPolicy.maximumBytes") == true)
            #expect(error?.message.contains("--max-download") == true)
            let fitting = try await names([file], type: "audio/wav", body, policy: DownloadPolicy(maximumBytes: 10))
            #expect(fitting.count == 1)
        }
    }

    @Test("neither a private address nor a place that is none is asked")
    func places() async throws {
        for (file, code) in [
            (file("http://10.0.0.1/a.wav"), GenerationError.Code.unsafeURL), (file("/t/../login"), .invalidResponse),
            (GradioFile(path: nil, url: "file:///etc/passwd"), .unsafeURL),
        ] {
            let error = await #expect(throws: GenerationError.self) { try await names([file], type: "", Data()) }
            #expect(error?.code == code)
        }
    }

    @Test("no file is named after a credential")
    func credentials() async throws {
        let names = try await names(
            [file("/t/a.hunter2hunter2"), file("/t/hunter2hunter2.wav")], type: "audio/wav", Data("RIFF".utf8),
            headers: ["Authorization": "Bearer hunter2hunter2"])
        #expect(!names.joined().contains("hunter2"))
        #expect(names.count == 2)
    }

    @Test("a file that is gone is a typed error")
    func gone() async throws {
        let server = try LoopbackServer { request, responder in
            guard request.path.contains("/file=") else {
                return try await responder.respond(json: #"{"version": "6.31.0", "dependencies": []}"#)
            }
            try await responder.respond(status: 404, json: #"{"detail": "File not found"}"#)
        }
        let app = try await GradioApp.connect(to: server.url)
        let error = await #expect(throws: GenerationError.self) { try await app.download(file("/t/a.wav"), to: folder) }
        #expect(error?.code == .notFound)
        #expect(error?.status == 404)
    }
}
