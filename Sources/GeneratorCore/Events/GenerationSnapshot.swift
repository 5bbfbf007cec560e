/// The state of a generation: everything that its events have said so far.
public struct GenerationSnapshot: Sendable, Equatable {
    /// The last status, with its numbers; `nil` before the first.
    public private(set) var reasoning: Reasoning?
    /// The last job that the service has accepted.
    public private(set) var job: JobHandle?
    /// The text so far.
    public private(set) var text = ""
    /// The warnings so far; the first 1,000 are kept.
    public private(set) var warnings: [GenerationWarning] = []

    /// Sorted by their numbers, of which several answers may have the same.
    private var finished: [ImageResponse] = []
    private var unfinished: [Int: [GeneratedImage]] = [:]

    /// A service may repeat itself without end; who wants all of it reads the events.
    private static let warningLimit = 1000

    /// A generation of which nothing is known yet.
    public init() {}

    /// What the service is doing; empty before the first status.
    public var status: String { reasoning?.status ?? "" }
    /// How far the work is, where the last status says so.
    public var progress: GenerationProgress? { reasoning?.progress }
    /// The place in the queue, while waiting.
    public var place: QueuePlace? { reasoning?.queue }
    /// The newest preview of each picture that is not finished, in the order of their numbers.
    public var previews: [GeneratedImage] { unfinished.sorted { $0.key < $1.key }.flatMap(\.value) }
    /// The finished pictures, in the order of their numbers.
    public var images: [GeneratedImage] { finished.flatMap(\.images) }

    /// - Throws: `responseTooLarge` when the text grows beyond `textLimit` bytes.
    mutating func take(_ event: GenerationEvent, textLimit: Int) throws {
        switch event {
        case .reasoning(let reasoning): self.reasoning = reasoning
        case .submitted(let job): self.job = job
        case .preview(let response): unfinished[response.index] = response.images
        case .image(let response):
            unfinished[response.index] = nil
            let place = finished.lastIndex { $0.index <= response.index }.map { $0 + 1 } ?? 0
            finished.insert(response, at: place)
        case .text(let piece):
            guard text.utf8.count + piece.utf8.count <= textLimit else {
                throw GenerationError(.responseTooLarge, "The service wrote more text than anybody asked for.")
            }
            text += piece
        case .warning(let warning):
            if warnings.count < Self.warningLimit { warnings.append(warning) }
        }
    }

    /// Everything as one answer. What belongs to all pictures is taken from the first; several took the time of the whole.
    func response(in elapsed: Duration, _ failures: [GenerationError] = []) -> ImageResponse {
        var whole = finished.first ?? ImageResponse(images: [], alt: "")
        if finished.count > 1 { whole.elapsed = elapsed }
        whole.images = images
        whole.text = text.isEmpty ? nil : text
        whole.warnings = warnings
        whole.failures = failures
        return whole
    }
}
