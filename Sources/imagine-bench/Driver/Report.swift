import Foundation

/// Prints the results: each group of the table as soon as it is there, or one JSON document at the end.
final class Report {
    private struct Document: Encodable {
        struct Figure: Encodable {
            let median, min, max: Double
        }
        struct Row: Encodable {
            let row, label: String
            let figures: [String: Figure]
            let failure: String?
        }
        struct Goal: Encodable {
            let row, words: String
            let value, limit: Double
            let isMet: Bool
        }

        var rows: [Row] = []
        var goals: [Goal] = []
    }

    private let isJSON: Bool
    private var document = Document()

    init(isJSON: Bool) { self.isJSON = isJSON }

    func add(_ group: Group, _ outcomes: [Outcome]) {
        let verdicts = group.goals.compactMap { Verdict($0, outcomes) }
        guard isJSON else { return Console.output(Self.table(group, outcomes, verdicts)) }
        for outcome in outcomes {
            var figures: [String: Document.Figure] = [:]
            for (key, values) in outcome.values {
                guard let median = outcome.median(key), let min = values.min(), let max = values.max() else {
                    continue
                }
                figures[key] = Document.Figure(median: median, min: min, max: max)
            }
            document.rows.append(
                Document.Row(
                    row: outcome.row.id, label: outcome.row.label, figures: figures, failure: outcome.failure))
        }
        for verdict in verdicts {
            document.goals.append(
                Document.Goal(
                    row: verdict.goal.row, words: verdict.goal.words, value: verdict.value, limit: verdict.goal.limit,
                    isMet: verdict.isMet))
        }
    }

    func finish() {
        guard isJSON else { return Console.output("imagine-bench --help says what each row and column is.") }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        guard let data = try? encoder.encode(document) else { return }
        Console.output(String(decoding: data, as: UTF8.self))
    }

    private static let labelWidth = 46
    private static let cellWidth = 16

    private static func table(_ group: Group, _ outcomes: [Outcome], _ verdicts: [Verdict]) -> String {
        var lines = [line(group.title, group.columns.map(\.heading))]
        for outcome in outcomes {
            let cells = group.columns.map { column in outcome.median(column.key).map { column.text($0) } ?? "-" }
            lines.append(line("  " + outcome.row.label, outcome.failure == nil ? cells : ["failed"]))
            for verdict in verdicts where verdict.goal.row == outcome.row.id { lines.append(text(verdict, group)) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func line(_ label: String, _ cells: [String]) -> String {
        label.padded(to: labelWidth) + cells.map { $0.padded(to: cellWidth, atStart: true) }.joined()
    }

    private static func text(_ verdict: Verdict, _ group: Group) -> String {
        let goal = verdict.goal
        let column = group.columns.first { $0.key == goal.key }
        func text(_ value: Double) -> String {
            if goal.peer != nil { return Column.short(value) + " x" }
            return column?.text(value) ?? Column.short(value)
        }
        let bound = "\(goal.isLeast ? ">=" : "<=") \(text(goal.limit))"
        return "    \(verdict.isMet ? "ok    " : "MISSED") \(goal.words): \(text(verdict.value)) (\(bound))"
    }
}

extension String {
    func padded(to width: Int, atStart: Bool = false) -> String {
        let room = String(repeating: " ", count: max(0, width - count))
        return atStart ? room + self : self + room
    }
}
