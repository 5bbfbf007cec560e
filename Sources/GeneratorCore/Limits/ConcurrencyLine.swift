/// Who may begin when: so many at once, so many in any interval, in the order in which they came. A value without waits.
struct ConcurrencyLine: Sendable {
    private let limit: Int
    private let starts: Int
    private let interval: Duration
    private var running = 0
    private var waiting: [Int] = []
    /// When those began who did so within the last interval, the first of them first.
    private var recent: [Duration] = []

    /// Lets `limit` run at once, and `starts` begin in any `interval`.
    init(limit: Int, starts: Int, per interval: Duration) {
        self.limit = limit
        self.starts = starts
        self.interval = interval
    }

    /// Whether somebody who came now would have to wait.
    func isFull(at now: Duration) -> Bool {
        var copy = self
        copy.join(-1)
        return !copy.admit(at: now).admitted.contains(-1)
    }

    mutating func join(_ id: Int) { waiting.append(id) }

    /// Somebody no longer waits.
    mutating func leave(_ id: Int) { waiting.removeAll { $0 == id } }

    /// One of those who were admitted is done.
    mutating func finish() { running -= 1 }

    /// Admits whoever may begin.
    /// - Returns: Who that is, and after which time to ask again, where only time keeps the next one waiting.
    mutating func admit(at now: Duration) -> (admitted: [Int], wait: Duration?) {
        recent.removeAll { now - $0 >= interval }
        let places = min(limit - running, waiting.count)
        let admitted = Array(waiting.prefix(max(0, min(places, starts - recent.count))))
        waiting.removeFirst(admitted.count)
        running += admitted.count
        if interval > .zero { recent += admitted.map { _ in now } }
        guard admitted.count < places, let first = recent.first else { return (admitted, nil) }
        return (admitted, interval - (now - first))
    }
}
