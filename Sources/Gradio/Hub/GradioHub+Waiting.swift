package import Foundation
package import GeneratorCore
internal import GeneratorTransport

extension GradioHub {
    /// Waits for a Space that sleeps or is being built, as long as the caller wants to.
    /// - Parameters:
    ///   - space: The Space, where its name is known.
    ///   - url: Where it runs, where that is known.
    ///   - patience: How long; `nil` for not at all.
    ///   - context: Tells that there is a wait.
    ///   - connect: Connects to it; `spaceUnavailable` where it does not run.
    /// - Returns: What `connect` returned.
    /// - Throws: What `connect` threw last; `CancellationError`.
    package func waiting(
        for space: GradioSpace?, at url: URL?, upTo patience: Duration?, in context: GenerationContext,
        _ connect: () async throws -> GradioApp
    ) async throws -> GradioApp {
        guard let patience else { return try await connect() }
        let deadline = context.elapsed + patience
        while true {
            do {
                return try await connect()
            } catch let error as GenerationError where error.code == .spaceUnavailable {
                let status = try await status(of: space, at: url, using: context.http)
                guard status?.isWaking ?? true, context.elapsed < deadline else { throw error }
                try await context.status("Waiting for the Space to start")
                try await context.environment.clock.sleep(.seconds(5))
            }
        }
    }
}
