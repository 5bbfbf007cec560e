internal import FaultyServers

/// The page of the matrix, for people.
struct FaultPage {
    let curl: FaultMatrix
    let native: FaultMatrix?
    let heavy: [HeavyFault]
    let fallbacks: [FallbackRun]

    private static let columns: [(title: String, phases: [FaultPhase])] = [
        ("Hub", [.hub]), ("Discovery", [.discovery, .movedDiscovery]), ("Upload", [.upload]), ("Create", [.create]),
        ("Events", [.stream]), ("Poll", [.poll]), ("Download", [.download, .movedDownload]),
    ]

    var text: String {
        let kinds = Fault.Kind.allCases.compactMap { kind -> String? in
            let runs = (curl.runs + heavy.flatMap(\.matrix.runs)).filter { $0.cell.fault.kind == kind }
            return runs.isEmpty ? nil : "### \(kind.title)\n\n\(table(runs))"
        }
        return ([introduction] + kinds + [memory, foundation]).joined(separator: "\n")
    }

    private var introduction: String {
        """
        # What servers can do wrong

        Every way in which a server was made to go wrong, and what came of it.

        ## Overview

        Each row is a fault, and each column what the client was doing when it happened: asking the Hub where a Space is,
        asking an app or a service what it can do, sending an input picture, submitting the job, listening to its events,
        asking how it is, and fetching the finished picture. Discovery and download were tried with a redirect before them
        too. The cell names how the generations ended, the most frequent end first: with the result, or with the code of a
        `GenerationError`. An empty cell is a fault that cannot happen there. Every fault was tried with every provider on
        each of its routes.

        None of these runs submitted a job a second time that was or may have been taken. None sent a credential or the
        prompt to another origin, repeated one of them in an error, put a control character into an error, or said
        something untrue about whether the job was accepted. Each ended by its fault, or within its time-out.

        - Over libcurl: \(sentence(curl))
        \(native.map { "- Over URLSession on Linux: \(sentence($0))\n" } ?? "")
        Every fault of a submission was tried once more with another provider behind the first (`FallbackProvider`):
        \(fallbacks.count) runs, of which \(fallbacks.filter { $0.hops > 0 }.count) went on to the second, and none paid twice.

        The page is written by `swift run fault-matrix Sources/ImageGenerators/ImageGenerators.docc/FaultMatrix.md`, which
        takes about a quarter of an hour on two busy cores.

        """
    }

    private func sentence(_ matrix: FaultMatrix) -> String {
        let results = matrix.runs.filter { $0.result.outcome == FaultRun.recovery }.count
        let deaths = matrix.runs.filter { $0.result.outcome == FaultRun.death }.count
        let creates = matrix.runs.reduce(0) { $0 + $1.result.counts.creates }
        let errors = matrix.runs.count - results - deaths
        return "\(matrix.runs.count) generations, of which \(results) gave their result, \(errors) ended with an error"
            + (deaths > 0 ? ",\n  and \(deaths) ended the process." : ",\n  and none ended the process.")
            + " They submitted \(creates) jobs."
    }

    private func table(_ runs: [FaultRun]) -> String {
        let columns = Self.columns.filter { column in runs.contains { column.phases.contains($0.cell.phase) } }
        var names: [String] = []
        for run in runs where names.last != run.cell.fault.name && !names.contains(run.cell.fault.name) {
            names.append(run.cell.fault.name)
        }
        let byFault = Dictionary(grouping: runs, by: \.cell.fault.name)
        let rows = names.map { name in
            let cells = columns.map { column in
                Self.outcomes((byFault[name] ?? []).filter { column.phases.contains($0.cell.phase) })
            }
            return "| " + ([name] + cells).joined(separator: " | ") + " |"
        }
        let head = "| " + (["Fault"] + columns.map(\.title)).joined(separator: " | ") + " |"
        return ([head, "|" + String(repeating: "---|", count: columns.count + 1)] + rows).joined(separator: "\n") + "\n"
    }

    private static func outcomes(_ runs: [FaultRun]) -> String {
        Dictionary(grouping: runs, by: \.result.outcome).sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
            .map { $0.key == FaultRun.recovery ? "result" : $0.key == FaultRun.death ? $0.key : "`\($0.key)`" }
            .joined(separator: ", ")
    }

    private var memory: String {
        let rows = heavy.map { "| \($0.fault) | \(max(0, $0.megabytes)) MB |" }.joined(separator: "\n")
        return """
            ## Memory

            What a server can send without an end, or pack into little, is tried on one provider that listens to events and
            on one that polls. Client and server together grew by this much:

            | Fault | Growth |
            |---|---|
            \(rows)

            """
    }

    private var foundation: String {
        guard let native else { return "" }
        let ends = native.runs.filter { $0.result.outcome == FaultRun.death }
        let again = native.runs.filter { $0.isKnownOfFoundation && $0.result.outcome != FaultRun.death }
        func phases(_ runs: [FaultRun]) -> String {
            Self.columns.filter { column in runs.contains { column.phases.contains($0.cell.phase) } }
                .map { $0.title.lowercased() }.joined(separator: ", ")
        }
        func rows(_ runs: [FaultRun], _ what: String) -> [String] {
            Dictionary(grouping: runs, by: \.cell.fault.name).sorted { $0.key < $1.key }
                .map { "| \($0.key) | \(phases($0.value)) | \($0.value.count) | \(what) |" }
        }
        let lines = rows(ends, "the process ends") + rows(again, "waits until the time-out")
        return """
            ## What URLSession on Linux does not survive

            These are the only exceptions. The process ends inside Foundation, before any code of this package hears of the
            answer; and an event stream whose connection dies before its first byte is asked for a second time by libcurl
            underneath Foundation, so that events which were lost are waited for until the time-out. This is why libcurl
            itself is the default there.

            | Fault | While | Runs | What happens |
            |---|---|---|---|
            \(lines.joined(separator: "\n"))

            """
    }
}

extension Fault.Kind {
    fileprivate var title: String {
        switch self {
        case .connection: "Connections that break, and framing that lies"
        case .silence: "Silence"
        case .http: "HTTP that is bent"
        case .status: "Statuses and redirects"
        case .content: "Content that makes no sense"
        case .result: "Results that are none"
        case .words: "Hostile words"
        case .time: "Clocks that jump"
        }
    }
}
