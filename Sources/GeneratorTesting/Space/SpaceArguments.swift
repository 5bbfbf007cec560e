internal import Foundation
internal import Gradio

/// The arguments of `/infer`: prompt, seed, randomize_seed, width, height, num_inference_steps.
struct SpaceArguments: Sendable {
    static let parameters:
        [(name: String, label: String, component: String, range: ClosedRange<Int>?, value: JSONValue)] = [
            ("prompt", "Prompt", "textbox", nil, nil),
            ("seed", "Seed", "slider", 0...2_147_483_647, 0),
            ("randomize_seed", "Randomize seed", "checkbox", nil, true),
            ("width", "Width", "slider", 256...2048, 1024),
            ("height", "Height", "slider", 256...2048, 1024),
            ("num_inference_steps", "Number of inference steps", "slider", 1...50, 4),
        ]

    let prompt: String
    let seed: Int
    let width: Int
    let height: Int

    /// - Throws: ``SpaceFailure`` as Gradio words it.
    init(_ values: [JSONValue], release: GradioRelease) throws {
        guard values.count >= Self.parameters.count else { throw Self.tooFew(values) }
        if release.checksRanges {
            for (index, (value, parameter)) in zip(values, Self.parameters).enumerated() {
                guard let range = parameter.range else { continue }
                guard let number = value.double else { throw Self.noNumber(value, at: index) }
                let text = value.integer.map(String.init) ?? String(number)
                if number < Double(range.lowerBound) {
                    throw SpaceFailure.error("Value \(text) is less than minimum value \(range.lowerBound).")
                }
                if number > Double(range.upperBound) {
                    throw SpaceFailure.error("Value \(text) is greater than maximum value \(range.upperBound).")
                }
            }
        }
        guard let prompt = values[0].string else {
            throw SpaceFailure.crash("'NoneType' object has no attribute 'split'")
        }
        self.prompt = prompt
        let isRandom = values[2].bool ?? true
        seed = isRandom ? Int.random(in: 0...2_147_483_647) : values[1].whole ?? 0
        width = min(4096, max(1, values[3].whole ?? 1024))
        height = min(4096, max(1, values[4].whole ?? 1024))
    }

    private static func tooFew(_ values: [JSONValue]) -> SpaceFailure {
        let wanted = parameters.map { parameter in
            "<gradio.components.\(parameter.component).\(parameter.component.capitalized) object at 0x7f0000000000>"
        }
        return .crash(
            """
            An event handler (infer) didn't receive enough input values (needed: \(wanted.count), got: \(values.count)).
            Check if the event handler calls a Javascript function, and make sure its return value is correct.
            Wanted inputs:
                [\(wanted.joined(separator: ", "))]
            Received inputs:
                [\(values.map { $0.string.map { "\"\($0)\"" } ?? $0.python.text }.joined(separator: ", "))]
            """)
    }

    private static func noNumber(_ value: JSONValue, at index: Int) -> SpaceFailure {
        let (text, type) = value.python
        return .crash(
            """
            Could not preprocess input component at index \(index) (a `slider` component) of the event handler (named \
            "infer") with input components: [\(parameters.map(\.component).joined(separator: ", "))].

            Expected a `float`, but the value passed to the event handler was: \(text) (of type `\(type)`).

            Original error: TypeError: '<' not supported between instances of '\(type)' and 'int'
            """)
    }
}

extension JSONValue {
    /// A number, also one that was sent as text: the app converts it.
    fileprivate var whole: Int? { integer ?? string.flatMap { Int($0) } }

    /// The value and its type as Python names them.
    fileprivate var python: (text: String, type: String) {
        switch self {
        case .null: ("None", "NoneType")
        case .bool(let value): (value ? "True" : "False", "bool")
        case .integer(let value): (String(value), "int")
        case .number(let value): (String(value), "float")
        case .string(let value): ("'\(value)'", "str")
        case .array: ("[...]", "list")
        case .object: ("{...}", "dict")
        }
    }
}

/// How a job of the embedded Space fails.
enum SpaceFailure: Error {
    /// The app raised an error that is meant to be read.
    case error(String)
    /// The app broke.
    case crash(String)
}
