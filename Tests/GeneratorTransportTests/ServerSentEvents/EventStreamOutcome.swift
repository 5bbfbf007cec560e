import GeneratorTransport

/// All that can be seen of a parsed stream. Strings are compared byte by byte: `==` would let normalisation pass.
struct EventStreamOutcome: Equatable {
    var events: [ServerSentEvent]
    var lastEventID: String
    var reconnectionTime: Duration?

    init(events: [ServerSentEvent], lastEventID: String, reconnectionTime: Duration?) {
        self.events = events
        self.lastEventID = lastEventID
        self.reconnectionTime = reconnectionTime
    }

    init(parsing chunks: some Sequence<[UInt8]>, maximumEventSize: Int = 32 << 20) throws {
        var parser = ServerSentEventParser(maximumEventSize: maximumEventSize)
        var events: [ServerSentEvent] = []
        for chunk in chunks { try parser.append(chunk) { events.append($0) } }
        self.init(events: events, lastEventID: parser.lastEventID, reconnectionTime: parser.reconnectionTime)
    }

    private var bytes: [[UInt8]] {
        events.flatMap { [Array($0.type.utf8), Array($0.data.utf8), Array($0.lastEventID.utf8)] }
            + [Array(lastEventID.utf8)]
    }

    static func == (left: Self, right: Self) -> Bool {
        left.bytes == right.bytes && left.reconnectionTime == right.reconnectionTime
    }
}
