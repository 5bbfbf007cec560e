package import Foundation
internal import GeneratorTransport

/// What apps have said of themselves, so that a provider does not ask before every picture. It holds no credential.
package final class GradioConfigCache: Sendable {
    /// A Space may be deployed anew at any time.
    private static let life: Duration = .seconds(300)

    private let configs = Locked<[URL: (config: GradioConfig, time: ContinuousClock.Instant)]>([:])

    package init() {}

    /// Does work with an app, and forgets what the app said of itself where that fails: it may be another one by now.
    /// - Parameters:
    ///   - url: Where the app runs.
    ///   - isolation: The caller's actor.
    ///   - work: The work.
    /// - Returns: What the work returned.
    /// - Throws: What the work threw.
    package func forgetting<Success>(
        _ url: URL, isolation: isolated (any Actor)? = #isolation, onFailureOf work: () async throws -> Success
    ) async rethrows -> Success {
        do {
            return try await work()
        } catch {
            self[url.withoutTrailingSlash] = nil
            throw error
        }
    }

    subscript(url: URL) -> GradioConfig? {
        get {
            configs.withLock { $0[url] }.flatMap { $0.time.duration(to: .now) < Self.life ? $0.config : nil }
        }
        set {
            configs.withLock { $0[url] = newValue.map { ($0, .now) } }
        }
    }
}
