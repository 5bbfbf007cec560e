import Foundation
import GeneratorCore
import TestPace
import Testing

@testable import Gradio

@Suite("Files as people write them", .paced)
struct GradioFileInputTests {
    private func replaced(
        _ component: String, _ value: JSONValue, _ release: String = "6.31.0"
    ) async throws -> JSONValue {
        let json: JSONValue = [
            "version": .string(release), "components": [["id": 1, "type": .string(component)]],
            "dependencies": [["id": 0, "api_name": "go", "inputs": [1], "outputs": []]],
        ]
        let config = try GradioConfig(parsing: json.serialized())
        let parameter = try #require(config.endpoints.first?.parameters.first)
        return try await parameter.replacingFiles(in: value, for: config.version) { input in
            switch input {
            case .path(let path): .string("<\(path)>")
            case .url(let url): .string("<\(url.host ?? "")>")
            case .data: "<data>"
            }
        }
    }

    static let forms: [(String, JSONValue, JSONValue)] = [
        ("image", "a.png", "<a.png>"), ("image", "https://h.example/a.png", "<h.example>"),
        ("image", "data:image/png;base64,AA==", "<data>"), ("image", nil, nil), ("file", ["a", "b"], ["<a>", "<b>"]),
        ("gallery", "a", [["image": "<a>"]]),
        (
            "gallery", ["a", ["b", "words"], ["image": "c", "caption": "d"]],
            [["image": "<a>"], ["image": "<b>", "caption": "words"], ["image": "<c>", "caption": "d"]]
        ),
        ("imageslider", ["a", nil], ["<a>", nil]),
        ("imageeditor", "a", ["background": "<a>", "layers": [], "composite": "<a>"]),
        (
            "imageeditor", ["background": "a", "layers": ["b"], "composite": nil],
            ["background": "<a>", "layers": ["<b>"], "composite": nil]
        ),
        ("multimodaltextbox", ["text": "a", "files": ["b"]], ["text": "a", "files": ["<b>"]]),
        ("textbox", "a.png", "a.png"), ("json", ["a": ["b.png"]], ["a": ["b.png"]]), ("video", "a", "<a>"),
        ("video", ["video": "a", "subtitles": nil], ["video": "<a>", "subtitles": nil]),
        // What the app already has stays.
        (
            "image", ["path": "/nowhere/at/all.png", "meta": ["_type": "gradio.FileData"]],
            ["path": "/nowhere/at/all.png", "meta": ["_type": "gradio.FileData"]]
        ),
    ]

    @Test(arguments: forms.indices) func form(_ index: Int) async throws {
        let (component, value, expected) = Self.forms[index]
        #expect(try await replaced(component, value) == expected)
    }

    @Test("a video stood beside its subtitles before Gradio 6")
    func video() async throws { #expect(try await replaced("video", "a", "5.50.0") == ["video": "<a>"]) }

    @Test("what is marked as a file and lies here goes there, in any component and at any depth")
    func marked() async throws {
        let marked: JSONValue = ["path": .string(#filePath), "meta": ["_type": "gradio.FileData"]]
        let value: JSONValue = [["role": "user", "content": [marked, "words"]]]
        #expect(
            try await replaced("chatbot", value) == [
                ["role": "user", "content": [.string("<\(#filePath)>"), "words"]]
            ])
    }

    @Test("the base64 text of a picture is one, and a long name is none")
    func base64() {
        var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        bytes += Array(repeating: 7, count: 100)
        let text = Data(bytes).base64EncodedString()
        #expect(GradioFileInput(text) == .data("data:;base64," + text))
        let name = String(repeating: "a", count: 100)
        #expect(GradioFileInput(name) == .path(name))
        #expect(GradioFileInput("HTTPS://h/x") == URL(string: "HTTPS://h/x").map { .url($0) })
    }
}
