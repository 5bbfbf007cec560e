internal import ImageGenerators

/// What a service has, or may have, of a work that ended before its time.
struct UnfinishedWork: Sendable {
    /// Whether it accepted any of the work, as in an error: yes, no, or `nil` when it may have.
    private(set) var wasAccepted: Bool? = false
    /// The jobs whose pictures are not here; the last is the one to go on with.
    private(set) var jobs: [JobHandle] = []
    /// That the service may go on, and charge for it, with what no ticket can take up again; `nil` where there is nothing.
    private(set) var warning: String?

    /// Nothing was begun.
    init() {}

    /// - Parameters:
    ///   - stream: The work.
    ///   - arrived: The numbers of the pictures that are here.
    ///   - unsaved: The job of a picture that cannot be fetched or saved, which does not say so itself.
    init(of stream: GenerationStream, without arrived: Set<Int>, _ unsaved: JobHandle?) {
        let begun = stream.begun
        let open = begun.filter { !arrived.contains($0.key) }.sorted { $0.key < $1.key }.map(\.value)
        wasAccepted = Self.any(of: begun.values.map(\.wasAccepted))
        jobs = open.compactMap(\.job) + [unsaved].compactMap { $0 }
        let left = Self.any(of: open.filter { $0.job?.ticket == nil }.map(\.wasAccepted))
        warning = GenerationError(.cancelled, "", wasAccepted: left).recoverySuggestion
    }

    private static func any(of accepted: [Bool?]) -> Bool? {
        accepted.contains(true) ? true : accepted.contains(nil) ? nil : false
    }
}
