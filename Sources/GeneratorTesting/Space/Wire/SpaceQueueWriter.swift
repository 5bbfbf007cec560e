import Foundation

/// Writes the messages of `/queue/data`. Pure, but for the values that it remembers in order to send changes.
struct SpaceQueueWriter: Sendable {
    let release: GradioRelease
    private var values: [String: [OrderedJSON]] = [:]

    init(release: GradioRelease) { self.release = release }

    static let heartbeat = event(["msg": "heartbeat", "event_id": nil])
    static let close = event(["msg": "close_stream", "event_id": nil])

    /// Nobody knows the session (any more).
    var lost: String {
        let error: OrderedJSON = ["msg": "unexpected_error", "event_id": nil, "message": .string(release.lostJob)]
        return Self.event(
            (release.namesLostSessions ? error + ["session_not_found": true] : error) + ["success": false])
    }

    /// - Returns: The event; `nil` for a death, which says nothing.
    mutating func event(_ message: SpaceMessage, of job: String) -> String? {
        func named(_ kind: OrderedJSON, _ members: KeyValuePairs<String, OrderedJSON>) -> OrderedJSON {
            ["msg": kind, "event_id": .string(job)] + members
        }
        switch message {
        case .waiting(let rank, let size, let eta):
            return Self.event(
                named(
                    "estimation",
                    ["rank": .integer(rank), "queue_size": .integer(size), "rank_eta": .optional(eta)]))
        case .started(let eta): return Self.event(named("process_starts", ["eta": .optional(eta)]))
        case .progress(let progress):
            return Self.event(named("progress", ["progress_data": .array(progress.map { [Self.bar($0)] } ?? [])]))
        case .log(let log): return Self.event(logged(log, of: job))
        case .generating(let values, let timing):
            let data = self.values[job].map { SpacePatch.edits(from: $0, to: values) } ?? .array(values)
            self.values[job] = values
            let message = named(
                "process_generating",
                ["output": release.output(data, isGenerating: true, timing), "success": true])
            return Self.event(release.hasTimeLimits ? message + ["time_limit": nil] : message)
        case .completed(let data, let timing):
            let output = release.output(.array(data), isGenerating: false, timing)
            return completed(job, output, isSuccess: true, duration: timing.duration, average: timing.average)
        case .cancelled: return completed(job, [:], isSuccess: true)
        case .failed(let failure):
            let error = failure.described(by: release)
            guard values[job] != nil else { return completed(job, error, isSuccess: false, title: failure.title) }
            // After its first value a generator's failure has no title of its own, and how long the error is to be seen
            // stands where else the duration stands.
            return completed(job, error, isSuccess: false, duration: error["duration"] == nil ? nil : 10)
        case .death: return nil
        }
    }

    private mutating func completed(
        _ job: String, _ output: OrderedJSON, isSuccess: Bool, title: String? = nil,
        duration: Double? = nil, average: Double? = nil
    ) -> String {
        values[job] = nil
        var message: OrderedJSON = [
            "msg": "process_completed", "event_id": .string(job), "output": output, "success": .bool(isSuccess),
        ]
        if release.hasTitles { message = message + ["title": title.map(OrderedJSON.string) ?? .null] }
        if release.hasCache {
            message =
                message + [
                    "used_cache": nil, "cache_duration": .optional(duration),
                    "avg_time": .optional(average),
                ]
        }
        return Self.event(message)
    }

    private func logged(_ log: SpaceLog, of job: String) -> OrderedJSON {
        let message: OrderedJSON = [
            "msg": "log", "event_id": .string(job), "log": .string(log.text), "level": .string(log.level.rawValue),
            "duration": 10.0, "visible": true,
        ]
        guard release.hasTitles else { return message }
        return message + ["title": .string(log.title ?? log.level.rawValue.capitalized)]
    }

    private static func bar(_ progress: SpaceProgress) -> OrderedJSON {
        [
            "index": .integer(progress.index), "length": .integer(progress.length), "unit": "steps", "progress": nil,
            "desc": nil,
        ]
    }

    private static func event(_ message: OrderedJSON) -> String { "data: \(message.compact)\n\n" }
}

extension GradioRelease {
    /// The values of a function, with what Gradio says beside them.
    func output(_ data: OrderedJSON, isGenerating: Bool, _ timing: SpaceTiming) -> OrderedJSON {
        let output: OrderedJSON = [
            "data": data, "is_generating": .bool(isGenerating), "duration": .number(timing.duration),
            "average_duration": .number(timing.average), "render_config": nil, "changed_state_ids": [],
        ]
        return hasCache ? output + ["used_cache": nil] : output
    }
}
