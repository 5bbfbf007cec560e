/// What one round of a row does.
struct Round: Codable, Sendable {
    /// How often.
    var count = 1
    /// How many at a time.
    var concurrency = 1
    /// How long nothing happens, in seconds.
    var rest = 0.0
    /// What the picture shows; see ``ReplayedSpace``.
    var prompt = "A quiet harbour"
    /// How many events are timed.
    var events = 0
    /// A file to read.
    var file = ""
    /// A file of the same kind and half its size, where the growth of the time is of interest.
    var half = ""
    /// The size of a piece, or of a body, in bytes.
    var bytes = 0
}

/// What a round has found: seconds, bytes, or plain numbers, by name.
typealias Figures = [String: Double]

/// Something that is measured, round by round.
protocol Workload: Sendable {
    func run(_ round: Round) async throws -> Figures
}
