/// The order of the jobs: who waits at which place, who works, how long it takes. Pure: it knows no clock, no connection
/// and no work; every change answers with what is to be done about it.
struct SpaceQueue: Sendable {
    /// What is to be done, in order.
    enum Step: Sendable {
        case tell(job: String, SpaceMessage)
        case start(job: String)
    }

    private struct Job: Sendable {
        let id: String
        let endpoint: Int
    }

    private let workers: Int
    /// So many jobs may wait; those at work do not count.
    private let limit: Int?
    private var waiting: [Job] = []
    private var working: [String: (endpoint: Int, since: Double)] = [:]
    private var past: [Int: (total: Double, count: Int)] = [:]

    init(workers: Int, limit: Int?) {
        self.workers = max(1, workers)
        self.limit = limit
    }

    /// How many jobs wait.
    var count: Int { waiting.count }

    /// What Gradio says where no more jobs may wait.
    var refusal: String? {
        guard let limit, waiting.count >= limit else { return nil }
        return "Queue is full. Max size is \(limit) and size is \(waiting.count)."
    }

    /// How long an endpoint's work took on average; seconds.
    func average(_ endpoint: Int) -> Double? { past[endpoint].map { $0.total / Double($0.count) } }

    /// A job comes last.
    mutating func join(_ id: String, endpoint: Int, now: Double) -> [Step] {
        waiting.append(Job(id: id, endpoint: endpoint))
        return estimations(from: waiting.count - 1, now: now) + dispatch(now: now)
    }

    /// A job is done or was stopped: its worker is free. `duration` is `nil` where it says nothing about later jobs.
    mutating func leaveWork(_ id: String, duration: Double?, now: Double) -> [Step] {
        guard let job = working.removeValue(forKey: id) else { return [] }
        if let duration { note(duration, of: job.endpoint) }
        return dispatch(now: now)
    }

    /// Work took so long, in the queue or beside it.
    mutating func note(_ duration: Double, of endpoint: Int) {
        let old = past[endpoint] ?? (0, 0)
        past[endpoint] = (old.total + duration, old.count + 1)
    }

    /// A job that waits does so no more.
    /// - Returns: `nil` where it does not wait.
    mutating func takeOut(_ id: String, now: Double) -> [Step]? {
        guard let place = waiting.firstIndex(where: { $0.id == id }) else { return nil }
        waiting.remove(at: place)
        return estimations(from: place, now: now)
    }

    private mutating func dispatch(now: Double) -> [Step] {
        var steps: [Step] = []
        while working.count < workers, !waiting.isEmpty {
            let job = waiting.removeFirst()
            working[job.id] = (job.endpoint, now)
            steps += [.tell(job: job.id, .started(eta: average(job.endpoint))), .start(job: job.id)]
            steps += estimations(from: 0, now: now)
        }
        return steps
    }

    /// The places from one on, with the time until the result.
    private func estimations(from first: Int, now: Double) -> [Step] {
        var wait = untilWorkerIsFree(now: now)
        return waiting.enumerated().compactMap { rank, job in
            let work = average(job.endpoint)
            let eta = work.flatMap { work in wait.map { $0 + work } }
            wait = work.flatMap { work in wait.map { $0 + work / Double(workers) } }
            return rank < first
                ? nil : .tell(job: job.id, .waiting(rank: rank, size: waiting.count, eta: eta))
        }
    }

    private func untilWorkerIsFree(now: Double) -> Double? {
        guard working.count >= workers else { return 0 }
        var ends: [Double] = []
        for job in working.values {
            guard let work = average(job.endpoint) else { return nil }
            ends.append(job.since + work)
        }
        return max(0, (ends.min() ?? now) - now)
    }
}
