internal import Foundation

/// Turns the events of `/call/{name}/{event_id}` into messages. Pure: it knows no connection.
///
/// Measured with Gradio 4.20 to 6.31: `generating`, `heartbeat`, `complete` and `error`; the data of `error` is `null`
/// up to 6.12, an object since, and a string where the session is lost.
struct GradioCallDecoder {
    /// - Returns: The message.
    /// - Throws: `GenerationError` for the two kinds of unhappy ends: a failure, and a cancelled job, which looks like
    ///   a success without values.
    func message(for event: ServerSentEvent) throws -> GradioMessage {
        guard let data = try JSONValue.ifValid(event.data) else {
            if event.type == "error" { throw failure(.string(event.data)) }
            guard ["complete", "generating"].contains(event.type) else {
                return .unknown(event.type, .string(event.data))
            }
            throw GenerationError(.invalidResponse, "The Space sent an event \(event.type) that is not JSON.")
        }
        switch event.type {
        case "heartbeat": return .heartbeat
        case "generating":
            guard let values = data.array else { return .unknown(event.type, data) }
            return .generating(values)
        case "complete":
            if let values = data.array { return .completed(values) }
            guard data.isNull else { return .completed([data]) }
            throw GenerationError(gradioJobCancelled: ())
        case "error": throw failure(data)
        default: return .unknown(event.type, data)
        }
    }

    private func failure(_ data: JSONValue) -> GenerationError {
        // A bare string is about the connection to the job, never about the job itself.
        data.string.map { GenerationError(gradioJobLost: $0) } ?? GenerationError(gradioFailure: data)
    }
}

extension GenerationError {
    /// The server no longer knows the job; `words` are its own.
    init(gradioJobLost words: String) {
        let said = ServiceText(words).message
        let quoted = said.isEmpty ? "" : " (\(said))"
        self.init(
            .connectionLost,
            "The Space no longer knows the job\(quoted): its result is lost. It was not submitted again.")
    }

    /// Somebody else stopped the job.
    init(gradioJobCancelled: ()) {
        self.init(.cancelled, "The job was cancelled on the server, by somebody else or by the app.")
    }

    /// Names the failure that an app reports: `{"error": text or null, "title": …, "visible": …, "duration": …}`.
    init(gradioFailure data: JSONValue) {
        var text = data["error"]?.string ?? ""
        // Up to Gradio 5.1 the text is Python's repr, quotes included.
        if let quote = text.first, quote == "'" || quote == "\"", text.count >= 2, text.last == quote {
            text = text.dropFirst().dropLast().withoutPythonEscapes
        }
        let words = ServiceText(text)
        let title = data["title"]?.string.map { ServiceText($0).message } ?? ""
        // Words may be nothing but quotes or markup.
        let message = [title == "Error" ? "" : title, words.message].filter { !$0.isEmpty }.joined(separator: ": ")
        let said = [words, ServiceText(title)]
        let code: Code =
            if said.contains(where: \.isQuota) {
                .quotaExceeded
            } else if title == "ZeroGPU queue timeout" || words.message.hasPrefix("No GPU was available") {
                .serviceUnavailable
            } else if said.contains(where: \.isContentRefusal) {
                .contentFiltered
            } else {
                .generationFailed
            }
        self.init(
            code,
            message.isEmpty
                ? "The app failed and does not say why. Gradio hides the reason unless the app shows its errors."
                : message,
            retryAfter: words.retryAfter)
        if code == .quotaExceeded { quota = GenerationQuota(in: words.message) }
    }
}

extension GenerationError {
    /// Whether the Hub gave the job no GPU, so that nothing was done and nothing is billed.
    var isLackOfGPU: Bool { code == .quotaExceeded || code == .serviceUnavailable }
}

extension Substring {
    /// Python's repr escapes its own quote, backslashes, and what cannot be printed.
    fileprivate var withoutPythonEscapes: String {
        var plain = ""
        var rest = self
        while let character = rest.popFirst() {
            guard character == "\\", let escaped = rest.popFirst() else {
                plain.append(character)
                continue
            }
            switch escaped {
            case "\\", "'", "\"": plain.append(escaped)
            case "n", "r": plain.append("\n")
            case "t": plain.append("\t")
            default: plain += "\\\(escaped)"
            }
        }
        return plain
    }
}
