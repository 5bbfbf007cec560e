/// Writes the events of `/call/{name}/{event_id}`, which say less than those of the queue.
struct SpaceCallWriter: Sendable {
    let release: GradioRelease

    static let heartbeat = "event: heartbeat\ndata: null\n\n"

    /// Nobody knows the job (any more).
    var lost: String { Self.event("error", .string(release.lostJob)) }

    /// - Returns: The event; `nil` for what this flow does not tell.
    func event(_ message: SpaceMessage) -> String? {
        switch message {
        case .generating(let values, _): Self.event("generating", .array(values))
        case .completed(let values, _): Self.event("complete", .array(values))
        case .cancelled: Self.event("complete", nil)
        case .failed(let failure):
            Self.event("error", release.explainsFailures ? failure.described(by: release) : nil)
        case .waiting, .started, .progress, .log, .death: nil
        }
    }

    private static func event(_ kind: String, _ data: OrderedJSON) -> String {
        "event: \(kind)\ndata: \(data.spaced)\n\n"
    }
}
