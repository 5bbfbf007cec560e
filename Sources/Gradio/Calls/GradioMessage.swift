/// What a Gradio app says about a job, in order. More kinds may be added: keep a `default` branch.
#if hasAttribute(nonexhaustive)
    @nonexhaustive
#endif
public enum GradioMessage: Sendable, Hashable {
    /// Waiting: the place in the queue, 0 for the next in line.
    case queued(QueuePlace)
    /// The work has begun; the server's estimate of how long it takes, where it has one.
    case started(estimate: Duration?)
    /// How far the work is, outer bars first; empty where the app clears its bars.
    case progress([GradioProgress])
    /// A line that the app shows.
    case log(GradioLog)
    /// Values on the way to the result; always whole values, one for each output.
    case generating([JSONValue])
    /// The connection is alive; nothing else.
    case heartbeat
    /// The result, one value for each output. The last message.
    case completed([JSONValue])
    /// A kind that this version does not know, with its content.
    case unknown(String, JSONValue)
}
