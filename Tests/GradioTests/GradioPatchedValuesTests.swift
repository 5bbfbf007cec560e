import Foundation
import GeneratorCore
import GeneratorTesting
import TestPace
import Testing

@testable import Gradio

@Suite(.paced) struct GradioPatchedValuesTests {
    static let edits: [(JSONValue, JSONValue, JSONValue)] = [
        ("old", ["replace", [], "new"], "new"),
        ("ab", ["append", [], "c"], "abc"),
        (["url": "x", "n": 1], ["replace", ["url"], "y"], ["url": "y", "n": 1]),
        ([["caption": "a"]], ["append", [0, "caption"], "b"], [["caption": "ab"]]),
        ([1, 3], ["add", [1], 2], [1, 2, 3]),
        ([1, 2], ["add", [2], 3], [1, 2, 3]),
        ([1, 2, 3], ["delete", [1], nil], [1, 2]),
        ([[1, 2, 3]], ["delete", [0, -1], nil], [[1, 2]]),
        (["a": 1, "b": 2], ["delete", ["a"], nil], ["b": 2]),
        (["a": 1], ["add", ["b"], [1]], ["a": 1, "b": [1]]),
        (["a": ["b": [1, ["c": "x"]]]], ["replace", ["a", "b", 1, "c"], 5], ["a": ["b": [1, ["c": 5]]]]),
        (nil, ["replace", [], ["url": "x"]], ["url": "x"]),
    ]

    /// What one edit makes of one value.
    private static func edited(_ old: JSONValue, _ edits: [JSONValue]) throws -> JSONValue {
        var kept = GradioPatchedValues()
        try kept.replace([old])
        try kept.apply([.array(edits)])
        return try #require(kept.values.first)
    }

    @Test(arguments: edits.indices) func edit(_ index: Int) throws {
        let (old, edit, new) = Self.edits[index]
        #expect(try Self.edited(old, [edit]) == new)
    }

    @Test(
        arguments: [
            ["append", [], 5], ["append", ["missing"], "x"], ["delete", ["missing", 1], nil],
            ["delete", ["missing"], nil],
            ["replace", ["a", "b", "c"], 1], ["add", [9], 1], ["replace", [-1], 1], ["move", [], 1], ["replace"], 7,
            nil,
        ] as [JSONValue])
    func misfitIsAnError(_ edit: JSONValue) throws {
        for old in [["a": 1], [1, 2], "text"] as [JSONValue]
        where !(old == "text" && edit[0] == "replace" && edit[1] == []) {
            let error = #expect(throws: GenerationError.self) { try Self.edited(old, [edit]) }
            #expect(error?.code == .invalidResponse)
        }
    }

    @Test func everyOutputHasItsEdits() throws {
        var kept = GradioPatchedValues()
        try kept.replace(["a", 1])
        try kept.apply([[["append", [], "b"], ["append", [], "c"]], []])
        #expect(kept.values == ["abc", 1])
        #expect(throws: GenerationError.self) { try kept.apply([[]]) }
        #expect(throws: GenerationError.self) { try kept.apply([5, []]) }
    }

    // MARK: - Against a simple one

    /// The same edit by a function that calls itself and copies.
    private static func reference(_ old: JSONValue, _ path: ArraySlice<JSONValue>, _ edit: JSONValue) -> JSONValue? {
        let action = edit[0]?.string, value = edit[2] ?? .null
        guard let step = path.first else {
            switch action {
            case "replace", "add": return value
            case "delete": return .some(.null)
            default: return old.string.flatMap { old in value.string.map { .string(old + $0) } }
            }
        }
        let isLast = path.count == 1
        if var members = old.object, let key = step.string {
            if isLast, action == "add" || action == "replace" {
                members[key] = value
            } else if isLast, action == "delete" {
                guard members.removeValue(forKey: key) != nil else { return nil }
            } else {
                guard let new = members[key].flatMap({ reference($0, path.dropFirst(), edit) }) else { return nil }
                members[key] = new
            }
            return .object(members)
        }
        guard var elements = old.array, let index = step.integer else { return nil }
        if isLast, action == "delete" { return elements.popLast() == nil ? nil : .array(elements) }
        if isLast, action == "add" {
            guard (0...elements.count).contains(index) else { return nil }
            elements.insert(value, at: index)
            return .array(elements)
        }
        guard elements.indices.contains(index), let new = reference(elements[index], path.dropFirst(), edit) else {
            return nil
        }
        elements[index] = new
        return .array(elements)
    }

    private static func value(_ random: inout SplitMix64, depth: Int) -> JSONValue {
        let count = Int.random(in: 0...3, using: &random)
        switch Int.random(in: 0...(depth > 0 ? 6 : 2), using: &random) {
        case 0: return .integer(Int.random(in: 0...9, using: &random))
        case 1, 2: return .string(["", "a", "bc"].randomElement(using: &random) ?? "")
        case 3, 4: return .array((0..<count).map { _ in value(&random, depth: depth - 1) })
        default:
            return .object(
                Dictionary((0..<count).map { ("k\($0)", value(&random, depth: depth - 1)) }) { _, last in last })
        }
    }

    /// A path that mostly leads somewhere.
    private static func path(_ random: inout SplitMix64, in value: JSONValue) -> [JSONValue] {
        var path: [JSONValue] = []
        var current = value
        while Int.random(in: 0...9, using: &random) < 8 {
            let step: JSONValue =
                if let members = current.object {
                    .string(members.keys.sorted().randomElement(using: &random) ?? "new")
                } else if let elements = current.array {
                    .integer(Int.random(in: -1...elements.count, using: &random))
                } else {
                    ["x", 0].randomElement(using: &random) ?? 0
                }
            path.append(step)
            guard let next = step.string.flatMap({ current[$0] }) ?? step.integer.flatMap({ current[$0] }) else {
                break
            }
            current = next
        }
        return path
    }

    @Test(arguments: 1...10) func randomEditsMakeWhatASimpleEditorMakes(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var fits = 0, misfits = 0
        for _ in 0..<300 {
            var expected = Self.value(&random, depth: 5)
            var kept = GradioPatchedValues()
            try kept.replace([expected])
            for _ in 0..<8 {
                let path = Self.path(&random, in: expected)
                let action = ["replace", "append", "add", "delete"].randomElement(using: &random) ?? ""
                let edit: JSONValue = [.string(action), .array(path), Self.value(&random, depth: 2)]
                let before = kept.values
                guard let new = Self.reference(expected, path[...], edit) else {
                    misfits += 1
                    #expect(throws: GenerationError.self) { try kept.apply([[edit]]) }
                    break
                }
                fits += 1
                expected = new
                try kept.apply([[edit]])
                #expect(kept.values == [expected], "\(edit) of \(before)")
            }
        }
        #expect(fits > 100 && misfits > 50)
    }

    // MARK: - What a server may ask for

    @Test func valuesNestNoDeeperThanADocument() throws {
        var kept = GradioPatchedValues()
        try kept.replace([[:]])
        var path: [JSONValue] = []
        let error = #expect(throws: GenerationError.self) {
            for _ in 0..<100_000 {
                path.append("a")
                try kept.apply([[["add", .array(path), [:]]]])
            }
        }
        #expect(error?.code == .responseTooLarge)
        #expect(path.count == 512)
    }

    @Test func theKeptValueStaysSmall() throws {
        let piece = JSONValue.string(String(repeating: "a", count: 1 << 20))
        var kept = GradioPatchedValues()
        try kept.replace([""])
        var count = 0
        let error = #expect(throws: GenerationError.self) {
            while count < 1000 {
                try kept.apply([[["append", [], piece]]])
                count += 1
            }
        }
        #expect(error?.code == .responseTooLarge && count == 63)
        // What is replaced is kept no more.
        try kept.replace([piece])
        for _ in 0..<100 { try kept.apply([[["replace", [], piece], ["append", [], "b"]]]) }
        #expect(kept.values.first?.string?.utf8.count == 1 << 20 + 1)
    }

    @Test func manySmallEditsOfALongListTakeOneWalkEach() throws {
        var kept = GradioPatchedValues()
        try kept.replace([.array(Array(repeating: ["n": 0], count: 50_000))])
        let edits: [JSONValue] = (0..<50_000).map { ["replace", [.integer($0), "n"], 1] }
        try kept.apply([.array(edits)])
        #expect(kept.values.first?.array?.allSatisfy { $0["n"] == 1 } == true)
        // But what moves a long list for every edit is too much.
        let error = #expect(throws: GenerationError.self) {
            try kept.apply([.array(Array(repeating: ["add", [0], 0], count: 1000))])
        }
        #expect(error?.code == .responseTooLarge)
    }

    @Test func aCancelledTaskEditsNoMore() async throws {
        let edits = JSONValue.array(Array(repeating: ["replace", [0], 1], count: 100_000))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            var kept = GradioPatchedValues()
            try kept.replace([[0]])
            try kept.apply([edits])
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
