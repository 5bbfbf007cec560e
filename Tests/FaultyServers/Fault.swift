package import GeneratorCore

/// One way in which a server goes wrong.
package struct Fault: Sendable, CustomStringConvertible {
    /// What is broken.
    package enum Kind: String, Sendable, CaseIterable {
        case connection, silence, http, status, content, result, words, time
    }

    /// What ends the run.
    package enum End: Sendable {
        /// The fault itself: no time-out may.
        case fault
        /// The longest silence that the client bears.
        case silence
        /// The deadline of the whole run.
        case deadline
    }

    package typealias Act = @Sendable (FaultExchange) async throws -> Void

    package let kind: Kind
    package let name: String
    /// Where it can happen.
    package var phases: Set<FaultPhase>
    /// What the run may end with.
    package let errors: Set<GenerationError.Code>
    /// Whether the run may end well.
    package let mayRecover: Bool
    package var end = End.fault
    /// How often it happens before all goes well again; `nil` for ever.
    package var times: Int?
    /// Whether a job that is answered so was certainly not taken, and may be submitted again.
    package var isRefusal = false
    /// Whether a part of a word may be left, which is then taken for a state of a job that nobody knows, and waited on.
    package var leavesWords = false
    /// Whether it costs the server so much that it is tried on few providers only.
    package var isHeavy = false
    package let act: Act

    package init(
        _ kind: Kind, _ name: String, in phases: Set<FaultPhase> = FaultPhase.all,
        _ errors: Set<GenerationError.Code>, recovers: Bool = false, _ act: @escaping Act
    ) {
        self.kind = kind
        self.name = name
        self.phases = phases
        self.errors = errors
        mayRecover = recovers
        self.act = act
    }

    package var description: String { name }

    /// What ends the run in a phase.
    package func end(in phase: FaultPhase) -> End { phase == .poll && leavesWords ? .deadline : end }

    /// What the run may end with in a phase.
    package func errors(in phase: FaultPhase) -> Set<GenerationError.Code> {
        end(in: phase) == .deadline ? errors.union([.timedOut]) : errors
    }

    func ending(by end: End) -> Fault { with { $0.end = end } }
    func happening(_ times: Int) -> Fault { with { $0.times = times } }
    var heavy: Fault { with { $0.isHeavy = true } }
    var leavingWords: Fault { with { $0.leavesWords = true } }

    func with(_ change: (inout Fault) -> Void) -> Fault {
        var copy = self
        change(&copy)
        return copy
    }
}
