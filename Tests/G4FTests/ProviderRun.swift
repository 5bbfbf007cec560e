import Foundation
import GeneratorCore
import GeneratorTransport
import Testing

/// Everything that one generation yielded, and how it ended.
struct ProviderRun {
    private(set) var events: [GenerationEvent] = []
    private(set) var error: (any Error)?

    init(_ stream: GenerationStream) async {
        do {
            for try await event in stream { events.append(event) }
        } catch {
            self.error = error
        }
    }

    var failure: GenerationError? { error as? GenerationError }
    var images: [ImageResponse] { events.compactMap { if case .image(let image) = $0 { image } else { nil } } }
    var previews: [ImageResponse] { events.compactMap { if case .preview(let image) = $0 { image } else { nil } } }
    var texts: [String] { events.compactMap { if case .text(let text) = $0 { text } else { nil } } }
    var warnings: [GenerationWarning] {
        events.compactMap { if case .warning(let warning) = $0 { warning } else { nil } }
    }
    var statuses: [String] { events.compactMap { if case .reasoning(let status) = $0 { status.status } else { nil } } }
    var jobs: [JobHandle] { events.compactMap { if case .submitted(let job) = $0 { job } else { nil } } }
}

extension AsyncGeneratorProvider {
    func run(_ request: GenerationRequest) async -> ProviderRun { await ProviderRun(createAsyncGenerator(request)) }
}

extension GenerationEnvironment {
    /// No credentials of whoever runs the tests, and retries without waiting.
    static func test(
        _ credentials: GenerationCredentials = GenerationCredentials(),
        _ configure: (inout GenerationEnvironment) -> Void = { _ in }
    ) -> GenerationEnvironment {
        GenerationEnvironment { environment in
            environment.credentials = credentials
            environment.retry = RetryPolicy(retries: 1, initialDelay: .milliseconds(1))
            configure(&environment)
        }
    }
}

/// Waits until something is so that nothing announces.
func eventually(
    within limit: Duration = .seconds(40), _ condition: @Sendable () -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let deadline = ContinuousClock.now + limit
    while !condition() {
        try #require(ContinuousClock.now < deadline, sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// A door that opens once: whoever waits in front of it goes on, and whoever comes later walks through.
final class Gate: Sendable {
    private let state = Locked((isOpen: false, waiters: [CheckedContinuation<Void, Never>]()))

    var isOpen: Bool { state.withLock { $0.isOpen } }

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
