internal import Foundation
internal import GeneratorTransport

/// What apps have said of themselves, so that a provider does not ask before every picture. It holds no credential.
package final class GradioConfigCache: Sendable {
    /// For how long something is remembered: a Space may be deployed anew at any time.
    private let life: Duration
    private let configs = Locked<[URL: (config: GradioConfig, time: ContinuousClock.Instant)]>([:])

    package init(life: Duration = .seconds(300)) { self.life = life }

    subscript(url: URL) -> GradioConfig? {
        get {
            configs.withLock { $0[url] }.flatMap { $0.time.duration(to: .now) < life ? $0.config : nil }
        }
        set {
            configs.withLock { $0[url] = newValue.map { ($0, .now) } }
        }
    }
}
