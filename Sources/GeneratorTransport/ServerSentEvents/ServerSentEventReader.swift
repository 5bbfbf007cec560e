/// What ``ServerSentEvents`` does between two chunks. Not generic, so that it costs the same for every source.
@usableFromInline
struct ServerSentEventReader {
    @usableFromInline private(set) var isFinished = false
    private var parser: ServerSentEventParser
    private var chunk: [UInt8] = []

    init(maximumEventSize: Int) {
        parser = ServerSentEventParser(maximumEventSize: maximumEventSize)
    }

    /// Looks for the next event in what is here. Without one the stream is finished, unless a chunk comes.
    @usableFromInline
    mutating func advance() throws -> Bool {
        isFinished = true
        if try parser.advance(in: chunk) {
            isFinished = false
            return true
        }
        chunk = []
        return false
    }

    /// The same without an end: more may come.
    mutating func advanceIfHere() throws -> Bool {
        guard !isFinished else { return false }
        defer { isFinished = false }
        return try advance()
    }

    /// Makes the event that was found.
    @usableFromInline
    mutating func takeEvent() -> ServerSentEvent {
        parser.takeEvent(in: chunk)
    }

    /// Goes on with a chunk, if there is one.
    @usableFromInline
    mutating func feed(_ next: [UInt8]?) {
        guard let next else { return }
        chunk = next
        isFinished = false
    }
}
