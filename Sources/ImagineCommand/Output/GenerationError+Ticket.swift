internal import ImageGenerators

extension GenerationError {
    /// What `imagine resume` takes to go on with the job; `nil` where it has none, or is over.
    var ticket: String? {
        let final: Set<Code> = [.generationFailed, .contentFiltered, .noImage, .notFound, .invalidRequest]
        return final.contains(code) ? nil : job?.ticket
    }
}
