import Foundation
import GeneratorCore
import TestPace
import Testing

@Suite(.paced)
struct JSONValueTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Data(text.utf8)) }

    static let kinds: [(String, JSONValue)] = [
        ("null", .null), ("true", .bool(true)), ("false", .bool(false)), ("0", .integer(0)), ("1", .integer(1)),
        ("-1", .integer(-1)), ("-0", .integer(0)), ("9007199254740993", .integer(9_007_199_254_740_993)),
        ("9223372036854775807", .integer(.max)), ("9223372036854775808", .largeNumber("9223372036854775808")),
        ("18446744073709551616", .largeNumber("18446744073709551616")), ("1.5", .number(1.5)), ("1.0", .number(1)),
        ("1e3", .number(1000)), ("-0.0", .number(-0.0)), ("0.1", .number(0.1)), ("1e-400", .number(0)),
        (#""1""#, .string("1")), (#""\u00e9\ud83e\udd8a""#, .string("é🦊")), ("[]", .array([])), ("{}", .object([:])),
        (#"[1,true,0,false,null,"a",[2]]"#, [1, true, 0, false, nil, "a", [2]]),
        (#"{"a":{"b":[1.5]},"c":true}"#, ["a": ["b": [1.5]], "c": true]),
    ]

    @Test("a number with a fraction keeps it, also where it is zero")
    func fractions() throws {
        let numbers: [JSONValue] = [4, .number(4), .number(-0.0), .number(0.5), .number(1e300)]
        #expect(String(decoding: try JSONValue.array(numbers).serialized(), as: UTF8.self) == "[4,4.0,-0.0,0.5,1e+300]")
    }

    @Test(arguments: kinds.indices) func kind(_ index: Int) throws {
        let (text, value) = Self.kinds[index]
        #expect(try parse(text) == value)
        #expect(try parse(" \n\(text)\t") == value)
        #expect(try JSONDecoder().decode([JSONValue].self, from: Data("[\(text)]".utf8))[0].double == value.double)
    }

    /// What Python writes, and what a number of JSON may be but none of Swift can hold.
    static let beyond: [(String, JSONValue)] = [
        ("NaN", nil), ("18446744073709551617", .largeNumber("18446744073709551617")),
        ("-9223372036854775809", .largeNumber("-9223372036854775809")), ("[-Infinity,Infinity]", [nil, nil]),
        ("1e400", .largeNumber("1e400")),
        ("{\"a\":-1e999}", ["a": .largeNumber("-1e999")]),
        (String(repeating: "9", count: 400), .largeNumber(String(repeating: "9", count: 400))),
        (#""\ud83ex\udd8a""#, "\u{FFFD}x\u{FFFD}"), (#""\ud800\ud83e\udd8a""#, "\u{FFFD}🦊"), ("\u{FEFF}[1]", [1]),
        (#"{"a":1,"a":2}"#, ["a": 2]),
    ]

    @Test(arguments: beyond.indices) func isReadAllTheSame(_ index: Int) throws {
        let (text, value) = Self.beyond[index]
        #expect(try parse(text) == value)
    }

    @Test func aLargeNumberIsWrittenDigitByDigit() throws {
        let text = "[1e400,-\(String(repeating: "7", count: 500))]"
        let value = try parse(text)
        #expect(String(decoding: try value.serialized(), as: UTF8.self) == text)
        #expect(value[0]?.double == nil && value[0]?.integer == nil && value[0]?.string == nil)
        #expect(try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))[0] == "1e400")
        let seed = JSONValue.largeNumber("18446744073709551617")
        #expect(String(decoding: try JSONEncoder().encode([seed]), as: UTF8.self) == "[18446744073709551617]")
    }

    @Test func theSmallestInteger() throws {
        #expect(try parse("-9223372036854775808") == .integer(.min))
        #expect(try parse("-9223372036854775809") == .largeNumber("-9223372036854775809"))
        #expect(try parse("-9223372036854775809").double == -0x1p63)
    }

    static let values: [JSONValue] = [
        nil, true, false, 0, 1, -1, .integer(.max), .integer(.min), .integer(.min + 1), 1.5, 0.1, 1e300, 5.5e-300, "",
        "a\"\\/\n\u{0}\u{1F}é🦊\u{2028}",
        [], [:], [nil, [[]], [:]], ["": "", "a": ["b": [1, 2.5, true]], "é": nil],
    ]

    @Test(arguments: values) func roundTrips(_ value: JSONValue) throws {
        #expect(try JSONValue(parsing: value.serialized()) == value)
        #expect(try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value)) == value)
        #expect(try JSONDecoder().decode(JSONValue.self, from: value.serialized()) == value)
    }

    @Test func theTextIsStable() throws {
        let value: JSONValue = ["b": [1, 2.5, true, nil], "a": "x/y", "c": ["z": 0, "y": false]]
        let text = String(decoding: try value.serialized(), as: UTF8.self)
        #expect(text == #"{"a":"x/y","b":[1,2.5,true,null],"c":{"y":false,"z":0}}"#)
        #expect(String(decoding: try JSONValue.string("a").serialized(), as: UTF8.self) == #""a""#)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity]) func numbersThatAreNone(_ number: Double) {
        for value: JSONValue in [.number(number), [1, .number(number)], ["a": ["b": .number(number)]]] {
            #expect(throws: GenerationError.self) { try value.serialized() }
            #expect(throws: EncodingError.self) { try JSONEncoder().encode(value) }
        }
    }

    static let broken = [
        "", " ", "nul", "Infinit", "+1", "01", "-", "1.", ".5", "1e", "1 2", "[1", "[1,]", "[,1]", "{\"a\"", "{a:1}",
        "{\"a\":1,}",
        "'a'", #""a"#, #""\x""#, #""\u12g4""#, "\"a\nb\"", "[1}", "{\"a\":1]", "{,,,]", "]", "[1]]", "\u{0}",
    ]

    @Test(arguments: broken) func notJSON(_ text: String) {
        #expect(throws: (any Error).self) { try parse(text) }
    }

    @Test(arguments: [
        [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x28, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0xC3], [0xFF, 0xFE],
    ])
    func notUTF8(_ bytes: [UInt8]) {
        #expect(throws: (any Error).self) { try JSONValue(parsing: Data(bytes)) }
    }

    /// Hostile nesting would end the process.
    @Test(arguments: [1_000, 10_000, 100_000]) func deepNesting(_ depth: Int) {
        let lists = String(repeating: "[", count: depth), objects = String(repeating: #"{"a":"#, count: depth)
        let texts = [
            lists, lists + String(repeating: "]", count: depth), objects,
            objects + "1" + String(repeating: "}", count: depth),
            String(repeating: #"[{"a":"#, count: depth / 2),
        ]
        for text in texts {
            #expect(throws: (any Error).self) { try parse(text) }
            #expect(throws: (any Error).self) { try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) }
        }
    }

    /// Unoptimised code needs a little more than 512 KB, under a sanitizer several times as much.
    @Test func theDeepestNestingFitsOnASmallStack() async throws {
        let lists = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        let objects = String(repeating: #"{"a":"#, count: 511) + "[]" + String(repeating: "}", count: 511)
        #expect(throws: GenerationError.self) { try parse("[\(lists)]") }
        for text in [lists, objects] {
            let same = await withCheckedContinuation { done in
                let thread = Thread {
                    let value = try? JSONValue(parsing: Data(text.utf8)),
                        other = try? JSONValue(parsing: Data(text.utf8))
                    let written = (try? value?.serialized()).map { String(decoding: $0, as: UTF8.self) }
                    done.resume(returning: value == other && value.hashValue == other.hashValue && written == text)
                }
                thread.stackSize = 4 << 20
                thread.start()
            }
            #expect(same)
        }
    }

    /// Each of these costs more than 20 times its text.
    @Test(arguments: ["[0]", #"{"":0}"#, #"{"":{}}"#])
    func whatCostsTooMuchMemoryIsRefused(_ unit: String) throws {
        func list(_ count: Int) -> String { "[\(Array(repeating: unit, count: count).joined(separator: ","))]" }
        #expect(try parse(list(10_000)).array?.count == 10_000)
        let error = #expect(throws: GenerationError.self) { try parse(list(600_000)) }
        #expect(error?.code == .responseTooLarge)
    }

    @Test(arguments: ["[]", "{}", #""""#, "0"]) func whatIsCheapIsRead(_ unit: String) throws {
        let text = "[\(Array(repeating: unit, count: 1_000_000).joined(separator: ","))]"
        #expect(try parse(text).array?.count == 1_000_000)
    }

    @Test func aCancelledTaskStops() async {
        let text = "[\(String(repeating: "0,", count: 100_000))0]"
        let work = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try JSONValue.ifValid(Data(text.utf8))
        }
        await #expect(throws: CancellationError.self) { try await work.value }
    }

    @Test func access() throws {
        let value = try parse(#"{"list":[1,"two",3.0,2.5,true,null],"object":{"a":null}}"#)
        let list = try #require(value["list"])
        #expect(list[0]?.integer == 1 && list[0]?.double == 1 && list[0]?.bool == nil && list[0]?.string == nil)
        #expect(list[1]?.string == "two" && list[1]?.integer == nil && list[1]?.array == nil)
        #expect(list[2]?.integer == 3 && list[3]?.integer == nil && list[3]?.double == 2.5)
        #expect(list[4]?.bool == true && list[4]?.integer == nil && list[4]?.double == nil)
        #expect(list[5]?.isNull == true && list[6] == nil && list[-1] == nil && list["a"] == nil)
        #expect(value[0] == nil && value["missing"] == nil && value["object"]?["a"]?.isNull == true)
        #expect(value.object?.count == 2 && list.array?.count == 6 && value.array == nil)
        #expect(JSONValue.number(1e300).integer == nil && JSONValue.number(.nan).integer == nil)
    }

    @Test func literals() {
        let value: JSONValue = ["a": 1, "b": 2.0, "c": [true, nil, "x"]]
        #expect(
            value == .object(["a": .integer(1), "b": .number(2), "c": .array([.bool(true), .null, .string("x")])]))
        #expect(value != ["a": 1.0, "b": 2.0, "c": [true, nil, "x"]])
        let twice: JSONValue = ["a": 1, "a": 2]
        #expect(twice == ["a": 2])
    }
}
