import Foundation
import GeneratorCore
import TestPace
import Testing

@testable import Gradio

@Suite(.paced) struct GradioPatchTests {
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

    @Test(arguments: edits.indices) func edit(_ index: Int) throws {
        let (old, edit, new) = Self.edits[index]
        #expect(try GradioPatch(edit).applied(to: old) == new)
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
            let result = Result { try GradioPatch(edit).applied(to: old) }
            if case .success(let value) = result {
                Issue.record("\(edit) made \(value) of \(old)")
            } else if case .failure(let error) = result {
                #expect((error as? GenerationError)?.code == .invalidResponse)
            }
        }
    }

    @Test func everyOutputHasItsEdits() throws {
        let new = try GradioPatch.apply([[["append", [], "b"], ["append", [], "c"]], []], to: ["a", 1])
        #expect(new == ["abc", 1])
        #expect(throws: GenerationError.self) { try GradioPatch.apply([[]], to: ["a", 1]) }
        #expect(throws: GenerationError.self) { try GradioPatch.apply([5], to: ["a"]) }
    }
}
