internal import Foundation
package import GeneratorCore
internal import GeneratorTransport

/// Turns the messages of `/queue/data` about one job into messages for its reader. Pure: it knows no connection.
///
/// Measured with Gradio 4.9 to 6.31 (`sse_v1` to `sse_v3`). A stream may carry several jobs: what is about another one is
/// no message for this reader.
package struct GradioQueueDecoder: Sendable {
    /// The job's name.
    let id: String
    /// Whether the server sends changes after the first value of a generator (`sse_v2` and later).
    let sendsPatches: Bool
    /// What a generator has yielded so far; `nil` before its first values.
    private var yielded: GradioPatchedValues?
    /// Whether changes are left out until the next whole values, because one did not fit.
    private var isLost = false
    private var hasWarned = false

    /// How a place of this job begins, as every release writes it.
    private let placePrefix: String

    package init(id: String, sendsPatches: Bool) {
        self.id = id
        self.sendsPatches = sendsPatches
        placePrefix = Self.placePrefix(of: id)
    }

    static func placePrefix(of id: String) -> String { #"{"msg":"estimation","event_id":"\#(id)","# }

    /// Whether an event tells this job's place in the queue, without a look at the rest of it.
    func isPlace(_ event: ServerSentEvent) -> Bool { event.data.begins(with: placePrefix) }

    /// Reads one event of the stream.
    /// - Returns: The message; `nil` for what concerns another job.
    /// - Throws: `GenerationError` where it is not JSON, or the job, or the whole stream, has failed.
    package mutating func message(in text: String) throws -> GradioMessage? {
        if let message = frequentMessage(in: text) { return message }
        guard let data = try JSONValue.ifValid(text) else {
            throw GenerationError(.invalidResponse, "The Space sent a message that is not JSON.")
        }
        return try message(for: data)
    }

    /// Reads the kinds that come by the hundred, without a value for what is said once and looked at once.
    /// - Returns: What ``message(for:)`` would; `nil` for whatever is of another kind, or not as simple as usual.
    private func frequentMessage(in text: String) -> GradioMessage?? {
        var kind: String?, position: Int?, size: Int?, estimate: Duration?, eta: Duration?
        var bars: [GradioProgress] = []
        var isOthers = false
        let isRead = JSONParser.readsMembers(of: text) { key, json in
            switch key {
            case "msg":
                kind = try json.simple().string
                guard ["progress", "estimation", "process_starts"].contains(kind) else { throw JSONParser.NotSimple() }
            case "event_id": isOthers = try !json.takes(id) && json.simple().string.map { $0 != id } == true
            case "progress_data":
                bars = []
                try json.objects({ bars.append(GradioProgress()) }) { key, json in
                    bars[bars.count - 1].take(key, try json.simple())
                }
            case "rank": position = try json.simple().integer
            case "queue_size": size = try json.simple().integer
            case "rank_eta": estimate = try json.simple().duration
            case "eta": eta = try json.simple().duration
            default: _ = try json.simple()
            }
        }
        guard isRead, let kind else { return nil }
        if isOthers { return .some(nil) }
        return switch kind {
        case "progress": .progress(bars)
        case "estimation": .queued(QueuePlace(position: position, size: size, estimate: estimate))
        default: .started(estimate: eta)
        }
    }

    /// Reads one event of the stream.
    /// - Returns: The message; `nil` for what concerns another job.
    /// - Throws: `GenerationError` where the job, or the whole stream, has failed.
    package mutating func message(for data: JSONValue) throws -> GradioMessage? {
        let kind = data["msg"]?.string ?? ""
        switch kind {
        case "heartbeat": return .heartbeat
        case "unexpected_error": throw GenerationError(gradioJobLost: data["message"]?.string ?? "")
        case "close_stream": throw GenerationError(gradioJobLost: "the stream was closed")
        default: break
        }
        if let other = data["event_id"]?.string, other != id { return nil }
        switch kind {
        case "estimation":
            return .queued(
                QueuePlace(
                    position: data["rank"]?.integer, size: data["queue_size"]?.integer,
                    estimate: data["rank_eta"]?.duration))
        case "process_starts": return .started(estimate: data["eta"]?.duration)
        case "progress": return .progress((data["progress_data"]?.array ?? []).map(GradioProgress.init))
        case "log": return .log(GradioLog(data))
        case "process_generating":
            guard let output = data["output"], data["success"]?.bool != false else { throw failure(data) }
            return try generated(output["data"]?.array ?? [])
        case "process_completed": return .completed(try completed(data))
        default: return .unknown(kind, data)
        }
    }

    /// - Returns: The values; `nil` where they are not known. The result comes whole in any case: a change that does not
    ///   fit costs a preview and a warning, not the job.
    private mutating func generated(_ sent: [JSONValue]) throws -> GradioMessage? {
        guard sendsPatches else { return .generating(sent) }
        if let whole = yielded == nil ? sent : GradioPatchedValues.wholeValues(of: sent) {
            yielded = yielded ?? GradioPatchedValues()
            // Too large to be kept: its changes cannot be followed, but it is here.
            isLost = (try? yielded?.replace(whole)) == nil
            return .generating(whole)
        }
        do {
            guard !isLost else { throw GradioPatchedValues.misfit }
            try yielded?.apply(sent)
            return .generating(yielded?.values ?? [])
        } catch let error as GenerationError {
            yielded?.forget()
            isLost = true
            guard !hasWarned else { return nil }
            hasWarned = true
            let what = error.message.sentence
            return .log(GradioLog(level: "warning", what + " Previews are left out until it sends a whole one."))
        }
    }

    private func completed(_ data: JSONValue) throws -> [JSONValue] {
        guard data["success"]?.bool != false else { throw failure(data) }
        if let values = data["output"]?["data"]?.array { return values }
        if data["output"]?["error"] != nil { throw failure(data) }
        if let other = data["output"]?["data"], !other.isNull {
            throw GenerationError(.invalidResponse, "The Space finished with an output that is no list.")
        }
        // A cancelled job looks like a success, but for its values.
        throw GenerationError(gradioJobCancelled: ())
    }

    private func failure(_ data: JSONValue) -> GenerationError {
        var output = data["output"]?.object ?? [:]
        // The title stands beside the output since 5.2, and inside it as well.
        if output["title"] == nil, let title = data["title"] { output["title"] = title }
        return GenerationError(gradioFailure: .object(output))
    }
}

extension JSONValue {
    /// A number of seconds.
    fileprivate var duration: Duration? {
        double.flatMap { $0.isFinite && $0 >= 0 && $0 < 1e9 ? .seconds($0) : nil }
    }
}
