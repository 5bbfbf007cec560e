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
        for phase in subject.phases {
            let nothing = Fault(.connection, "none", [], recovers: true) { exchange in try await exchange.pass() }
            let run = try await FaultRun(nothing, in: phase, of: subject, over: FaultMatrix.transport)
            #expect(
                run.error == nil && run.complaints.isEmpty,
                "\(phase): \(run.complaints) \(String(describing: run.error))")
        }
    }

    /// Whether tables are asked for: then everything is tried, else what holds without exception and takes seconds.
    private static let isWhole: Bool = ProcessInfo.processInfo.environment["FAULT_MATRIX"] != nil
    private static let faultKinds: [Fault.Kind] = isWhole ? Fault.Kind.allCases : [.silence]
    private static let heavyFaults: [Fault] = Fault.all.filter {
        $0.isHeavy && (isWhole || $0.name.contains("members"))
    }

    @Test("no fault gets through but as a typed error, and nothing is paid for twice", arguments: faultKinds)
    func matrix(_ kind: Fault.Kind) async throws {
        let matrix = try await FaultMatrix(Fault.all.filter { $0.kind == kind && !$0.isHeavy }, FaultSubject.all)
        try report(matrix, as: "\(kind)")
    }

    @Test("what never ends takes no more memory than its limit", .alone, arguments: heavyFaults)
    func heavy(_ fault: Fault) async throws {
        let subjects = FaultSubject.all.filter { ["flux1-schnell call", "prodia v2-async"].contains($0.description) }
        let start = ResidentMemory.now
        let watch = Task {
            var highest = start
            while !Task.isCancelled {
                highest = max(highest, ResidentMemory.now)
                try? await Task.sleep(for: .milliseconds(10))
            }
            return highest
        }
        let matrix = try await FaultMatrix([fault], subjects, atOnce: 1)
        watch.cancel()
        let growth = await watch.value - start
        #expect(growth < 100 << 20, "\(fault) took \(growth >> 20) MB")
        try report(matrix, as: "heavy \(fault.name.replacing("/", with: " "))")
        print("\(fault): \(growth >> 20) MB")
    }

    private func report(_ matrix: FaultMatrix, as name: String) throws {
        for run in matrix.runs where !run.complaints.isEmpty {
            Issue.record(
                "\(run.subject), \(run.phase.rawValue), \(run.fault.kind.rawValue) \(run.fault): \(run.complaints)")
        }
        print(name, matrix.totals)
        if let directory = ProcessInfo.processInfo.environment["FAULT_MATRIX"] {
            try Data(FaultReport(matrix.runs).tables.utf8)
                .write(to: URL(fileURLWithPath: directory).appending(path: "\(name).md"))
        }
    }
}
