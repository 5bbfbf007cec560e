internal import GeneratorTransport

/// The table of a matrix's runs, for people: one row for a fault in a phase, all providers that it was tried on together.
package struct FaultReport: Sendable {
    private let runs: [FaultRun]

    package init(_ runs: [FaultRun]) { self.runs = runs }

    /// A table for each kind of fault, in Markdown.
    package var tables: String {
        Fault.Kind.allCases.compactMap { kind in
            let runs = runs.filter { $0.fault.kind == kind }
            return runs.isEmpty
                ? nil : "### \(kind.rawValue.prefix(1).uppercased())\(kind.rawValue.dropFirst())\n\n" + table(runs)
        }.joined(separator: "\n")
    }

    private func table(_ runs: [FaultRun]) -> String {
        var rows: [String] = ["| fault | phase | ends with | submitted, taken | longest |", "|---|---|---|---|---|"]
        var groups: [String: [FaultRun]] = [:], order: [String] = []
        for run in runs {
            let key = "\(run.fault.name) | \(run.phase.rawValue)"
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(run)
        }
        for key in order {
            let group = groups[key] ?? []
            let longest = group.map(\.duration).max() ?? .zero
            let submissions = Self.range(group.map(\.counts.creates)) + ", " + Self.range(group.map(\.counts.taken))
            rows.append("| \(key) | \(Self.outcomes(of: group)) | \(submissions) | \(Self.rounded(longest)) |")
        }
        return rows.joined(separator: "\n") + "\n"
    }

    /// `connectionLost` alone where all ended so; else with the names of the few.
    private static func outcomes(of group: [FaultRun]) -> String {
        var found: [(outcome: String, subjects: [String])] = []
        for run in group {
            let outcome = run.outcome == "recovery" ? "the result" : "`\(run.outcome)`"
            if let index = found.firstIndex(where: { $0.outcome == outcome }) {
                found[index].subjects.append(run.subject.description)
            } else {
                found.append((outcome, [run.subject.description]))
            }
        }
        found.sort { $0.subjects.count > $1.subjects.count }
        return found.enumerated().map { index, entry in
            index == 0 ? entry.outcome : "\(entry.outcome) (\(entry.subjects.joined(separator: ", ")))"
        }.joined(separator: "; ")
    }

    private static func range(_ numbers: [Int]) -> String {
        guard let least = numbers.min(), let most = numbers.max() else { return "" }
        return least == most ? "\(least)" : "\(least)–\(most)"
    }

    private static func rounded(_ duration: Duration) -> String {
        let tenths = Int((duration.seconds * 10).rounded(.up))
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
