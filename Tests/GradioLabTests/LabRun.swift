import GeneratorCore

/// Everything that one generation yielded, and how it ended.
struct LabRun {
    private(set) var events: [GenerationEvent] = []
    private(set) var error: (any Error)?

    init(_ stream: GenerationStream) async {
        do {
            for try await event in stream { events.append(event) }
        } catch {
            self.error = error
        }
    }

    var images: [ImageResponse] { events.compactMap { if case .image(let image) = $0 { image } else { nil } } }
    var previews: [ImageResponse] { events.compactMap { if case .preview(let image) = $0 { image } else { nil } } }
    var warnings: [GenerationWarning] {
        events.compactMap { if case .warning(let warning) = $0 { warning } else { nil } }
    }
    var reasonings: [Reasoning] { events.compactMap { if case .reasoning(let status) = $0 { status } else { nil } } }
    var statuses: [String] { reasonings.map(\.status) }
    var progress: [GenerationProgress] { reasonings.compactMap(\.progress) }
    var places: [QueuePlace] { reasonings.compactMap(\.queue) }

    /// The kinds of the events, each run of equal ones once.
    var kinds: [String] {
        var kinds: [String] = []
        for event in events {
            let kind =
                switch event {
                case .reasoning: "reasoning"
                case .submitted: "submitted"
                case .preview: "preview"
                case .image: "image"
                case .text: "text"
                case .warning: "warning"
                }
            if kinds.last != kind { kinds.append(kind) }
        }
        return kinds
    }
}
