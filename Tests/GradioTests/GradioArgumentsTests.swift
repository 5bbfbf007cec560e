import GeneratorCore
import TestPace
import Testing

@testable import Gradio

@Suite("Arguments of an endpoint", .paced)
struct GradioArgumentsTests {
    private func parameter(
        _ component: String, _ name: String? = nil, label: String = "", standard: JSONValue? = nil,
        in range: ClosedRange<Double>? = nil, choices: [JSONValue] = [], filler: JSONValue = nil
    ) -> GradioParameter {
        GradioParameter(
            name: name, label: label, component: component, defaultValue: standard, minimum: range?.lowerBound,
            maximum: range?.upperBound, choices: choices.map { GradioChoice(label: "", value: $0) },
            strictness: .init(range: true, choices: true), isHidden: ["state", "button"].contains(component),
            filler: filler)
    }

    private func endpoint(_ parameters: GradioParameter...) -> GradioEndpoint {
        GradioEndpoint(
            name: "/chat", id: 3, parameters: parameters, returns: [], returnLabels: [], hiddenReturns: [],
            isGenerator: false, isListed: true,
            isQueued: true, trigger: nil)
    }

    private var chat: GradioEndpoint {
        endpoint(
            parameter("textbox", "message"), parameter("state"), parameter("slider", "top_p", standard: 0.5, in: 0...1),
            parameter("checkbox", "stream", standard: nil), parameter("number", "seed", standard: .some(.null)))
    }

    private func failure(_ work: () throws -> [JSONValue]) throws -> String {
        let error = try #require(throws: GenerationError.self) { try work() }
        #expect(error.code == .invalidRequest)
        #expect(error.wasAccepted == false)
        return error.message
    }

    @Test("by position: state is left out or null, and the end has defaults")
    func positions() throws {
        #expect(try chat.arguments(["hi", 1, true, 7]) == ["hi", nil, 1, true, 7])
        #expect(try chat.arguments(["hi", 1, true]) == ["hi", nil, 1, true, nil])
        #expect(try chat.arguments(["hi", nil, 1, true, 7]) == ["hi", nil, 1, true, 7])
        // What is given for state is for the server to know.
        #expect(try chat.arguments(["hi", "state", 0, false, nil]) == ["hi", nil, 0, false, nil])
        #expect(try endpoint().arguments([]) == [])
        #expect(try endpoint(parameter("state")).arguments([]) == [nil])
        #expect(try endpoint(parameter("state")).arguments([nil]) == [nil])
    }

    @Test("by name, in any order")
    func names() throws {
        #expect(try chat.arguments(named: ["stream": true, "message": "hi"]) == ["hi", nil, 0.5, true, nil])
        #expect(
            try chat.arguments(named: ["seed": 7, "top_p": 1, "stream": false, "message": ""])
                == ["", nil, 1, false, 7])
    }

    @Test("a missing value is named")
    func missing() throws {
        for message in [
            try failure { try chat.arguments(["hi", 1]) }, try failure { try chat.arguments(named: ["message": "hi"]) },
        ] { #expect(message == "The endpoint /chat needs a value for its parameter stream.") }
        let labelled = endpoint(parameter("textbox", label: "Your words"), parameter("textbox"))
        #expect(try failure { try labelled.arguments([]) }.contains("parameter Your words."))
        // Without a name there is the place.
        #expect(try failure { try labelled.arguments(["a"]) }.contains("parameter number 2."))
    }

    @Test("too many are refused")
    func tooMany() throws {
        let message = "The endpoint /chat takes at most 4 arguments, not 6."
        #expect(try failure { try chat.arguments(["a", 1, true, 1, 1, 1]) } == message)
    }

    @Test("unknown names are refused, with those there are")
    func unknown() throws {
        let message = try failure { try chat.arguments(named: ["message": "x", "zoom": 1, "Stream": true]) }
        #expect(message == "The endpoint /chat has no parameter Stream. It has: message, top_p, stream, seed.")
        // An app without /info, or one that was not asked.
        let nameless = endpoint(parameter("textbox", label: "Prompt"))
        let unasked = try failure { try nameless.arguments(named: ["prompt": "x"]) }
        #expect(unasked.contains("has no parameter prompt."))
        #expect(unasked.contains("load the app's info first"))
        #expect(try nameless.arguments(["x"]) == ["x"])
        let hostile = try failure { try chat.arguments(named: ["\u{1B}[31m" + String(repeating: "x", count: 200): 1]) }
        #expect(!hostile.contains("\u{1B}"))
        #expect(hostile.count < 250)
    }

    @Test(
        "what a server is sure to refuse is refused here, and named",
        arguments: [
            ("slider", "x", "a number."), ("slider", nil, "a number."), ("slider", 1.5, "a number from 0 to 1"),
            ("slider", -1, "a number from 0 to 1"), ("number", "7", "a number"), ("checkboxgroup", 7, "a list"),
            ("image", "/tmp/x.png", "a file that was uploaded"),
            ("image", "http://h/x.png", "a file that was uploaded"), ("image", [["path": "/x"]], "a file that"),
            ("audio", 7, "a file that was uploaded"), ("file", "x", "a file that was uploaded"),
        ] as [(String, JSONValue, String)])
    func misfits(_ component: String, _ value: JSONValue, _ expected: String) throws {
        let range = ["slider", "number"].contains(component) ? 0.0...1.0 : nil
        let one = endpoint(parameter(component, "it", in: range))
        let message = try failure { try one.arguments([value]) }
        #expect(message.hasPrefix("The parameter it of /chat takes \(expected)"))
        #expect(try failure { try one.arguments(named: ["it": value]) } == message)
    }

    @Test(
        "what may fit is sent",
        arguments: [
            ("slider", 0), ("slider", 1.0), ("slider", 0.25), ("slider", true), ("number", 7), ("number", nil),
            ("number", 1e300), ("checkbox", false), ("checkbox", nil), ("checkbox", 1), ("checkbox", "true"),
            ("textbox", ""), ("textbox", nil), ("textbox", 7), ("textbox", ["a"]), ("code", 7), ("colorpicker", "#fff"),
            ("checkboxgroup", []), ("checkboxgroup", ""), ("checkboxgroup", [:]), ("image", nil),
            ("image", ["path": "/x"]),
            ("image", "data:image/png;base64,AA=="), ("file", [["path": "/x"]]), ("dropdown", 7), ("json", "x"),
            ("gallery", []), ("newcomponent", ["a": 1]), ("", 7),
        ] as [(String, JSONValue)])
    func fits(_ component: String, _ value: JSONValue) throws {
        #expect(try endpoint(parameter(component, in: 0...1)).arguments([value]) == [value])
    }

    @Test("a number without bounds may come as a text")
    func unbound() throws {
        #expect(try endpoint(parameter("number")).arguments(["7"]) == ["7"])
    }

    @Test("a wrong choice is refused with the right ones; numbers that Python holds for the same are the same")
    func choices() throws {
        for component in ["radio", "dropdown"] {
            let one = endpoint(parameter(component, "size", choices: ["small", 2, true]))
            #expect(try one.arguments(["small"]) == ["small"])
            #expect(try one.arguments([2.0]) == [2.0])
            #expect(try one.arguments([1]) == [1])
            #expect(try one.arguments([nil]) == [nil])
            #expect(
                try failure { try one.arguments(["Small"]) }
                    == "The parameter size of /chat takes one of \"small\", 2, true.")
        }
        let several = endpoint(parameter("checkboxgroup", "tags", choices: ["a", "b"]))
        #expect(try several.arguments([["b", "a"]]) == [["b", "a"]])
        #expect(try failure { try several.arguments([["b", "c"]]) }.contains("one of \"a\", \"b\""))
        let list = endpoint(parameter("dropdown", choices: ["a", "b"]))
        #expect(try list.arguments([["b", "a"]]) == [["b", "a"]])
        let many = endpoint(parameter("dropdown", "n", choices: (0..<100).map { .integer($0) }))
        #expect(try failure { try many.arguments(["x"]) }.hasSuffix("28, 29 and 70 more."))
    }

    @Test("what is hidden is filled as the app's page fills it")
    func hidden() throws {
        let page = endpoint(
            parameter("state"), parameter("textbox", "message"), parameter("button", filler: "Run"), parameter("number")
        )
        #expect(try page.arguments(["hi", 7]) == [nil, "hi", "Run", 7])
        #expect(try page.arguments([nil, "hi", nil, 7]) == [nil, "hi", "Run", 7])
    }

    @Test("ranges are read as people write them")
    func ranges() throws {
        let one = endpoint(parameter("slider", "width", in: 256...2048.5))
        #expect(
            try failure { try one.arguments([64]) } == "The parameter width of /chat takes a number from 256 to 2048.5."
        )
        let odd = endpoint(
            GradioParameter(
                name: "w", label: "", component: "slider", defaultValue: nil, minimum: 9, maximum: 1, choices: [],
                strictness: .init(range: true), isHidden: false, filler: nil))
        #expect(try odd.arguments([64]) == [64])
    }
}
