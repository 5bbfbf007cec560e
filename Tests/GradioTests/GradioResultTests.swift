import GeneratorCore
import TestPace
import Testing

@testable import Gradio

@Suite("What a result holds", .paced)
struct GradioResultTests {
    private func endpoint(_ outputs: [(type: String, label: String)]) throws -> GradioEndpoint {
        let components = outputs.enumerated().map { index, output -> JSONValue in
            [
                "id": .integer(index), "type": .string(output.type), "props": ["label": .string(output.label)],
                "skip_api": .bool(["state", "button"].contains(output.type)),
            ]
        }
        let json: JSONValue = [
            "version": "5.50.0", "components": .array(components),
            "dependencies": [
                ["id": 0, "api_name": "go", "inputs": [], "outputs": .array(outputs.indices.map { .integer($0) })]
            ],
        ]
        return try #require(try GradioConfig(parsing: json.serialized()).endpoints.first)
    }

    private func file(_ path: String) -> JSONValue { ["path": .string(path), "meta": ["_type": "gradio.FileData"]] }

    @Test("picture and seed are found wherever they stand")
    func places() throws {
        let one = try endpoint([("button", "Run"), ("number", "Time"), ("slider", "Seed used"), ("image", "Result")])
        let result = GradioResult(["Run", 0.5, 7, file("/a.png")], of: one)
        #expect(result.pictures.map(\.path) == ["/a.png"])
        #expect(result.seed == 7)
        let large = GradioResult(
            ["Run", 0.5, ["__type__": "update", "value": .largeNumber("18446744073709551617")], file("/a.png")], of: one
        )
        #expect(large.seed == .largeNumber("18446744073709551617"))
        let text = try endpoint([("image", ""), ("textbox", "Seed")])
        #expect(
            GradioResult([file("/a.png"), " 018446744073709551617 "], of: text).seed
                == .largeNumber("18446744073709551617"))
        #expect(GradioResult([file("/a.png"), "18446744073709551617x"], of: text).seed == nil)
        // Of two numbers without a name neither is the seed.
        let two = try endpoint([("image", ""), ("number", "Steps"), ("number", "Time")])
        #expect(GradioResult([file("/a.png"), 1, 2], of: two).seed == nil)
        #expect(try GradioResult([file("/a.png"), 1], of: endpoint([("image", ""), ("number", "")])).seed == 1)
        #expect(
            try GradioResult([file("/a.png"), "12"], of: endpoint([("image", ""), ("textbox", "SEED")])).seed == 12)
    }

    @Test("every component that shows pictures gives its own")
    func components() throws {
        func pictures(_ type: String, _ value: JSONValue) throws -> [String?] {
            GradioResult(["words", value], of: try endpoint([("textbox", ""), (type, "")])).pictures.map(\.path)
        }
        let (a, b, c) = (file("/a"), file("/b"), file("/c"))
        #expect(try pictures("image", ["__type__": "update", "value": a, "visible": true]) == ["/a"])
        #expect(
            try pictures("gallery", [["image": a, "caption": nil], ["image": b, "caption": "x"]]) == ["/a", "/b"])
        #expect(try pictures("imageslider", [a, b]) == ["/b"])
        #expect(try pictures("imageslider", [a, nil]) == ["/a"])
        #expect(try pictures("annotatedimage", ["annotations": [["image": b, "label": "x"]], "image": a]) == ["/a"])
        #expect(try pictures("imageeditor", ["background": a, "composite": c, "layers": [b]]) == ["/c"])
        #expect(try pictures("chatbot", [["role": "assistant", "content": ["file": a, "alt": nil]]]) == ["/a"])
        // A link has no path.
        #expect(try pictures("json", ["url": "http://h/x.png"]) == [nil])
        #expect(try pictures("json", ["version": "2", "name": "x"]) == [])
        #expect(try pictures("audio", a) == [])
        #expect(try pictures("image", nil) == [])
    }

    @Test("files are found at any depth, and one that is missing hides no other")
    func files() {
        let editor: JSONValue = ["background": nil, "composite": file("/c"), "layers": [file("/l"), nil]]
        let value: JSONValue = [
            ["text": "x", "files": [file("/f"), nil, ["file": file("/g")]]], editor, nil, "data:text/plain,x",
        ]
        #expect(GradioFile.all(in: value).map(\.path) == ["/f", "/g", "/c", "/l"])
        var deep = file("/deep")
        for _ in 0..<500 { deep = ["value": [deep]] }
        #expect(GradioFile.all(in: deep).map(\.path) == ["/deep"])
    }

    @Test("what the page shows stays where a later value leaves it as it is")
    func page() {
        var page = GradioPage()
        page.show(["a", 1])
        page.show([["__type__": "update"], ["__type__": "update", "visible": false]])
        #expect(page.values == ["a", 1])
        page.show([["__type__": "update", "value": "b"], 2])
        page.show([["__type__": "update"], ["__type__": "update"]])
        #expect(page.values == [["__type__": "update", "value": "b"], 2])
        page.show([nil, 3])
        #expect(page.values == [nil, 3])
        page.show([["__type__": "update", "value": nil], 3])
        #expect(page.values == [["__type__": "update", "value": nil], 3])
    }
}
