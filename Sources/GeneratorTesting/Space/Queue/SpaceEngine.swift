import Foundation
import GeneratorTransport

/// The sessions and jobs of an embedded Space: does what ``SpaceQueue`` says.
final class SpaceEngine: Sendable {
    /// The work of a job. Tells what happens by `say`, and gives the result.
    typealias Work = @Sendable (_ say: @escaping @Sendable (SpaceReport) -> Void) async throws -> [OrderedJSON]

    private struct Job {
        let session: String
        let endpoint: Int
        let work: Work
        var task: Task<Void, Never>?
        var start = 0.0
        /// Its end was reported before its time: nobody hears from it any more.
        var isMute = false
    }

    private struct Session {
        let mailbox = SpaceMailbox()
        /// The jobs whose end has not been read.
        var unread: Set<String> = []
    }

    private struct Content {
        var queue: SpaceQueue
        var jobs: [String: Job] = [:]
        var sessions: [String: Session] = [:]
        var order: [String] = []
        var counts = (submissions: 0, cancellations: 0)
    }

    /// So many sessions are remembered, as many as a real server remembers.
    private static let sessionLimit = 2000

    private let takesOutCancelled: Bool
    private let start = ContinuousClock.now
    private let content: Locked<Content>

    init(queue: SpaceQueue, takesOutCancelled: Bool) {
        self.takesOutCancelled = takesOutCancelled
        content = Locked(Content(queue: queue))
    }

    var counts: (submissions: Int, cancellations: Int) { content.withLock { $0.counts } }

    /// How many jobs wait.
    var waiting: Int { content.withLock { $0.queue.count } }

    /// Seconds since the Space began.
    private var now: Double { (ContinuousClock.now - start).seconds }

    /// Puts a job into the queue.
    /// - Parameters:
    ///   - endpoint: The number of the function.
    ///   - session: The session; without one the job is a session of its own.
    ///   - work: What the function does.
    /// - Returns: The job's name.
    /// - Throws: ``SpaceRefusal`` where the queue is full.
    func submit(_ endpoint: Int, session: String?, work: @escaping Work) throws -> String {
        let id = UUID().uuidString.lowercased().replacing("-", with: "")
        let session = session ?? id
        try content.withLock { content in
            if let refusal = content.queue.refusal { throw SpaceRefusal(status: 503, detail: refusal) }
            content.counts.submissions += 1
            content.jobs[id] = Job(session: session, endpoint: endpoint, work: work)
            open(session, &content)
            content.sessions[session]?.unread.insert(id)
            follow(content.queue.join(id, endpoint: endpoint, now: now), &content)
        }
        return id
    }

    /// Does work beside the queue.
    /// - Returns: The result, and how long it took.
    func perform<Value: Sendable>(
        _ endpoint: Int, _ work: @Sendable () async throws -> Value
    ) async throws -> (Value, SpaceTiming) {
        content.withLock { $0.counts.submissions += 1 }
        let start = now
        let value = try await work()
        let duration = now - start
        return content.withLock { content in
            content.queue.note(duration, of: endpoint)
            let average = content.queue.average(endpoint) ?? duration
            return (value, SpaceTiming(duration: duration, average: average))
        }
    }

    /// Stops a job and reports its end; releases before 6 execute it all the same when it has only waited.
    func cancel(_ id: String) {
        content.withLock { content in
            guard let job = content.jobs[id], !job.isMute else { return }
            content.counts.cancellations += 1
            content.sessions[job.session]?.mailbox.put(.cancelled, about: id)
            if job.task == nil, !takesOutCancelled {
                content.jobs[id]?.isMute = true
            } else {
                drop(id, &content)
            }
        }
    }

    /// Forgets a session: its jobs are stopped, wherever they are.
    func leave(_ session: String) {
        content.withLock { content in
            content.counts.cancellations += forget(session, &content)
        }
    }

    /// The work beside the queue was left by its caller.
    func noteCancellation() { content.withLock { $0.counts.cancellations += 1 } }

    func stop() {
        content.withLock { content in
            for session in Array(content.sessions.keys) { _ = forget(session, &content) }
        }
    }

    // MARK: Readers

    func mailbox(of session: String) -> SpaceMailbox? { content.withLock { $0.sessions[session]?.mailbox } }

    /// The session of a job that is not read yet.
    func session(ofJob id: String) -> String? {
        content.withLock { content in content.sessions.first { $0.value.unread.contains(id) }?.key }
    }

    /// The end of a job was read.
    /// - Returns: Whether the session has nothing more to say.
    func noteRead(_ id: String, in session: String) -> Bool {
        content.withLock { content in
            content.sessions[session]?.unread.remove(id)
            return content.sessions[session]?.unread.isEmpty ?? true
        }
    }

    // MARK: Work

    private func follow(_ steps: [SpaceQueue.Step], _ content: inout Content) {
        for step in steps {
            switch step {
            case .tell(let id, let message): tell(message, to: id, content)
            case .start(let id):
                guard let job = content.jobs[id] else { continue }
                content.jobs[id]?.start = now
                content.jobs[id]?.task = Task { [self] in await run(id, job.work) }
            }
        }
    }

    private func tell(_ message: SpaceMessage, to id: String, _ content: Content) {
        guard let job = content.jobs[id], !job.isMute else { return }
        content.sessions[job.session]?.mailbox.put(message, about: id)
    }

    private func run(_ id: String, _ work: Work) async {
        do {
            let values = try await work { [self] report in
                content.withLock { content in
                    guard let job = content.jobs[id] else { return }
                    let message: SpaceMessage =
                        switch report {
                        case .progress(let progress): .progress(progress)
                        case .log(let log): .log(log)
                        case .values(let values): .generating(values, timing(of: job, content))
                        }
                    tell(message, to: id, content)
                }
            }
            end(id, isSuccess: true) { .completed(values, $0) }
        } catch let failure as SpaceFailure {
            end(id) { _ in .failed(failure) }
        } catch is SpaceDeath {
            end(id) { _ in .death }
        } catch {
            // Stopped: whoever did that has reported it.
        }
    }

    private func end(_ id: String, isSuccess: Bool = false, _ message: (SpaceTiming) -> SpaceMessage) {
        content.withLock { content in
            guard let job = content.jobs[id] else { return }
            let duration = now - job.start
            let steps = content.queue.leaveWork(id, duration: isSuccess ? duration : nil, now: now)
            let average = content.queue.average(job.endpoint) ?? duration
            tell(message(SpaceTiming(duration: duration, average: average)), to: id, content)
            content.jobs[id] = nil
            follow(steps, &content)
        }
    }

    private func timing(of job: Job, _ content: Content) -> SpaceTiming {
        let duration = now - job.start
        return SpaceTiming(duration: duration, average: content.queue.average(job.endpoint) ?? duration)
    }

    // MARK: Sessions

    private func open(_ session: String, _ content: inout Content) {
        guard content.sessions[session] == nil else { return }
        content.sessions[session] = Session()
        content.order.append(session)
        // Nobody could stop their jobs any more.
        if content.order.count > Self.sessionLimit { _ = forget(content.order[0], &content) }
    }

    /// - Returns: How many jobs were stopped.
    private func forget(_ session: String, _ content: inout Content) -> Int {
        guard content.sessions.removeValue(forKey: session) != nil else { return 0 }
        if let place = content.order.firstIndex(of: session) { content.order.remove(at: place) }
        let jobs = content.jobs.filter { $0.value.session == session }
        for id in jobs.keys { drop(id, &content) }
        return jobs.values.count { !$0.isMute }
    }

    private func drop(_ id: String, _ content: inout Content) {
        guard let job = content.jobs.removeValue(forKey: id) else { return }
        job.task?.cancel()
        follow(content.queue.takeOut(id, now: now) ?? content.queue.leaveWork(id, duration: nil, now: now), &content)
    }
}
