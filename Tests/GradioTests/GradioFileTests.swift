import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@testable import Gradio

@Suite("Files of an app", .paced)
struct GradioFileTests {
    static let forms: [(JSONValue, GradioFile)] = [
        // Gradio 4.21 to 6
        (
            [
                "path": "/c/i.webp", "url": "http://h/file=/c/i.webp", "size": 9, "orig_name": "i.webp",
                "mime_type": "image/webp", "is_stream": false, "meta": ["_type": "gradio.FileData"],
            ],
            GradioFile(
                path: "/c/i.webp", url: "http://h/file=/c/i.webp", originalName: "i.webp", size: 9,
                mediaType: "image/webp")
        ),
        // Gradio 4.0 to 4.17
        (["path": "/c/i.png", "url": nil, "size": nil, "orig_name": nil], GradioFile(path: "/c/i.png", url: nil)),
        // Gradio 3
        (["name": "/c/i.png", "data": nil, "is_file": true], GradioFile(path: "/c/i.png", url: nil)),
        ("data:image/png;base64,AA==", GradioFile(path: nil, url: "data:image/png;base64,AA==")),
        // an entry of a gallery
        (["image": ["path": "/c/1.webp"], "caption": nil], GradioFile(path: "/c/1.webp", url: nil)),
        (["video": ["path": "/c/1.mp4"], "caption": "x"], GradioFile(path: "/c/1.mp4", url: nil)),
        // an update of a component
        (
            ["__type__": "update", "value": ["path": "/c/2.webp"], "label": "x"],
            GradioFile(path: "/c/2.webp", url: nil)
        ),
        (["__type__": "update", "value": ["image": ["url": "http://h/x"]]], GradioFile(path: nil, url: "http://h/x")),
        (["path": "", "url": "http://h/x"], GradioFile(path: "", url: "http://h/x")),
    ]

    @Test("reads every form that a release has sent", arguments: forms)
    func reads(_ value: JSONValue, _ file: GradioFile) { #expect(GradioFile(value) == file) }

    @Test(
        "anything else is no file",
        arguments: [
            nil, true, 7, "", "/tmp/x.png", "http://h/x.png", [], [["path": "/x"]], [:], ["path": nil], ["path": 3],
            ["path": "", "url": ""], ["image": nil, "caption": "x"], ["__type__": "update"],
            ["__type__": "update", "value": nil], ["path": nil, "url": nil],
        ] as [JSONValue])
    func none(_ value: JSONValue) { #expect(GradioFile(value) == nil) }

    @Test("every recorded picture is read and found by its path", arguments: GradioRelease.all)
    func recorded(_ release: GradioRelease) async throws {
        let path = "/tmp/gradio/\(String(repeating: "d", count: 64))/image.webp"
        let app = try await Self.app(release: release)
        let file = try #require(
            GradioFile(["path": .string(path), "url": .string("http://wrong.example/call/x/file=\(path)")]))
        #expect(app.url(for: file)?.absoluteString == "\(app.url)\(Self.prefix(release))/file=\(path)")
    }

    @Test("an argument names the file the way Gradio does")
    func argument() {
        let file = GradioFile(path: "/c/i.png", url: nil, originalName: "i.png", size: 3, mediaType: "image/png")
        #expect(
            file.argument == [
                "path": "/c/i.png", "orig_name": "i.png", "size": 3, "mime_type": "image/png",
                "meta": ["_type": "gradio.FileData"],
            ])
        #expect(GradioFile(file.argument) == file)
    }

    @Test(
        "odd names are escaped so that the server finds them",
        arguments: [
            "plain.png", "two words.png", "100%.png", "a%20b.png", "ý č ř.png", "画.png", "🦊.png", "q?x=1&y#z.png",
            "semi;colon,comma.png", "plus+eq=.png", "quote\"'.png", "[b].png", "back\\slash.png", "a..b.png",
            "tab\t.png",
        ])
    func oddNames(_ name: String) async throws {
        let server = try Self.server { _, responder in try await responder.respond(body: "content") }
        let app = try await GradioApp.connect(to: server.url)
        let path = "/tmp/gradio/hash/\(name)"
        let url = try #require(app.url(for: GradioFile(path: path, url: "http://h/never")))
        let (response, body) = try await app.http.data(for: HTTPRequest(url: url))
        #expect(response.status == 200)
        #expect(String(decoding: body, as: UTF8.self) == "content")
        #expect(server.requests.last?.path == "/gradio_api/file=\(path)")
    }

    @Test(
        "the path of the base stays",
        arguments: ["", "/", "/app", "/app/", "/a%20b/c//", "/app?__theme=light", "/app/#top"])
    func bases(_ base: String) async throws {
        let server = try Self.server { _, responder in try await responder.respond(body: "content") }
        let kept = base.split(separator: "?")[safe: 0].map(String.init)?.split(separator: "#")[safe: 0] ?? ""
        var path = String(kept)
        while path.hasSuffix("/") { path.removeLast() }
        let app = try await GradioApp.connect(to: #require(URL(string: "\(server.url)\(base)")))
        #expect(server.requests.first?.target == path + "/config")
        #expect(app.url.absoluteString == "\(server.url)\(path)")
        #expect(
            app.url(for: GradioFile(path: "/t/x.png", url: nil))?.absoluteString
                == "\(server.url)\(path)/gradio_api/file=/t/x.png")
        #expect(
            try app.request(["call", "a/b c", "id"]).url.absoluteString
                == "\(server.url)\(path)/gradio_api/call/a%2Fb%20c/id")
    }

    @Test("a file without a path is fetched from its URL")
    func urlOnly() async throws {
        let app = try await Self.app(release: .v5)
        func url(_ text: String) -> String? { app.url(for: GradioFile(path: nil, url: text))?.absoluteString }
        #expect(url("https://other.example/x.png") == "https://other.example/x.png")
        #expect(url("/file=/tmp/x.png") == "\(app.url)/file=/tmp/x.png")
        #expect(url("data:image/png;base64,AA==") == "data:image/png;base64,AA==")
        #expect(app.url(for: GradioFile(path: "http://other.example/x.png", url: nil))?.host == "other.example")
        #expect(app.url(for: GradioFile(path: "", url: "")) == nil)
        #expect(app.url(for: GradioFile(path: nil, url: nil)) == nil)
    }

    @Test("credentials go to the app's own origin only")
    func credentials() async throws {
        let app = try await Self.app(release: .v6, headers: ["Authorization": "Bearer secret"])
        #expect(app.headers(for: app.url.appending(path: "x"))["Authorization"] == "Bearer secret")
        for other in ["http://127.0.0.1:1/", "https://127.0.0.1/", "http://localhost/", "https://example.com/"] {
            #expect(app.headers(for: try #require(URL(string: other))) == [:])
        }
    }

    // MARK: Helpers

    /// A server that answers `/config` wherever it is asked for, as Gradio 5 does, and everything else as told.
    static func server(
        _ answer: @escaping @Sendable (LoopbackRequest, LoopbackResponder) async throws -> Void
    ) throws -> LoopbackServer {
        try LoopbackServer { request, responder in
            guard request.path.hasSuffix("/config") else { return try await answer(request, responder) }
            try await responder.respond(
                json: "{\"version\":\"5.23.3\",\"api_prefix\":\"/gradio_api\",\"dependencies\":[]}")
        }
    }

    static func app(release: GradioRelease, headers: HTTPHeaders = [:]) async throws -> GradioApp {
        let space = try LoopbackSpace(release: release)
        return try await GradioApp.connect(to: space.url, headers: headers)
    }

    static func prefix(_ release: GradioRelease) -> String {
        release.version < GradioVersion("5.0") ? "" : "/gradio_api"
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
