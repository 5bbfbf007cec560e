/// A service that turns a prompt into pictures or text, as an asynchronous sequence of events.
///
/// ```swift
/// for try await event in Flux1SchnellProvider().createAsyncGenerator(prompt: "A quiet harbour") {
///     if case .image(let response) = event { print(response.images[0].url) }
/// }
/// ```
///
/// ## Writing a provider
/// A provider has a name and models, and a method ``run(_:in:)`` that sends requests through the context's
/// ``GenerationContext/http`` and yields events. The rest is the same for all providers and done for you: the model is found,
/// the settings are checked, `run` is called once for each of `count` pictures, the deadline is kept, and the work is
/// cancelled when the loop is left.
public protocol AsyncGeneratorProvider: Sendable {
    /// The settings that only this provider has.
    associatedtype Options: ProviderOptions = NoProviderOptions

    /// The provider's short name.
    var id: ProviderID { get }

    /// The models that are known without asking, and what each can do.
    var models: ModelCatalog { get }

    /// The transport, the credentials and the time-outs that a generation uses.
    var environment: GenerationEnvironment { get }

    /// How many pictures of one request or batch are made at a time, if there is no ``ConcurrencyLimiter``. Set it to what the
    /// service accepts from one customer; it is 1 by default.
    var concurrency: Int { get }

    /// Makes one picture, or one text, and yields what happens on the way.
    ///
    /// The task is cancelled when the loop is left or the deadline passes. An error that is not a ``GenerationError``
    /// is turned into one by core.
    /// - Parameters:
    ///   - call: The checked request.
    ///   - context: Yields events, sends requests.
    /// - Throws: ``GenerationError`` or `TransportError`; `CancellationError` when cancelled.
    func run(_ call: GenerationCall<Options>, in context: GenerationContext) async throws
}

extension AsyncGeneratorProvider {
    /// One picture after the other.
    public var concurrency: Int { 1 }

    /// Describes the work; nothing is sent before the first event is asked for.
    /// - Parameter request: What to make.
    /// - Returns: The events, to be iterated once.
    public func createAsyncGenerator(_ request: GenerationRequest) -> GenerationStream {
        GenerationStream(on: environment.clock, GenerationEngine(provider: self, request: request).run)
    }
}

/// A provider whose accepted jobs can be picked up again: after a time-out, a broken connection or a restart.
public protocol ResumableProvider: AsyncGeneratorProvider {
    /// Waits for a job that was accepted earlier, and yields its result.
    /// - Parameters:
    ///   - job: The job, as a `.submitted` event or an error carried it.
    ///   - context: Yields events, sends requests.
    /// - Throws: As ``AsyncGeneratorProvider/run(_:in:)``.
    func resume(_ job: JobHandle, in context: GenerationContext) async throws
}

extension ResumableProvider {
    /// Picks a job up again; nothing is sent before the first event is asked for.
    /// - Parameter job: The job, as a `.submitted` event or an error carried it.
    /// - Returns: The events, to be iterated once.
    public func resumeAsyncGenerator(_ job: JobHandle) -> GenerationStream {
        GenerationStream(on: environment.clock, GenerationEngine(provider: self, job: job).resume)
    }
}
