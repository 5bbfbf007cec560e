import FaultyServers
import GeneratorTransport
import TestPace
import Testing

@Suite("Fault matrix, with a second provider", .paced)
struct FallbackMatrixTests {
    private static let faults = Fault.all.filter { $0.phases.contains(.create) && !$0.isHeavy }
    private static let subjects = FaultSubject.all.filter { $0.phases.contains(.create) }

    /// Every fault once; the providers take turns.
    @Test("nothing is paid for twice, whatever happens to the first one's submission", arguments: Fault.Kind.allCases)
    func neverTwice(_ kind: Fault.Kind) async throws {
        let cells = Self.faults.enumerated().filter { $0.element.kind == kind }.map { index, fault in
            (Self.subjects[index % Self.subjects.count], fault)
        }
        for run in try await FallbackRun.runs(of: cells) where !run.complaints.isEmpty {
            Issue.record("\(run): \(run.complaints)")
        }
    }

    @Test("a server that refuses passes the work on, and one that may have taken the job does not")
    func refusals() async throws {
        let subject = try #require(FaultSubject.all.first { $0.description.hasPrefix("prodia v2") })
        let refusal = try #require(Self.faults.first { $0.isRefusal && $0.times == nil })
        let passed = try await FallbackRun(subject, refusal)
        #expect(passed.isDone && passed.hops == 1 && passed.second.taken == 1)
        let lost = try #require(
            Self.faults.first { $0.name == "RST before a byte" })
        let kept = try await FallbackRun(subject, lost)
        #expect(kept.error != nil && kept.hops == 0 && kept.second.creates == 0, "\(kept): \(kept.complaints)")
    }
}
