import Foundation
import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import ProviderRuns
import TestPace
import Testing

@testable import Gradio

@Suite("What apps return in place of a picture alone", .paced)
struct GradioOutputTests {
    private typealias Part = ReplicaApp.Part

    private let a = "/tmp/gradio/a.png", b = "/tmp/gradio/b.png"

    /// What a provider makes of an app's answer, and the bytes of its pictures.
    private struct Answer {
        let run: ProviderRun
        var data: [Data] = []
        var failure: GenerationError?
        var seeds: [Int?] { run.images.flatMap(\.images).map(\.seed) }
    }

    private func answer(
        _ outputs: [(type: String, label: String, value: JSONValue)], endpoint: String? = nil
    ) async throws -> Answer {
        let app = try ReplicaApp(
            [("infer", [.prompt])], outputs: outputs.map { Part(type: $0.type, label: $0.label) },
            answer: outputs.map(\.value))
        let run = await ProviderRun(app.provider(endpoint: endpoint).createAsyncGenerator(prompt: "a boat"))
        var answer = Answer(run: run, failure: run.failure)
        do {
            for image in run.images.flatMap(\.images) { answer.data.append(try await image.load().data) }
        } catch let error as GenerationError {
            answer.failure = error
        }
        return answer
    }

    private func pictures(_ paths: String...) -> [Data] { paths.map(ReplicaApp.picture) }

    private func file(_ path: String) -> JSONValue { ["path": .string(path), "meta": ["_type": "gradio.FileData"]] }

    @Test("a page's picture at the app itself is the result, by a link with and without the app's address")
    func page() async throws {
        let page: JSONValue = .string(
            """
            <div><img data-src="/none.png" src = "\(ReplicaApp.files)\(a)" alt="x"><IMG alt='y' SRC='{app}\(ReplicaApp.files)\(b)'/></div>
            """)
        #expect(try await answer([("html", "Result", page)]).data == pictures(a, b))
    }

    @Test("a page's picture from elsewhere is never fetched: alone it is refused, beside the app's own it is left out")
    func foreignPage() async throws {
        let elsewhere = try LoopbackServer { _, responder in try await responder.respond(body: "") }
        let foreign = "<img src='\(elsewhere.url)/logo.png'>"
        let alone = try await answer([("html", "", .string(foreign))])
        #expect(alone.failure?.code == .unsafeURL)
        #expect(alone.failure?.wasAccepted == true)
        let beside = try await answer([("html", "", .string(foreign + "<img src='\(ReplicaApp.files)\(a)'>"))])
        #expect(beside.data == pictures(a))
        #expect(elsewhere.requests.isEmpty)
    }

    @Test("a text is a picture as a data URL and as base64")
    func texts() async throws {
        let bytes = ReplicaApp.picture(a)
        let base64 = bytes.base64EncodedString()
        for text in ["data:image/png;base64,\(base64)", base64] {
            let made = try await answer([("textbox", "Result", .string(text))], endpoint: "/infer")
            #expect(made.data == [bytes])
            #expect(made.run.texts.isEmpty)
        }
        // As servers without a page answer.
        let object: JSONValue = ["image": .string("data:image/png;base64,\(base64)"), "seed": 9]
        let answered = try await answer([("api", "", object)])
        #expect(answered.data == [bytes])
        #expect(answered.seeds == [9])
        let text = try await answer([("textbox", "", "data:image/png;base64,bm90aGluZw==")], endpoint: "/infer")
        #expect(text.failure?.code == .invalidResponse)
    }

    @Test("JSON names its pictures by links, and a text is one")
    func links() async throws {
        let link: JSONValue = .string("{app}\(ReplicaApp.files)\(a)")
        let other: JSONValue = .string("{app}\(ReplicaApp.files)\(b)")
        // Without an ending only the name says what it is.
        let bare: JSONValue = .string("{app}\(ReplicaApp.files)/view")
        let answers: [(JSONValue, [Data])] = [
            (["url": link, "seed": 5], pictures(a)),
            (["docs": "{app}/docs", "images": [link, other]], pictures(a, b)),
            (["data": [["url": bare]], "page": "{app}/docs"], pictures("/view")), (link, pictures(a)),
        ]
        for (value, expected) in answers {
            #expect(try await answer([("json", "Answer", value)]).data == expected)
        }
        #expect(try await answer([("json", "Answer", answers[0].0)]).seeds == [5])
        let text = try await answer([("textbox", "Link", link)], endpoint: "/infer")
        #expect(text.data == pictures(a))
        #expect(text.run.texts.isEmpty)
        let prose = try await answer([("textbox", "", "See {app}/a.png or {app}/terms")], endpoint: "/infer")
        #expect(prose.failure?.code == .noImage)
        let page = try await answer([("textbox", "", "{app}/terms")], endpoint: "/infer")
        #expect(page.failure?.code == .noImage)
    }

    @Test("a link into a private network is refused when its picture is loaded, and nothing is sent there")
    func privateLink() async throws {
        let made = try await answer([("json", "", ["url": "http://10.0.0.1/x.png"])])
        #expect(made.run.images.count == 1)
        #expect(made.failure?.code == .unsafeURL)
    }

    @Test("a gallery gives its pictures in order, with captions as objects, as pairs, or without")
    func captions() async throws {
        let objects: JSONValue = [["image": file(a), "caption": "one"], ["image": file(b), "caption": nil]]
        #expect(try await answer([("gallery", "", objects)]).data == pictures(a, b))
        #expect(try await answer([("gallery", "", [[file(a), "one"], [file(b), nil]])]).data == pictures(a, b))
        #expect(try await answer([("gallery", "", [file(a), file(b)])]).data == pictures(a, b))
    }

    @Test("of before and after the second is the result; of half a pair the one that is there")
    func pair() async throws {
        #expect(try await answer([("imageslider", "", [file(a), file(b)])]).data == pictures(b))
        #expect(try await answer([("imageslider", "", [file(a), nil])]).data == pictures(a))
        #expect(try await answer([("imageslider", "", [nil, file(b)])]).data == pictures(b))
        #expect(try await answer([("imageslider", "", [nil, nil])]).failure?.code == .noImage)
    }

    @Test("an annotated picture is the picture without its masks")
    func annotated() async throws {
        let value: JSONValue = ["image": file(a), "annotations": [["image": file(b), "label": "boat"]]]
        #expect(try await answer([("annotatedimage", "", value)]).data == pictures(a))
    }

    @Test("of files that which is called a picture is the result, and a file beside a picture is the same in full")
    func files() async throws {
        #expect(try await answer([("file", "", file(a))]).data == pictures(a))
        #expect(
            try await answer([("file", "", [file("/tmp/gradio/all.zip"), file(a), file(b)])]).data == pictures(a, b))
        #expect(try await answer([("file", "", file("/tmp/gradio/0f3c"))]).data == pictures("/tmp/gradio/0f3c"))
        #expect(try await answer([("file", "", file(b)), ("image", "", file(a))]).data == pictures(a, b))
    }

    @Test("a text beside the picture becomes text, before the picture; a seed and an empty text do not")
    func words() async throws {
        let made = try await answer([
            ("image", "", file(a)), ("textbox", "Prompt used", "a small boat"), ("textbox", "Seed", "12"),
            ("textbox", "Warning", " "), ("textbox", "Note", "drawn twice"),
        ])
        #expect(made.data == pictures(a))
        #expect(made.run.texts == ["a small boat\ndrawn twice"])
        #expect(made.run.kinds.suffix(2) == ["text", "image"])
        #expect(made.seeds == [12])
    }

    @Test(
        "the seed that the app took is reported, whatever shows it",
        arguments: [
            ("number", "Seed", 12), ("slider", "Seed used", 12), ("textbox", "Seed", "12"), ("textbox", "Seed", " 12 "),
            ("label", "Seed", ["label": "12", "confidences": nil]), ("number", "", 12), ("json", "", ["seed": 12]),
            ("image", "", nil),
        ] as [(String, String, JSONValue)])
    func seed(type: String, label: String, value: JSONValue) async throws {
        let made = try await answer([(type, label, value), ("image", "Result", file(a)), ("textbox", "Time", "3")])
        #expect(made.data == pictures(a))
        #expect(made.seeds == [value.isNull ? nil : 12])
    }

    @Test("of a list of seeds each picture gets its own, and of one all get the same")
    func seedList() async throws {
        let gallery: JSONValue = [["image": file(a), "caption": nil], ["image": file(b), "caption": nil]]
        for list in ["7 · 8", "7, 8", "[7, 8]", [7, 8], ["7", "8"]] as [JSONValue] {
            let type = list.string == nil ? "json" : "textbox"
            let made = try await answer([("gallery", "", gallery), (type, "Seeds", list), ("number", "Seed", 7)])
            #expect(made.seeds == [7, 8], "\(list)")
        }
        #expect(try await answer([("gallery", "", gallery), ("number", "Seed", 7)]).seeds == [7, 7])
    }
}
