/// An incremental parser for `text/event-stream`, after "Interpreting an event stream" of the WHATWG HTML standard.
///
/// Feed it the bytes of one response in pieces of any size, cut anywhere. An event comes out with the piece that holds
/// the end of its blank line. A block without such an end is no event: when the stream is over, drop the parser.
///
/// ```swift
/// var parser = ServerSentEventParser()
/// var events: [ServerSentEvent] = []
/// try parser.append(Array("event: tick\ndata: 1\n\nda".utf8)) { events.append($0) }
/// try parser.append(Array("ta: 2\n\n".utf8)) { events.append($0) }
/// ```
///
/// The work is linear in the number of bytes, however small the pieces are. ``ServerSentEvents`` does the same for an
/// asynchronous sequence of pieces.
public struct ServerSentEventParser: Sendable {
    /// The most bytes that a line, or the collected data of one event, may have.
    public let maximumEventSize: Int
    /// The stream's last event ID: as of the newest finished block, also one that dispatched no event.
    public private(set) var lastEventID = ""
    /// How long the server asks clients to wait before they connect again, from the newest valid `retry` field.
    public private(set) var reconnectionTime: Duration?

    /// Where the data of the unfinished block is. A single line that arrived whole is not copied before dispatch.
    private enum Collected {
        case nothing
        case inChunk(Range<Int>)
        case inBuffer(from: Int)
    }

    private static let lf = UInt8(ascii: "\n")
    private static let cr = UInt8(ascii: "\r")
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let defaultType = "message"
    /// Buffers up to this capacity are kept for good.
    private static let smallCapacity = 64 << 10
    /// Buffers up to this capacity are kept until a chunk has no use for them: to grow one anew costs more than to
    /// parse what goes into it, but one huge event must not weigh on a long stream.
    private static let largeCapacity = 4 << 20

    private var isAtStart = true
    /// Where the next line of the chunk begins; 0 only before the chunk's first.
    private var position = 0
    private var nextCR = 0
    private var endedWithCR = false
    var line: [UInt8] = []
    var data: [UInt8] = []
    private var collected = Collected.nothing
    /// Whether nothing was in the buffers when the chunk began.
    private var chunkBeganEmpty = true
    private var type = Self.defaultType
    private var pendingID: String?
    private var failure: (any Error)?

    /// Makes a parser for one stream.
    /// - Parameter maximumEventSize: The most bytes that a line, comments included, or the collected data of one event
    ///   may have; 32 MiB by default.
    public init(maximumEventSize: Int = 32 << 20) {
        self.maximumEventSize = maximumEventSize
    }

    /// Parses the next bytes of the stream.
    /// - Parameters:
    ///   - chunk: The bytes; may be empty, and may begin and end anywhere.
    ///   - body: Receives the events that these bytes finish, in order.
    /// - Throws: ``TransportError`` with the code ``TransportError/Code/responseTooLarge`` when a line or an event is
    ///   larger than ``maximumEventSize``, after the events before it. Every later call throws the same.
    public mutating func append(_ chunk: [UInt8], _ body: (ServerSentEvent) -> Void) throws {
        while try advance(in: chunk) { body(takeEvent(in: chunk)) }
    }

    /// Parses on through a chunk up to the end of its next event.
    /// - Parameter chunk: The same bytes in every call, until the next chunk is due.
    /// - Returns: Whether there is an event, which is then to be taken; if not, the next chunk is due.
    /// - Throws: ``TransportError`` when a line or an event is too large.
    mutating func advance(in chunk: [UInt8]) throws -> Bool {
        if let failure { throw failure }
        do {
            return try chunk.withUnsafeBytes { try parse($0) }
        } catch {
            (line, data, collected, failure) = ([], [], .nothing, error)
            throw error
        }
    }

    /// Makes the event at whose end ``advance(in:)`` stopped.
    /// - Parameter chunk: The same bytes.
    /// - Returns: The event.
    mutating func takeEvent(in chunk: [UInt8]) -> ServerSentEvent {
        let text: String
        switch collected {
        case .nothing:
            text = ""
        case .inChunk(let range):
            text = chunk.withUnsafeBytes { String(repairing: $0, range) }
        case .inBuffer(let start):
            text = takeBuffer(from: start)
        }
        collected = .nothing
        defer { type = Self.defaultType }
        return ServerSentEvent(type: type, data: text, lastEventID: lastEventID)
    }

    @inline(never)
    private mutating func takeBuffer(from start: Int) -> String {
        let text = data.withUnsafeBytes { String(repairing: $0, start..<$0.count) }
        data.empty(keeping: Self.largeCapacity)
        // Behind a blank line both are empty. What is next to need room is a line, of which it then becomes the data's.
        if line.capacity < data.capacity { swap(&line, &data) }
        return text
    }

    @inline(__always)
    private mutating func parse(_ chunk: UnsafeRawBufferPointer) throws(TransportError) -> Bool {
        if position == 0 { begin(chunk) }
        // LF is looked for only up to the next CR, and that only once it is passed: no byte is looked at twice for
        // the same thing.
        var start = position
        while start < chunk.count {
            let end = chunk[start] == Self.lf ? start : chunk.firstIndex(of: Self.lf, from: start, to: nextCR)
            if end == chunk.count { break }
            let range = start..<end
            start = end + 1
            if end == nextCR {
                endedWithCR = start == chunk.count
                if !endedWithCR, chunk[start] == Self.lf { start += 1 }
                nextCR = chunk.firstIndex(of: Self.cr, from: start, to: chunk.count)
            }
            if !line.isEmpty {
                try endSplitLine(range, of: chunk)
            } else if !range.isEmpty {
                try endLine(range, of: chunk)
            } else if endBlock() {
                position = start
                return true
            }
        }
        try end(chunk, unfinished: start)
        position = 0
        return false
    }

    private mutating func begin(_ chunk: UnsafeRawBufferPointer) {
        chunkBeganEmpty = line.isEmpty && data.isEmpty
        if isAtStart { position = skipByteOrderMark(chunk) }
        if endedWithCR, position < chunk.count {
            endedWithCR = false
            if chunk[position] == Self.lf { position += 1 }
        }
        nextCR = chunk.firstIndex(of: Self.cr, from: position, to: chunk.count)
    }

    /// Keeps what is unfinished, since the chunk goes.
    private mutating func end(_ chunk: UnsafeRawBufferPointer, unfinished start: Int) throws(TransportError) {
        if start < chunk.count {
            try check(line.count + chunk.count - start)
            line.append(chunk, start..<chunk.count)
        }
        if case .inChunk(let range) = collected {
            data.append(chunk, range)
            collected = .inBuffer(from: 0)
        }
        if chunkBeganEmpty, line.isEmpty, data.isEmpty {
            line.empty(keeping: Self.smallCapacity)
            data.empty(keeping: Self.smallCapacity)
        }
    }

    /// Drops a byte order mark, which counts only here. As long as it is incomplete its bytes wait as a line's begin,
    /// which they are if it does not go on.
    private mutating func skipByteOrderMark(_ chunk: UnsafeRawBufferPointer) -> Int {
        var index = 0
        while index < chunk.count, chunk[index] == Self.byteOrderMark[line.count] {
            line.append(chunk[index])
            index += 1
            if line == Self.byteOrderMark {
                isAtStart = false
                line.removeAll()
                return index
            }
        }
        isAtStart = index == chunk.count
        return index
    }

    @inline(__always)
    private mutating func endLine(_ range: Range<Int>, of chunk: UnsafeRawBufferPointer) throws(TransportError) {
        try check(range.count)
        guard let offset = interpret(UnsafeRawBufferPointer(rebasing: chunk[range])) else { return }
        let value = range.lowerBound + offset..<range.upperBound
        switch collected {
        case .nothing:
            collected = .inChunk(value)
        case .inChunk(let first):
            data.append(chunk, first)
            collected = .inBuffer(from: 0)
            try checkData(adding: value.count)
            collect(chunk, value)
        case .inBuffer:
            try checkData(adding: value.count)
            collect(chunk, value)
        }
    }

    /// Ends a line that began in an earlier chunk.
    private mutating func endSplitLine(
        _ range: Range<Int>, of chunk: UnsafeRawBufferPointer
    ) throws(TransportError) {
        try check(line.count + range.count)
        line.append(chunk, range)
        var whole: [UInt8] = []
        swap(&whole, &line)
        if let offset = whole.withUnsafeBytes({ interpret($0) }) {
            if case .nothing = collected {
                // The line's buffer becomes the data's: a large line is not copied once more.
                swap(&whole, &data)
                collected = .inBuffer(from: offset)
            } else {
                try checkData(adding: whole.count - offset)
                whole.withUnsafeBytes { collect($0, offset..<$0.count) }
            }
        }
        whole.empty(keeping: Self.largeCapacity)
        swap(&whole, &line)
    }

    private mutating func collect(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        data.append(Self.lf)
        data.append(bytes, range)
    }

    private func checkData(adding count: Int) throws(TransportError) {
        if case .inBuffer(let start) = collected { try check(data.count - start + 1 + count) }
    }

    @inline(__always)
    private func check(_ size: Int) throws(TransportError) {
        if size > maximumEventSize { throw tooLarge() }
    }

    @inline(never)
    private func tooLarge() -> TransportError {
        TransportError(.responseTooLarge, "A server-sent event is larger than the limit of \(maximumEventSize) bytes.")
    }

    /// Follows a blank line, and answers whether there is an event.
    @inline(__always)
    private mutating func endBlock() -> Bool {
        if let id = pendingID {
            lastEventID = id
            pendingID = nil
        }
        if case .nothing = collected {
            type = Self.defaultType
            return false
        }
        return true
    }

    /// Follows a line that is not blank, except for `data`, of which it returns where the value begins.
    @inline(__always)
    private mutating func interpret(_ line: UnsafeRawBufferPointer) -> Int? {
        switch ServerSentEventField(line: line) {
        case .data(let start): return start
        case .event(let name): type = name.isEmpty ? Self.defaultType : name
        case .id(let id): pendingID = id
        case .retry(let time): reconnectionTime = time
        case .ignored: break
        }
        return nil
    }
}

extension [UInt8] {
    @inline(__always)
    fileprivate mutating func append(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[range]))
    }

    fileprivate mutating func empty(keeping limit: Int) {
        removeAll(keepingCapacity: capacity <= limit)
    }
}
