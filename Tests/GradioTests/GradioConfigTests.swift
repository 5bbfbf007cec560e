import Foundation
import GeneratorCore
import GradioRecordings
import TestPace
import Testing

@testable import Gradio

@Suite("What an app says about itself", .paced)
struct GradioConfigTests {
    private func config(_ version: String) throws -> GradioConfig {
        let exchange = try #require(GradioRecording("discovery", version).exchanges.first { $0.label == "config" })
        return try GradioConfig(parsing: Data(exchange.body.utf8))
    }

    private func config(json: String) throws -> GradioConfig { try GradioConfig(parsing: Data(json.utf8)) }

    @Test("reads every recorded release", arguments: GradioRecording.versions)
    func recorded(_ version: String) throws {
        let config = try config(version)
        #expect(config.version == GradioVersion(version))
        #expect(config.version.description == version)
        #expect(config.prefix == (version.hasPrefix("4.") ? "" : "/gradio_api"))
        #expect(config.queueProtocol == "sse_v3")
        let example =
            version.hasPrefix("4.") ? ["/load_example", "/load_example_1"] : ["/load_example_input", "/load_example"]
        #expect(config.endpoints.map(\.name) == example + ["/infer"])
        #expect(config.endpoints.map(\.id) == [0, 1, 2])
        #expect(config.endpoints.map(\.isGenerator) == [false, version.hasPrefix("4."), false])
        // The helpers of the page's examples are named and not listed.
        #expect(config.endpoints.map(\.isListed) == [false, false, true])
        let infer = try #require(config.endpoints.last)
        #expect(infer.path == "infer")
        #expect(infer.returns == ["image", "slider"])
        #expect(
            infer.parameters.map(\.label) == [
                "Prompt", "Seed", "Randomize seed", "Width", "Height", "Guidance Scale", "Number of inference steps",
            ])
        #expect(
            infer.parameters.map(\.component) == [
                "textbox", "slider", "checkbox", "slider", "slider", "slider", "slider",
            ])
        #expect(
            infer.parameters.map(\.integerRange) == [
                nil, 0...2_147_483_647, nil, 256...2048, 256...2048, 1...15, 1...50,
            ])
        #expect(infer.parameters.allSatisfy { $0.name == nil && $0.defaultValue == nil && !$0.isState })
    }

    @Test("adds the names and defaults of /info", arguments: GradioRecording.versions)
    func info(_ version: String) throws {
        let exchange = try #require(GradioRecording("discovery", version).exchanges.first { $0.label == "info" })
        let info = try JSONValue(parsing: Data(exchange.body.utf8))
        let infer = try #require(config(version).endpoints.adding(info: info).last)
        #expect(
            infer.parameters.map(\.name) == [
                "prompt", "seed", "randomize_seed", "width", "height", "guidance_scale", "num_inference_steps",
            ])
        #expect(infer.parameters.map(\.defaultValue) == [nil, 0, true, 1024, 1024, 3.5, 28])
        #expect(infer.parameters[3].integerRange == 256...2048)
    }

    @Test("whatever the app hides has its place, and neither callers nor /info count it")
    func hiddenComponents() throws {
        let config = try config(
            json: """
                {"version":"5.50.0","dependencies":[{"id":0,"api_name":"go","inputs":[1,2,3,4],"outputs":[2,3,1]}],"components":[
                {"id":1,"type":"textbox","skip_api":false,"props":{"label":"Prompt"}},
                {"id":2,"type":"button","skip_api":true,"props":{"value":"Go"}},
                {"id":3,"type":"state","skip_api":true,"props":{"value":7}},
                {"id":4,"type":"slider","skip_api":false,"props":{"label":"Steps","minimum":1,"maximum":9}}]}
                """)
        let described: JSONValue = [
            ["parameter_name": "prompt", "parameter_has_default": false],
            ["parameter_name": "steps", "parameter_has_default": true, "parameter_default": 4],
        ]
        let go = try #require(
            config.endpoints.adding(info: ["named_endpoints": ["/go": ["parameters": described]]]).first)
        #expect(go.parameters.map(\.isHidden) == [false, true, true, false])
        #expect(go.parameters.map(\.name) == ["prompt", nil, nil, "steps"])
        // The page sends the text of a button, and never a state.
        #expect(try go.arguments(["a fox"]) == ["a fox", "Go", nil, 4])
        #expect(try go.arguments(named: ["prompt": "a fox", "steps": 2]) == ["a fox", "Go", nil, 2])
        #expect(go.shown(["Go", 7, "a crow"]).map(\.component) == ["textbox"])
    }

    @Test("the choices are what calls take, and a wrong one is refused where servers do so")
    func choices() throws {
        func endpoint(_ version: String, _ choices: String, _ more: String = "") throws -> GradioEndpoint {
            let config = try config(
                json: """
                    {"version":"\(version)","dependencies":[{"id":0,"api_name":"go","inputs":[1],"outputs":[]}],"components":[
                    {"id":1,"type":"dropdown","props":{"label":"Model","choices":\(choices)\(more)}}]}
                    """)
            return try #require(config.endpoints.first)
        }
        let pairs = "[[\"Fast one\",\"schnell\"],[\"Good one\",\"dev\"],[\"Half\",0.5],[\"One\",1]]"
        let dropdown = try endpoint("5.50.0", pairs)
        #expect(dropdown.parameters[0].choices.map(\.value) == ["schnell", "dev", 0.5, 1])
        #expect(dropdown.parameters[0].choices.map(\.label) == ["Fast one", "Good one", "Half", "One"])
        for right in ["dev", 0.5, 1, .number(1), true, ["dev", 1], nil] as [JSONValue] {
            #expect(try dropdown.arguments([right]) == [right])
        }
        for wrong in ["Fast one", 2, ["dev", "Good one"]] as [JSONValue] {
            let error = #expect(throws: GenerationError.self) { try dropdown.arguments([wrong]) }
            #expect(error?.message.contains("one of \"schnell\", \"dev\", 0.5, 1") == true)
            #expect(try endpoint("5.50.0", pairs, ",\"allow_custom_value\":true").arguments([wrong]) == [wrong])
            #expect(try endpoint("4.44.1", pairs).arguments([wrong]) == [wrong])
        }
        // Before 3.43 a choice is its value.
        #expect(try endpoint("3.40.0", "[\"a\",2]").parameters[0].choices.map(\.value) == ["a", 2])
    }

    @Test("state takes a place that /info does not count")
    func state() throws {
        let config = try config(
            json: """
                {"version":"5.0","dependencies":[{"id":4,"api_name":"chat","inputs":[1,2,3],"outputs":[1]}],"components":[
                {"id":1,"type":"state","props":{}},{"id":2,"type":"textbox","props":{"label":"Text"}},
                {"id":3,"type":"number","props":{"label":"Top"}}]}
                """)
        let info: JSONValue = [
            "named_endpoints": [
                "/chat": [
                    "parameters": [
                        ["parameter_name": "message", "parameter_has_default": false, "parameter_default": nil],
                        ["parameter_name": "top", "parameter_has_default": true, "parameter_default": nil],
                    ]
                ]
            ]
        ]
        let chat = try #require(config.endpoints.adding(info: info).first)
        #expect(chat.id == 4)
        #expect(chat.parameters.map(\.isState) == [true, false, false])
        #expect(chat.parameters.map(\.name) == [nil, "message", "top"])
        // A default may be null, which is not the same as none.
        #expect(chat.parameters.map(\.defaultValue) == [nil, nil, .some(.null)])
        #expect(chat.returns == ["state"])
        // An /info that knows less, or something else, changes nothing.
        for other: JSONValue in [[:], nil, ["named_endpoints": []], ["named_endpoints": ["/chat": ["parameters": 3]]]] {
            #expect(config.endpoints.adding(info: other) == config.endpoints)
        }
    }

    @Test("hidden and private endpoints have a number only")
    func hidden() throws {
        let config = try config(
            json: """
                {"version":"6.31.0","api_prefix":"/gradio_api","dependencies":[
                {"api_name":false,"inputs":[],"outputs":[]},
                {"id":7,"api_name":"secret","api_visibility":"private","inputs":[],"outputs":[]},
                {"id":8,"api_name":"tool","api_visibility":"undocumented","inputs":[],"outputs":[]},
                {"id":9,"api_name":"/slashed","types":{"generator":true}},
                {"id":10,"api_name":""},{"id":11,"api_name":null}]}
                """)
        #expect(config.endpoints.map(\.name) == [nil, nil, "/tool", "//slashed", nil, nil])
        // Before 4.44 the place in the list is the number.
        #expect(config.endpoints.map(\.id) == [0, 7, 8, 9, 10, 11])
        #expect(
            config.endpoints.map(\.label) == ["number 0", "number 7", "/tool", "//slashed", "number 10", "number 11"])
        // No route takes a slash within a name; its number goes instead.
        #expect(config.endpoints[3].path == nil && config.endpoints[2].path == "tool")
        #expect(config.endpoints[3].isGenerator)
        #expect(config.queueProtocol == nil)
    }

    @Test(
        "refuses what is not a configuration",
        arguments: [
            "", "null", "[]", "{}", "{\"version\":\"5.0\"}", "{\"version\":5,\"dependencies\":[]}",
            "{\"version\":\"5.0\",\"dependencies\":{}}", "<html>", "{\"version\":\"5.0\",\"dependencies\":[",
            String(repeating: "[", count: 100_000),
        ])
    func notGradio(_ text: String) throws {
        let error = #expect(throws: GenerationError.self) { try config(json: text) }
        #expect(error?.code == .invalidResponse)
    }

    @Test("bears every wrong type inside")
    func hostile() throws {
        let config = try config(
            json: """
                {"version":"","api_prefix":7,"protocol":{},"components":[null,3,{"id":"x"},{"id":1},{"id":2,"props":[],"type":4},
                {"id":3,"type":"slider","props":{"minimum":"0","maximum":9,"label":{}}},
                {"id":4,"type":"slider","props":{"minimum":10,"maximum":9}},
                {"id":5,"type":"slider","props":{"minimum":-1e300,"maximum":1e300}},
                {"id":6,"type":"slider","props":{"minimum":0.5,"maximum":1.5}}],
                "dependencies":[null,"x",{"id":1.5,"inputs":"no","outputs":[null]},
                {"id":99999999999999999999,"api_name":"a","inputs":[1,2,3,4,5,6,77,"1",null],"types":[]}]}
                """)
        #expect(config.prefix == "")
        #expect(config.version < GradioVersion("3.0"))
        #expect(config.endpoints.map(\.id) == [0, 1, 2, 3])
        let last = try #require(config.endpoints.last)
        #expect(last.parameters.count == 9)
        #expect(last.parameters.map(\.integerRange) == [nil, nil, nil, nil, nil, 1...1, nil, nil, nil])
    }

    @Test(
        "a prefix is a path, whatever the server says",
        arguments: [
            ("/gradio_api", "/gradio_api"), ("gradio_api/", "/gradio_api"), ("//evil.example/x", "/evil.example/x"),
            ("/", ""), ("", ""), ("/a b", "/a%20b"), ("/a?b#c", "/a%3Fb%23c"), ("/50%", "/50%25"), ("/ü", "/%C3%BC"),
            ("/../x", "/x"), ("/./y/..", "/y"),
        ])
    func prefix(_ given: String, _ expected: String) throws {
        let json: JSONValue = ["version": "5.0", "dependencies": [], "api_prefix": .string(given)]
        #expect(try GradioConfig(parsing: json.serialized()).prefix == expected)
    }

    @Test("what was remembered is forgotten after its time, and when it is told to be")
    func remembering() async throws {
        let config = try config(json: #"{"version": "5.0", "dependencies": []}"#)
        let url = try #require(URL(string: "http://127.0.0.1:7860"))
        for (life, questions) in [(Duration.seconds(300), 2), (.zero, 4)] {
            let cache = GradioConfigCache(life: life)
            let asked = Locked(0)
            func ask() async throws -> Bool {
                try await cache.config(of: url) {
                    asked.withLock { $0 += 1 }
                    return config
                }.isFresh
            }
            #expect(try await ask())
            #expect(try await ask() == (life == .zero))
            cache.forget(url)
            #expect(try await ask())
            #expect(try await ask() == (life == .zero))
            #expect(asked.withLock { $0 } == questions)
        }
    }

    @Test("who comes while an app is asked waits for the same answer; who gives up takes nobody along")
    func together() async throws {
        let config = try config(json: #"{"version": "5.0", "dependencies": []}"#)
        let url = try #require(URL(string: "http://127.0.0.1:7860"))
        let cache = GradioConfigCache()
        let asked = Locked(0), answer = Gate()
        let first = Task {
            try await cache.config(of: url) {
                asked.withLock { $0 += 1 }
                await answer.pass()
                try Task.checkCancellation()
                return config
            }
        }
        try await eventually { asked.withLock { $0 } == 1 }
        let others = (0..<300).map { _ in
            Task {
                try await cache.config(of: url) {
                    asked.withLock { $0 += 1 }
                    return config
                }
            }
        }
        others[0].cancel()
        await #expect(throws: CancellationError.self) { try await others[0].value }
        first.cancel()
        answer.open()
        await #expect(throws: CancellationError.self) { try await first.value }
        for other in others.dropFirst() { _ = try await other.value }
        #expect(asked.withLock { $0 } == 2)
        cache.forget(url)
        // An error of the app is everybody's.
        let failing = Gate(), failures = Locked(0)
        let failed = (0..<20).map { _ in
            Task {
                try await cache.config(of: url) {
                    failures.withLock { $0 += 1 }
                    await failing.pass()
                    throw GenerationError(.spaceUnavailable, "asleep")
                }
            }
        }
        try await eventually { failures.withLock { $0 } == 1 }
        // Those that have not come yet ask again, which is as right.
        for _ in 0..<200 { await Task.yield() }
        failing.open()
        for task in failed { await #expect(throws: GenerationError.self) { try await task.value } }
        #expect(failures.withLock { $0 } < 20)
    }

    @Test("an app with more functions or arguments than any has is refused")
    func endless() throws {
        let functions = Array(repeating: "{}", count: 10_001).joined(separator: ",")
        let arguments = Array(repeating: "1", count: 100_001).joined(separator: ",")
        for dependencies in [functions, "{\"inputs\":[\(arguments)]}", "{\"outputs\":[\(arguments)]}"] {
            let json = "{\"version\":\"5.0\",\"dependencies\":[\(dependencies)]}"
            let error = #expect(throws: GenerationError.self) { try config(json: json) }
            #expect(error?.code == .responseTooLarge)
            #expect(error?.message.contains("more than any app has") == true)
        }
    }

    @Test("versions are compared by their numbers")
    func versions() {
        let ordered = ["", "3.50.2", "4.9.1", "4.19.2", "4.20", "4.31.0", "4.44.1", "5.0.0", "5.9", "5.38.0", "6.13.0"]
            .map { GradioVersion($0) }
        #expect(ordered.sorted() == ordered)
        #expect(Set(ordered).count == ordered.count)
        #expect(GradioVersion("6.0.0b1") == GradioVersion("6"))
        #expect(GradioVersion("5.2.0rc1.7") == GradioVersion("5.2.0"))
        #expect(GradioVersion("5.2").hashValue == GradioVersion("5.2.0").hashValue)
        #expect(GradioVersion("5.2").description == "5.2")
        #expect(GradioVersion("99999999999999999999.1") < GradioVersion("1"))
        #expect(GradioVersion("x\u{1B}[31m").description == "x [31m")
    }
}
