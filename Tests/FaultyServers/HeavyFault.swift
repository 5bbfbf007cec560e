/// What came of a fault that costs a server much, and how much memory it took.
package struct HeavyFault: Sendable {
    package let fault: Fault
    package let matrix: FaultMatrix
    /// How much more memory the process had at most.
    package let megabytes: Int

    /// Tries a fault on one provider that listens to events and on one that asks for its job, one run after the other.
    package init(_ fault: Fault) async throws {
        self.fault = fault
        let subjects = FaultSubject.all.filter { ["flux1-schnell call", "prodia v2-async"].contains($0.description) }
        let start = ResidentMemory.now
        let watch = Task {
            var highest = start
            while !Task.isCancelled {
                highest = max(highest, ResidentMemory.now)
                try? await Task.sleep(for: .milliseconds(10))
            }
            return highest
        }
        matrix = try await FaultMatrix(FaultCell.all([fault], subjects), atOnce: 1)
        watch.cancel()
        megabytes = await (watch.value - start) >> 20
    }
}
