package import GeneratorCore

/// Everything that one generation yielded, and how it ended.
package struct ProviderRun: Sendable {
    package private(set) var events: [GenerationEvent] = []
    package private(set) var error: (any Error)?

    /// Takes all events; `hear` is told of each.
    package init(_ stream: GenerationStream, hear: @Sendable (GenerationEvent) -> Void = { _ in }) async {
        do {
            for try await event in stream {
                events.append(event)
                hear(event)
            }
        } catch {
            self.error = error
        }
    }

    package var failure: GenerationError? { error as? GenerationError }
    package var images: [ImageResponse] {
        events.compactMap { if case .image(let image) = $0 { image } else { nil } }
    }
    package var previews: [ImageResponse] {
        events.compactMap { if case .preview(let image) = $0 { image } else { nil } }
    }
    package var texts: [String] { events.compactMap { if case .text(let text) = $0 { text } else { nil } } }
    package var warnings: [GenerationWarning] {
        events.compactMap { if case .warning(let warning) = $0 { warning } else { nil } }
    }
    package var reasonings: [Reasoning] {
        events.compactMap { if case .reasoning(let status) = $0 { status } else { nil } }
    }
    package var statuses: [String] { reasonings.map(\.status) }
    package var progress: [GenerationProgress] { reasonings.compactMap(\.progress) }
    package var jobs: [JobHandle] { events.compactMap { if case .submitted(let job) = $0 { job } else { nil } } }

    /// The kinds of the events, each run of equal ones once.
    package var kinds: [String] {
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
