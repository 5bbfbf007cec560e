/// A service that turns a prompt into pictures or text, as an asynchronous sequence of events.
///
/// ```swift
/// for try await event in Flux1SchnellProvider().createAsyncGenerator(prompt: "A quiet harbour") {
///     if case .image(let response) = event { print(response.images[0].url) }
/// }
/// ```
///
/// ## Writing a provider
/// A provider states what it is and writes ``run(_:in:)``: it sends requests through the context's
/// ``GenerationContext/http`` and yields events. Core does the rest once for everybody: it resolves the model, checks
/// the settings, repeats the run for `count` pictures, keeps the deadline, and cancels when the loop is left.
public protocol AsyncGeneratorProvider: Sendable {
    /// The settings that only this provider has.
    associatedtype Options: ProviderOptions = NoProviderOptions

    /// The provider's short name.
    var id: ProviderID { get }

    /// The models that are known without asking, and what each can do.
    var models: ModelCatalog { get }

    /// What a run needs from outside: transport, credentials, time-outs.
    var environment: GenerationEnvironment { get }

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
    /// Describes the work; nothing is sent before the first event is asked for.
    /// - Parameter request: What to make.
    /// - Returns: The events, to be iterated once.
    public func createAsyncGenerator(_ request: GenerationRequest) -> GenerationStream {
        GenerationStream(on: environment.clock, GenerationEngine(provider: self, request: request).run)
    }

    /// Describes the work from a prompt.
    /// - Parameters:
    ///   - model: A model or an alias; the provider's default where none is named.
    ///   - prompt: What the picture shows.
    /// - Returns: The events, to be iterated once.
    public func createAsyncGenerator(model: String? = nil, prompt: String) -> GenerationStream {
        createAsyncGenerator(GenerationRequest(prompt: prompt, model: model))
    }

    /// Describes the work from a conversation.
    /// - Parameters:
    ///   - model: A model or an alias; the provider's default where none is named.
    ///   - messages: The conversation. A picture is made from its last user messages.
    ///   - prompt: Wins over the messages.
    /// - Returns: The events, to be iterated once.
    public func createAsyncGenerator(
        model: String? = nil, messages: [ChatMessage], prompt: String? = nil
    ) -> GenerationStream {
        createAsyncGenerator(GenerationRequest(messages: messages, prompt: prompt, model: model))
    }

    /// Makes one picture and waits for it.
    /// - Parameters:
    ///   - prompt: What the picture shows.
    ///   - model: A model or an alias; the provider's default where none is named.
    /// - Returns: The picture.
    /// - Throws: ``GenerationError``; `CancellationError` when the task is cancelled.
    public func image(_ prompt: String, model: String? = nil) async throws -> GeneratedImage {
        let response = try await createAsyncGenerator(model: model, prompt: prompt).response()
        guard let image = response.images.first else {
            throw GenerationError(.noImage, "\(id) answered without a picture.", provider: id)
        }
        return image
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
