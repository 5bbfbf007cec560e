/// The ways to call an endpoint.
public enum GradioRoute: String, Sendable, Hashable, CaseIterable {
    /// The queue where the server has one that this client speaks and the endpoint uses it (a generator always does), else
    /// the simple call flow, else the direct route.
    case automatic
    /// `queue/join` and `queue/data`: place in the queue, progress, previews, log lines and the words of errors.
    /// Gradio 4.9 and later.
    case queue
    /// `call/{name}` and its event stream: nothing but heartbeats, values on the way and the result. Gradio 4.20 and later.
    case call
    /// `run/{name}`: one request that is answered when the work is done, outside the queue. Every release since 3, where
    /// the app allows it; of a generator it gives the first value only.
    case run
}
