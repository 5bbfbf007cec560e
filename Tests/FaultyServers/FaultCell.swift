/// One cell of the matrix: a fault in a phase of a provider.
package struct FaultCell: Sendable, CustomStringConvertible {
    package let fault: Fault
    package let phase: FaultPhase
    package let subject: FaultSubject

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

    /// Every fault once in every phase that it belongs to, each time with the next of the providers that have the phase.
    package static func slice(_ faults: [Fault]) -> [FaultCell] {
        var turns: [FaultPhase: Int] = [:]
        return faults.flatMap { fault in
            phases.filter { fault.phases.contains($0) }.compactMap { phase in
                let subjects = FaultSubject.all.filter { $0.phases.contains(phase) }
                guard !subjects.isEmpty else { return nil }
                let turn = turns[phase, default: 0]
                turns[phase] = turn + 1
                return FaultCell(fault: fault, phase: phase, subject: subjects[turn % subjects.count])
            }
        }
    }

    private static let phases = FaultPhase.allCases
}
