import Foundation
import Gradio

/// The arguments of a call, checked as Gradio checks them before it calls the function.
struct SpaceArguments: Sendable {
    private let endpoint: SpaceEndpoint
    private let values: [JSONValue]

    /// - Throws: ``SpaceFailure`` as Gradio words it.
    init(_ values: [JSONValue], of endpoint: SpaceEndpoint, release: GradioRelease) throws {
        self.endpoint = endpoint
        // What is too much is ignored.
        self.values = values
        guard values.count >= endpoint.parameters.count else { throw tooFew }
        guard release.checksRanges else { return }
        for (index, (value, parameter)) in zip(values, endpoint.parameters).enumerated() {
            guard let range = parameter.range else { continue }
            guard let number = value.double else { throw noNumber(value, at: index) }
            let text = OrderedJSON(plain: number).compact
            if number < range.lowerBound {
                throw SpaceFailure.error(
                    "Value \(text) is less than minimum value \(OrderedJSON(plain: range.lowerBound).compact).")
            }
            if number > range.upperBound {
                throw SpaceFailure.error(
                    "Value \(text) is greater than maximum value \(OrderedJSON(plain: range.upperBound).compact).")
            }
        }
    }

    subscript(name: String) -> JSONValue {
        endpoint.parameters.firstIndex { $0.name == name }.map { values[$0] } ?? .null
    }

    /// The text that decides what happens: the prompt, or the question.
    func text() throws -> String {
        let parameter = endpoint.parameters.first { $0.kind == .textbox }
        guard let text = parameter.flatMap({ self[$0.name].string }) else {
            throw SpaceFailure.crash("'NoneType' object has no attribute 'split'")
        }
        return text
    }

    /// A number, also one that was sent as text: the app converts it. The component's own value where there is none.
    func whole(_ name: String) -> Int {
        if let number = self[name].double { return Int(exactly: number.rounded()) ?? 0 }
        if let number = self[name].string.flatMap({ Int($0) }) { return number }
        guard case .integer(let value) = endpoint.parameters.first(where: { $0.name == name })?.value else { return 0 }
        return value
    }

    private var tooFew: SpaceFailure {
        let wanted = endpoint.parameters.map { parameter in
            let name = parameter.kind.rawValue
            return "<gradio.components.\(name).\(name.capitalized) object at 0x7f0000000000>"
        }
        return .crash(
            """
            An event handler (\(endpoint.name)) didn't receive enough input values (needed: \(wanted.count), got: \
            \(values.count)).
            Check if the event handler calls a Javascript function, and make sure its return value is correct.
            Wanted inputs:
                [\(wanted.joined(separator: ", "))]
            Received inputs:
                [\(values.map { $0.string.map { "\"\($0)\"" } ?? $0.python.text }.joined(separator: ", "))]
            """)
    }

    private func noNumber(_ value: JSONValue, at index: Int) -> SpaceFailure {
        let (text, type) = value.python
        return .crash(
            """
            Could not preprocess input component at index \(index) (a `slider` component) of the event handler (named \
            "\(endpoint.name)") with input components: \
            [\(endpoint.parameters.map(\.kind.rawValue).joined(separator: ", "))].

            Expected a `float`, but the value passed to the event handler was: \(text) (of type `\(type)`).

            Original error: TypeError: '<' not supported between instances of '\(type)' and 'int'
            """)
    }
}

extension JSONValue {
    /// The value and its type as Python names them.
    fileprivate var python: (text: String, type: String) {
        switch self {
        case .null: ("None", "NoneType")
        case .bool(let value): (value ? "True" : "False", "bool")
        case .integer(let value): (String(value), "int")
        case .number(let value): (String(value), "float")
        case .largeNumber(let text): (text, "float")
        case .string(let value): ("'\(value)'", "str")
        case .array: ("[...]", "list")
        case .object: ("{...}", "dict")
        }
    }
}
