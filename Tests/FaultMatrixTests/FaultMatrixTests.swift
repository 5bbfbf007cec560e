import FaultyServers
import Foundation
import GeneratorCore
import GeneratorTransport
import TestPace
import Testing

@Suite("Fault matrix", .paced)
struct FaultMatrixTests {
    @Test("every provider ends well where nothing goes wrong", arguments: FaultSubject.all)
    func sanity(_ subject: FaultSubject) async throws {
        let nothing = Fault(.connection, "none", [], recovers: true) { exchange in try await exchange.pass() }
        let run = try await FaultRun(FaultCell(fault: nothing, phase: .create, subject: subject))
        #expect(run.result.outcome == FaultRun.recovery && run.result.complaints.isEmpty, "\(run)")
    }

    /// Each fault once in each phase, the providers taking turns; `swift run fault-matrix` tries them all.
    @Test("no fault gets through but as a typed error, and nothing is paid for twice", arguments: Fault.Kind.allCases)
    func slice(_ kind: Fault.Kind) async throws {
        check(try await FaultMatrix(FaultCell.slice(Fault.all.filter { $0.kind == kind && !$0.isHeavy })))
    }

    @Test("what never ends fills no memory", .alone, arguments: Fault.all.filter(\.isHeavy))
    func heavy(_ fault: Fault) async throws {
        let heavy = try await HeavyFault(fault)
        // What is unbounded takes gigabytes, and a sanitizer alone keeps hundreds of megabytes of what was let go.
        // `fault-matrix` holds it to 100 MB.
        #expect(heavy.megabytes < 1000)
        check(heavy.matrix)
    }

    @Test("what a server repeats is printed nowhere", arguments: Fault.echoes)
    func echo(_ echo: Fault) async throws {
        check(try await FaultMatrix(FaultCell.all([echo]).filter { $0.phase == $0.phase.origin }))
    }

    private func check(_ matrix: FaultMatrix) {
        #expect(!matrix.runs.isEmpty)
        for run in matrix.runs where !run.result.complaints.isEmpty {
            Issue.record("\(run.cell): \(run.result.complaints)")
        }
    }

    @Test("the slice holds every fault in every phase, and every provider")
    func wholeSlice() {
        let slice = FaultCell.slice(Fault.all)
        for fault in Fault.all {
            let phases = slice.filter { $0.fault.kind == fault.kind && $0.fault.name == fault.name }.map(\.phase.origin)
            #expect(Set(phases) == Set(fault.phases.map(\.origin)))
        }
        #expect(Set(slice.map(\.phase)) == FaultPhase.all)
        #expect(Set(slice.map(\.subject.description)) == Set(FaultSubject.all.map(\.description)))
        #expect(Set(slice.map(\.description)).isSubset(of: FaultCell.all(Fault.all).map(\.description)))
    }

    @Test("the page names every fault, and what Foundation does not survive")
    func page() throws {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 1...3 { root.deleteLastPathComponent() }
        let page = try String(
            contentsOf: root.appending(path: "Sources/ImageGenerators/ImageGenerators.docc/FaultMatrix.md"),
            encoding: .utf8)
        let parts = page.components(separatedBy: "## What URLSession on Linux does not survive")
        let rows = try #require(parts.first).split(separator: "\n")
        for fault in Fault.all {
            #expect(rows.contains { $0.hasPrefix("| \(fault.name) |") }, "\(fault) is not on the page: see its end.")
        }
        for name in FaultRun.endsFoundation.union(FaultRun.isAskedAgainByFoundation) {
            #expect(parts.last?.contains("| \(name) |") == true, "\(name) is not on the page.")
        }
    }
}
