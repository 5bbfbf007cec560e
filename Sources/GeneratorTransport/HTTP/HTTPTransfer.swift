/// The meeting point of a transport that receives and a task that reads: head, buffered pieces, end, idle timer.
///
/// The transport pushes from whatever thread it has, and tasks read. Nothing travels through the
/// continuation: the reader wakes and looks again under the lock, so that waking, cancelling and failing may race.
package final class HTTPTransfer: HTTPBodySource {
    /// Status and header fields.
    package struct Head: Sendable {
        package let status: Int
        package let headers: HTTPHeaders

        package init(status: Int, headers: HTTPHeaders) {
            self.status = status
            self.headers = headers
        }
    }

    fileprivate struct State {
        var head: Head?
        var chunks: [[UInt8]] = []
        var firstChunk = 0
        var buffered = 0
        var end: Result<Void, any Error>?
        /// Iterators of one body share its bytes, so that more than one may wait.
        var waiters = Waiters()
        var lastActivity = Duration.zero
        /// A silence, by when it began, that was longer than this process ever lets one become: it stood still itself.
        var doubtedSilence: Duration?
        var stop: (@Sendable () -> Void)?
        var resume: (@Sendable () -> Void)?
        /// The transport waits for the reader, so that its silence is not the server's.
        var isHeld = false
        /// Takes back the alarm that looks whether the server has been silent for too long.
        var cancelAlarm: (@Sendable () -> Void)?
        /// Whether what came last ended an event, or nothing has come yet.
        var endsEvent = true
        /// Whether it was news that ages.
        var endsWithAgingNews = false
        /// When the reader was last woken for news that can wait, and whether it will be.
        var lastSlowWake: Duration?
        var willWake = false
        /// Counts changes, so that a reader who looked before a change does not sleep through it.
        var version = 0
    }

    private let state = Locked(State())
    private let bufferLimit: Int
    private let highWater: Int
    private let idleTimeout: Duration
    private let clock: GeneratorClock

    package init(bufferLimit: Int, idleTimeout: Duration, clock: GeneratorClock) {
        self.bufferLimit = bufferLimit
        highWater = min(bufferLimit, 512 << 10)
        self.idleTimeout = idleTimeout
        self.clock = clock
    }

    /// Says how to end and to continue the work underneath, and starts the idle timer. `stop` runs at most once, from any
    /// thread; `resume` lets a transport go on that was told to ``hold(before:)``.
    package func begin(stop: @escaping @Sendable () -> Void, resume: (@Sendable () -> Void)? = nil) {
        let end = state.withLock { state in
            state.lastActivity = clock.now()
            if state.end == nil { (state.stop, state.resume) = (stop, resume) }
            return state.end
        }
        switch end {
        case nil: lookForSilence(in: idleTimeout)
        case .failure: stop()
        case .success: break
        }
    }

    private func lookForSilence(in time: Duration) {
        let cancelAlarm = clock.alarm(time) { [weak self] in self?.endIfSilent() }
        let isLate = state.withLock { state in
            if state.end == nil { state.cancelAlarm = cancelAlarm }
            return state.end != nil
        }
        if isLate { cancelAlarm() }
    }

    /// Ends the transfer if the server has been silent for too long, or looks again later.
    ///
    /// A look that comes much too late says that this process was stopped, or got no processor: what the server has sent
    /// meanwhile may still lie unread, and gets a little time once.
    private func endIfSilent() {
        let rest: Duration? = state.withLock { state in
            if state.end != nil { return nil }
            if state.isHeld { return idleTimeout }
            let silence = clock.now() - state.lastActivity
            guard silence - silence / 5 > idleTimeout, state.doubtedSilence != state.lastActivity else {
                return idleTimeout - silence
            }
            state.doubtedSilence = state.lastActivity
            return idleTimeout / 4
        }
        guard let rest else { return }
        if rest > .zero { lookForSilence(in: rest) } else { timeOut() }
    }

    private func timeOut() {
        fail(TransportError(.timedOut, "The server was silent for \(idleTimeout.inSeconds)."))
    }

    // MARK: The transport's side

    package var receivedHead: Head? { state.withLock { $0.head } }

    /// Whether the transport waits for the reader.
    package var isHeld: Bool { state.withLock { $0.isHeld } }

    /// Keeps the head for the reader.
    /// - Parameters:
    ///   - head: The head.
    ///   - waking: Whether the reader hears of it now; else with ``wakeReader()``.
    package func receive(head: Head, waking: Bool = true) {
        change(waking: waking) { state in
            state.lastActivity = clock.now()
            if state.head == nil { state.head = head }
        }
    }

    /// Notes that the server takes what is sent to it: a long upload is no silence.
    package func noteProgress() {
        state.withLock { $0.lastActivity = clock.now() }
    }

    /// Whether a transport that can slow the server down has to, because the reader is behind. If so, the piece of
    /// `count` bytes stays with the transport until it is told to resume.
    package func hold(before count: Int) -> Bool {
        state.withLock { state in
            guard state.end == nil, state.buffered > 0, state.buffered + count > highWater else { return false }
            state.isHeld = true
            return true
        }
    }

    /// Keeps a piece for the reader. What comes after the end is dropped at once, because Foundation goes on delivering a
    /// compressed body long after it was cancelled; past the limit everything is, so that the reader hears of it now.
    /// - Parameters:
    ///   - chunk: The piece.
    ///   - isAging: Whether it is a whole event that is soon old. One that nobody has read gives way to the next.
    ///   - waking: Whether the reader hears of it now; else with ``wakeReader()``.
    /// - Returns: Whether more is wanted.
    @discardableResult
    package func receive(_ chunk: [UInt8], isAging: Bool = false, waking: Bool = true) -> Bool {
        let (overflow, isOpen) = change(waking: waking) { state in
            guard state.end == nil else { return (false, false) }
            if chunk.isEmpty { return (false, true) }
            state.lastActivity = clock.now()
            guard state.buffered + chunk.count <= bufferLimit else { return (true, false) }
            state.append(chunk, isAging: isAging)
            return (false, true)
        }
        if overflow {
            drop()
            fail(
                TransportError(
                    .responseTooLarge, "The reader fell more than \(bufferLimit) bytes behind the server.",
                    reachedServer: true))
        }
        return isOpen
    }

    /// Ends the transfer regularly. Pieces already received can still be read.
    package func finish() { end(.success(())) }

    /// Ends the transfer with an error, after the pieces already received.
    package func fail(_ error: any Error) { end(.failure(error))?() }

    /// Ends the transfer from the reader's side; what is buffered is dropped.
    package func cancel() {
        let stop = end(.failure(CancellationError()))
        drop()
        stop?()
    }

    private func drop() {
        state.withLock { state in
            // What was received in full but not read in full is not complete for the reader.
            if state.buffered > 0, case .success = state.end { state.end = .failure(CancellationError()) }
            state.chunks = []
            state.firstChunk = 0
            state.buffered = 0
        }
    }

    @discardableResult
    private func end(_ result: Result<Void, any Error>) -> (@Sendable () -> Void)? {
        let (stop, cancelAlarm) = change { state -> ((@Sendable () -> Void)?, (@Sendable () -> Void)?) in
            guard state.end == nil else { return (nil, nil) }
            state.end = result
            defer { (state.stop, state.cancelAlarm) = (nil, nil) }
            return (state.stop, state.cancelAlarm)
        }
        cancelAlarm?()
        return stop
    }

    /// Lets the reader look, once for all that came since it looked last: waking a task costs more than a piece.
    package func wakeReader() {
        change { _ in }
    }

    /// Lets the reader look for news that can wait: at once, but not more often than four times a second.
    package func wakeReaderSoon() {
        let now = clock.now()
        let rest: Duration? = state.withLock { state in
            guard !state.willWake else { return nil }
            let rest = state.lastSlowWake.map { $0 + .milliseconds(250) - now } ?? .zero
            state.willWake = rest > .zero
            if rest <= .zero { state.lastSlowWake = now }
            return rest
        }
        guard let rest else { return }
        guard rest > .zero else { return wakeReader() }
        _ = clock.alarm(rest) { [weak self] in
            guard let self else { return }
            let now = clock.now()
            change { ($0.willWake, $0.lastSlowWake) = (false, now) }
        }
    }

    private func change<Result: Sendable>(waking: Bool = true, _ body: (inout State) -> Result) -> Result {
        let (result, waiters) = state.withLock { state in
            let result = body(&state)
            state.version &+= 1
            return (result, waking ? state.waiters.takeAll() : Waiters())
        }
        waiters.resume()
        return result
    }

    // MARK: The reader's side

    /// Waits for the head.
    package func head() async throws -> Head {
        while true {
            let (head, end, version) = state.withLock { ($0.head, $0.end, $0.version) }
            if let head { return head }
            switch end {
            case .failure(let error): throw error
            case .success: throw TransportError(.connectionLost, "The server closed the connection without an answer.")
            case nil: try await wait(from: version, isolation: nil)
            }
        }
    }

    package func next(isolation: isolated (any Actor)?) async throws -> [UInt8]? {
        while true {
            let (chunk, resume, end, version) = state.withLock { state in
                (state.takeChunk(), state.release(at: highWater / 2, clock.now), state.end, state.version)
            }
            resume?()
            if let chunk { return chunk }
            switch end {
            case .failure(let error): throw error
            case .success: return nil
            case nil: try await wait(from: version, isolation: isolation)
            }
        }
    }

    /// Suspends until something changed since `version`; a cancelled task stops the transfer.
    private func wait(from version: Int, isolation: isolated (any Actor)?) async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isLate = state.withLock { state in
                    if state.version != version || Task.isCancelled { return true }
                    state.waiters.add(continuation)
                    return false
                }
                if isLate { continuation.resume() }
            }
        } onCancel: {
            cancel()
        }
        if Task.isCancelled {
            cancel()
            throw CancellationError()
        }
    }
}

extension HTTPTransfer.State {
    /// Ends the hold on the transport when no more than `lowWater` bytes are left.
    fileprivate mutating func release(at lowWater: Int, _ now: () -> Duration) -> (@Sendable () -> Void)? {
        guard isHeld, buffered <= lowWater else { return nil }
        isHeld = false
        lastActivity = now()
        return resume
    }

    /// Keeps a piece, together with the one before where both are small: a server may send single bytes, and each array
    /// costs more than fifty.
    fileprivate mutating func append(_ chunk: [UInt8], isAging: Bool) {
        // Where it follows a part of an event it is the rest of that.
        let isNews = isAging && endsEvent
        if isNews, endsWithAgingNews, firstChunk < chunks.count { buffered -= chunks.removeLast().count }
        defer {
            endsEvent = chunk.last == 0x0A && chunk.dropLast().last == 0x0A
            endsWithAgingNews = isNews
        }
        buffered += chunk.count
        if !isNews, !endsWithAgingNews, firstChunk < chunks.count,
            chunks[chunks.count - 1].count + chunk.count <= 16 << 10
        {
            chunks[chunks.count - 1] += chunk
        } else {
            chunks.append(chunk)
        }
    }

    fileprivate mutating func takeChunk() -> [UInt8]? {
        guard firstChunk < chunks.count else { return nil }
        let chunk = chunks[firstChunk]
        chunks[firstChunk] = []
        firstChunk += 1
        buffered -= chunk.count
        if firstChunk == chunks.count {
            chunks.removeAll(keepingCapacity: chunks.capacity <= 64)
            firstChunk = 0
        } else if firstChunk >= 256 {
            chunks.removeFirst(firstChunk)
            firstChunk = 0
        }
        return chunk
    }
}
