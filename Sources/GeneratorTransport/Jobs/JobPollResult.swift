/// What asking for the state of a job once has shown.
public enum JobPollResult<Result: Sendable>: Sendable {
    /// The service is not done. The state is its own word for what it does; a service may also say when to come back.
    case pending(state: String? = nil, retryAfter: Duration? = nil)
    /// The job is done, and this is its result. A service that had it ready at once says so with the first look.
    case done(Result)
    /// The job failed for good; looking again is of no use.
    case failed(any Error)
}
