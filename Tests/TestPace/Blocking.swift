internal import Dispatch

/// Does what blocks its thread on one that nobody else needs: neither tasks, of which as many run as there are
/// processors, nor the system's own queues.
package func blocking<Success: Sendable>(_ work: @escaping @Sendable () throws -> Success) async throws -> Success {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "blocking").async { continuation.resume(with: Result { try work() }) }
    }
}
