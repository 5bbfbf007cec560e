/// One cell of the matrix: a fault in a phase of a provider.
package struct FaultCell: Sendable, CustomStringConvertible {
    package let fault: Fault
    package let phase: FaultPhase
    package let subject: FaultSubject

    package init(fault: Fault, phase: FaultPhase, subject: FaultSubject) {
        (self.fault, self.phase, self.subject) = (fault, phase, subject)
    }

    package var description: String { "\(subject), \(phase.rawValue), \(fault.kind.rawValue): \(fault)" }

    /// Every fault in every phase of every provider, in the same order in every process.
    package static func all(_ faults: [Fault], _ subjects: [FaultSubject] = FaultSubject.all) -> [FaultCell] {
        faults.flatMap { fault in
            subjects.flatMap { subject in
                phases.filter { subject.phases.contains($0) && fault.phases.contains($0) }.map {
                    FaultCell(fault: fault, phase: $0, subject: subject)
                }
            }
        }
    }

    /// Every fault once in every phase that it belongs to. The providers that have the phase take turns, and so do the same
    /// phase with a redirect before it and without.
    package static func slice(_ faults: [Fault]) -> [FaultCell] {
        var turns: [FaultPhase: Int] = [:]
        return faults.flatMap { fault in
            phases.filter { $0 == $0.origin }.compactMap { origin in
                let cells = all([fault]).filter { $0.phase.origin == origin }
                guard !cells.isEmpty else { return nil }
                defer { turns[origin, default: 0] += 1 }
                return cells[turns[origin, default: 0] % cells.count]
            }
        }
    }

    private static let phases = FaultPhase.allCases
}
