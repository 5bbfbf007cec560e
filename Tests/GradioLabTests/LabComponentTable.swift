import Foundation
import Gradio
import Testing

/// The table of the page "Calling any app", held against what components of real apps took and gave.
struct LabComponentTable: Sendable {
    private enum Side: String, CaseIterable { case takes = "goes in", gives = "comes out" }

    /// A form that a value of a component has: `{"image": FILE, "caption": "a text"}`.
    private struct Sample: Hashable {
        let component: String
        let side: Side
        let text: String
    }

    private var components: Set<String> = []
    private var forms: [Sample: JSONValue] = [:]

    static func read() throws -> LabComponentTable {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in 1...3 { folder.deleteLastPathComponent() }
        let page = folder.appendingPathComponent("Sources/Gradio/Gradio.docc/CallingAnyApp.md")
        var table = LabComponentTable()
        for line in try String(contentsOf: page, encoding: .utf8).split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.matches(of: /`([^`]+)`/).map { String($0.output.1) } }
            for component in cells.first ?? [] {
                table.components.insert(component)
                for (side, texts) in zip(Side.allCases, cells.dropFirst()) {
                    for text in texts {
                        let json = text.replacing(/FILE|JSON/) { "\"\($0.output)\"" }
                        table.forms[Sample(component: component, side: side, text: text)] = try JSONValue(
                            parsing: Data(json.utf8))
                    }
                }
            }
        }
        return table
    }

    /// Expects that the table has every component of a server and a form for every value.
    /// - Parameters:
    ///   - results: What became of the calls.
    ///   - server: What the server said of itself.
    /// - Returns: How many values had each form but `null`, which is rare.
    /// - Throws: Where the server does not say which components it has.
    func uses(by results: [JSONValue], of server: JSONValue) throws -> [String: Int] {
        for component in try #require(server["components"]?.array) {
            #expect(try components.contains(#require(component.string)), "The page has no \(component).")
        }
        var counts = Dictionary(uniqueKeysWithValues: forms.keys.map { ($0, 0) })
        var strange: [String] = []
        func look(at value: JSONValue, _ component: String, _ side: Side, orNothing isNothing: Bool = false) {
            let fitting = forms.keys.filter {
                $0.component == component && $0.side == side && forms[$0].map(value.fits) == true
            }
            for sample in fitting { counts[sample, default: 0] += 1 }
            if fitting.isEmpty, !isNothing {
                strange.append("\(component), \(side.rawValue): \(value.description.prefix(300))")
            }
        }
        for result in results where result["refused"] == nil {
            for pair in result["took"]?.array ?? [] {
                look(at: pair[1] ?? .null, pair[0]?.string ?? "", .takes)
            }
            let kinds = (result["components"]?.array ?? []).map { $0.string ?? "" }
            for values in result["outputs"]?.array ?? [] {
                // A generator that yields nothing gives no value at all.
                let isNothing = values.array?.allSatisfy(\.isNull) == true
                for (component, value) in zip(kinds, values.array ?? []) {
                    if value["__type__"] == "update" {
                        if let new = value["value"] { look(at: new, component, .gives) }
                    } else {
                        look(at: value, component, .gives, orNothing: isNothing)
                    }
                }
            }
        }
        #expect(strange.isEmpty, "The page does not tell of \(strange.prefix(10).joined(separator: "\n"))")
        return Dictionary(
            uniqueKeysWithValues: counts.filter { forms[$0.key] != .null }.map {
                ("the page's \($0.text) as what \($0.side.rawValue) for \($0.component)", $1)
            })
    }
}

extension JSONValue {
    /// Whether this has the form of a sample.
    fileprivate func fits(_ sample: JSONValue) -> Bool {
        switch (self, sample) {
        case (_, "JSON"): true
        case (.object(let members), "FILE"): members["$file"] != nil
        case (_, "FILE"): false
        case (.null, .null), (.string, .string), (.bool, .bool): true
        case (.integer, .integer), (.integer, .number), (.number, .integer), (.number, .number),
            (.largeNumber, .integer),
            (.largeNumber, .number):
            true
        case (.array(let values), .array(let samples)):
            values.allSatisfy { value in value.isNull || samples.contains(where: value.fits) }
        case (.object(let members), .object(let samples)):
            members.allSatisfy { name, value in
                (samples[name] ?? samples["NAME"]).map { value.isNull || value.fits($0) } ?? value.saysNothing
            }
        default: false
        }
    }

    /// Whether no value is in it.
    private var saysNothing: Bool {
        switch self {
        case .null: true
        case .array(let values): values.allSatisfy(\.saysNothing)
        case .object(let members): members.values.allSatisfy(\.saysNothing)
        default: false
        }
    }
}
