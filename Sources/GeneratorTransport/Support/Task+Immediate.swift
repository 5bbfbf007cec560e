extension Task where Failure == any Error {
    /// Starts work, where the system can do that without waiting for another thread to take it up.
    package static func startingNow(_ work: @escaping @Sendable () async throws -> Success) -> Task {
        #if os(Linux) && compiler(>=6.2)
            Task.immediate { try await work() }
        #else
            Task { try await work() }
        #endif
    }
}
