internal import Foundation
internal import ImageGenerators

/// The endpoints of an app, and how it is called for a picture, for people and for programs.
struct SpaceListing: Sendable {
    let endpoints: [GradioEndpoint]
    /// From a prompt, and with an input picture where that is another call.
    let mappings: [SpaceMapping]
    /// A text of the app without credentials: it was sent some, and may call anything after them.
    let hiding: @Sendable (String) -> String

    /// The object that `--json` writes.
    var object: [String: JSONValue] {
        [
            "endpoints": .array(endpoints.map { $0.object.mappingTexts(hiding) }),
            "mappings": .array(mappings.map { $0.object.mappingTexts(hiding) }),
        ]
    }

    /// For people: what the app lists in full, the rest in one line.
    var text: String { hiding(lines + mappings.flatMap(\.lines).joined()) }

    private var lines: String {
        guard endpoints.count > 1 else { return endpoints.flatMap(\.lines).joined() }
        let rest = endpoints.filter { !$0.isListed }.map { ($0.name?.printable(limit: 60) ?? "number") + " (\($0.id))" }
        return endpoints.filter(\.isListed).flatMap(\.lines).joined()
            + (rest.isEmpty ? "" : "not listed by the app: \(rest.prefix(50).joined(separator: ", "))\n")
    }
}

extension GradioEndpoint {
    /// Parameters and returns without those that are not for callers.
    private var visible: [GradioParameter] { parameters.filter { !$0.isHidden } }
    private var results: [String] { shown(returns.map(JSONValue.string)).map(\.component) }

    fileprivate var object: JSONValue {
        let parameters = visible.map { parameter -> JSONValue in
            var members: [String: JSONValue] = [
                "label": .string(parameter.label), "type": .string(parameter.component),
                "required": .bool(parameter.defaultValue == nil),
            ]
            members["name"] = parameter.name.map(JSONValue.string)
            members["default"] = parameter.defaultValue
            if !parameter.choices.isEmpty { members["choices"] = .array(parameter.choices.map(\.value)) }
            return .object(members)
        }
        var members: [String: JSONValue] = [
            "id": .integer(id), "parameters": .array(parameters), "returns": .array(results.map(JSONValue.string)),
        ]
        members["name"] = name.map(JSONValue.string)
        return .object(members)
    }

    fileprivate var lines: [String] {
        let title = name.map { $0.printable(limit: 80) } ?? "number \(id)"
        let returned = results.isEmpty ? "" : " → " + results.map { $0.printable(limit: 40) }.joined(separator: ", ")
        let rows = visible.enumerated().map { index, parameter in
            [
                (parameter.name ?? String(index + 1)).printable(limit: 40), parameter.component.printable(limit: 20),
                parameter.standard, parameter.description,
            ]
        }
        let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return [title + returned + "\n"]
            + rows.map { row in
                let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
                return ("    " + (cells + [row[3]]).joined(separator: "  ")).trimmingEnd + "\n"
            }
    }
}

extension GradioParameter {
    /// What is taken where nothing is given.
    fileprivate var standard: String {
        guard let defaultValue else { return "required" }
        return "default " + defaultValue.description.printable(limit: 40)
    }

    /// The label, and the range.
    fileprivate var description: String {
        let bounds = range.map { "\($0.lowerBound.plain) to \($0.upperBound.plain)" }
        let known = choices.prefix(20).map { $0.value.string ?? $0.value.description }.joined(separator: " | ")
        return [label.printable(limit: 80), bounds, known.printable(limit: 200)].compactMap { $0 }.filter {
            !$0.isEmpty
        }.joined(separator: ", ")
    }
}

extension String {
    fileprivate var trimmingEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}
