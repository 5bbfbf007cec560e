import Foundation
import GeneratorCore
import GeneratorTransport
import ProviderRuns

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
