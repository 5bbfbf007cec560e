/// What a service is doing at the moment: a line to show, and the numbers behind it.
public struct Reasoning: Sendable, Hashable, Codable {
    /// A short text, for example `Generating`. Control characters of the service's texts are gone.
    public var status: String
    /// How far the work is.
    public var progress: GenerationProgress?
    /// The place in the queue, while waiting.
    public var queue: QueuePlace?
    /// The time since the generation began.
    public var elapsed: Duration
    /// Which picture of several it is about, from 0; core fills it in.
    public var index = 0

    /// Makes a status.
    /// - Parameters:
    ///   - status: A short text; made fit for a terminal.
    ///   - progress: How far the work is.
    ///   - queue: The place in the queue.
    ///   - elapsed: The time since the generation began; core fills it in for statuses yielded through a context.
    public init(
        status: String, progress: GenerationProgress? = nil, queue: QueuePlace? = nil, elapsed: Duration = .zero
    ) {
        self.status = status.printable
        self.progress = progress
        self.queue = queue
        self.elapsed = elapsed
    }
}

/// How far some work is.
public struct GenerationProgress: Sendable, Hashable, Codable {
    /// What is done, in ``unit``.
    public var completed: Double
    /// What there is to do, where it is known.
    public var total: Double?
    /// What is counted, for example `steps`.
    public var unit: String?

    /// Makes a progress.
    /// - Parameters:
    ///   - completed: What is done; what is not finite or less than 0 counts as 0.
    ///   - total: What there is to do; what is not finite or not above 0 counts as unknown.
    ///   - unit: What is counted.
    public init(completed: Double, total: Double? = nil, unit: String? = nil) {
        self.completed = completed.isFinite ? Swift.max(0, completed) : 0
        self.total = total.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
        self.unit = unit?.printable(limit: 40)
    }

    /// The part that is done, 0 to 1, where the whole is known.
    public var fraction: Double? {
        guard let total, total > 0 else { return nil }
        return Swift.min(1, Swift.max(0, completed / total))
    }
}

/// A place in a service's queue.
public struct QueuePlace: Sendable, Hashable, Codable {
    /// How many are before this one; 0 is the next in line.
    public var position: Int?
    /// How many wait.
    public var size: Int?
    /// The service's estimate of the time left.
    public var estimate: Duration?

    /// Makes a place.
    /// - Parameters:
    ///   - position: How many are before this one; less than 0 counts as unknown, here and below.
    ///   - size: How many wait.
    ///   - estimate: The service's estimate of the time left.
    public init(position: Int? = nil, size: Int? = nil, estimate: Duration? = nil) {
        self.position = position.flatMap { $0 < 0 ? nil : $0 }
        self.size = size.flatMap { $0 < 0 ? nil : $0 }
        self.estimate = estimate.flatMap { $0 < .zero ? nil : $0 }
    }
}
