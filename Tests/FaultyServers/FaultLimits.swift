/// How long a run waits: long where the fault itself has to end it, however busy the machine, and short where a time-out
/// has to.
package struct FaultLimits: Sendable {
    package let timeout: Duration
    package let silence: Duration

    package init(_ end: Fault.End, patience: Int = 1) {
        switch end {
        case .fault: (timeout, silence) = (.seconds(120), .seconds(60))
        // A call without a queue has no limit but the deadline.
        case .silence: (timeout, silence) = (.seconds(4) * patience, .milliseconds(400) * patience)
        case .deadline: (timeout, silence) = (.seconds(2) * patience, .seconds(60))
        }
    }
}
