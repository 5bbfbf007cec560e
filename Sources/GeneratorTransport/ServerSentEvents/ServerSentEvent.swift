/// One message of a `text/event-stream`, as the WHATWG HTML standard defines it.
public struct ServerSentEvent: Sendable, Hashable {
    /// The name that the server gave with an `event` field, or `"message"`.
    public var type: String
    /// The values of the block's `data` fields, joined with LF; may be empty.
    public var data: String
    /// The newest `id` that the stream had set when this event was dispatched, in this block or an earlier one; empty
    /// when there is none.
    public var lastEventID: String

    /// Makes an event.
    /// - Parameters:
    ///   - type: The event's name; `"message"` by default.
    ///   - data: The event's text.
    ///   - lastEventID: The stream's last event ID; empty by default.
    public init(type: String = "message", data: String, lastEventID: String = "") {
        self.type = type
        self.data = data
        self.lastEventID = lastEventID
    }
}
