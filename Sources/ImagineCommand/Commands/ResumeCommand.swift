internal import Foundation
internal import ImageGenerators

/// `imagine resume`: waits for a job that was accepted in an earlier run, and saves what it makes.
struct ResumeCommand: Sendable {
    private let pictures: PictureRun
    private let provider: any ResumableProvider
    private let job: JobHandle

    /// Reads the ticket. It says which provider knows the job, and neither where that runs nor with which key.
    init(_ arguments: Arguments, _ variables: [String: String], _ reporter: Reporter) throws {
        job = try JobHandle(ticket: arguments.operands[0])
        let registered = try ProviderRegistry.standard.provider(named: job.provider.rawValue)
        let configuration = try arguments.configuration(for: registered, variables, reporter)
        guard let provider = registered.make(configuration) as? any ResumableProvider else {
            throw GenerationError(
                .invalidRequest,
                "A job of \(registered.id) cannot be resumed: a Gradio app gives its result to the run that asked for it.",
                provider: registered.id)
        }
        self.provider = provider
        var reporter = reporter
        reporter.resumeWords = try arguments.resumeWords(for: registered)
        pictures = PictureRun(
            reporter: reporter, directory: try arguments.directory(), timeout: configuration.environment.timeout)
    }

    /// Waits for the pictures, and gives the exit status.
    func run() async -> Int32 { await pictures.follow(provider.resumeAsyncGenerator(job)) }
}
