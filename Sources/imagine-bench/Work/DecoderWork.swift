import Foundation
import GeneratorCore
import Gradio

/// Decodes what a queue says about a job, message by message, as text comes in from the event stream.
struct DecoderWork: Workload {
    private let job = "0123456789abcdef0123456789abcdef"
    private let messages: [String]

    init() {
        messages = ReplayedSpace.messages(of: job, root: "http://127.0.0.1").map { line in
            String(line.dropFirst("data: ".count)).trimmingCharacters(in: .newlines)
        }
    }

    func run(_ round: Round) async throws -> Figures {
        var decoded = 0
        for _ in 0..<round.count {
            var decoder = GradioQueueDecoder(id: job, sendsPatches: true)
            for text in messages {
                if try decoder.message(in: text) != nil { decoded += 1 }
            }
        }
        guard decoded == round.count * messages.count else { throw BenchError("\(decoded) messages were decoded.") }
        return ["events": Double(decoded)]
    }
}
