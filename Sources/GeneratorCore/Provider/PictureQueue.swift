/// Which pictures of a request are to be made, and what became of those before.
struct PictureQueue: Sendable {
    /// Whether each was accepted, as in an error. Trying all of them again would pay again for each that was.
    var accepted: [Bool?] = []
    private var remaining: Range<Int>
    private let perCall: Int

    init(_ count: Int, perCall: Int) {
        remaining = 0..<count
        self.perCall = max(1, perCall)
    }

    var hasNext: Bool { !remaining.isEmpty }

    /// Takes as many as one call makes.
    mutating func next() -> Range<Int>? {
        guard hasNext else { return nil }
        defer { remaining = remaining.dropFirst(perCall) }
        return remaining.prefix(perCall)
    }

    /// Begins no more where the failure concerns them too.
    mutating func fail(_ error: GenerationError) {
        accepted.append(error.wasAccepted)
        if !error.concernsOnePicture { remaining = remaining.suffix(0) }
    }

    /// Whether any was accepted: yes, no, or `nil` when one may have been.
    var wasAccepted: Bool? { accepted.contains(true) ? true : accepted.contains(nil) ? nil : false }
}

extension GenerationError {
    /// Whether the next picture may fare better: the failure lies in the one job, not in the service or the request.
    fileprivate var concernsOnePicture: Bool {
        let own: Set<Code> = [
            .generationFailed, .contentFiltered, .noImage, .timedOut, .connectionLost, .invalidResponse,
            .responseTooLarge, .serviceError,
        ]
        return own.contains(code)
    }
}
