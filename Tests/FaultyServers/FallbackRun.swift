internal import GeneratorCore
package import GeneratorTransport

/// Two providers in a row, of which the first meets a server that goes wrong while a job is submitted.
package struct FallbackRun: Sendable, CustomStringConvertible {
    package let description: String
    /// What came of the jobs at the first provider's server, and at the second's.
    package private(set) var first = FaultyServer.Counts()
    package private(set) var second = FaultyServer.Counts()
    /// The steps from one provider to the next, as the events tell them.
    package private(set) var hops = 0
    package private(set) var isDone = false
    package private(set) var error: (any Error)?

    /// Asks a provider whose server goes wrong, and behind it one whose server does well.
    package init(
        _ subject: FaultSubject, _ fault: Fault, over transport: any HTTPTransport = PlatformTransport.make()
    ) async throws {
        description = "\(subject), \(fault)"
        // On a busy machine a short time may be over before the fault was reached.
        for patience in [1, 4, 16] {
            try await attempt(subject, fault, patience: patience, over: transport)
            if first.faults > 0 || Task.isCancelled { break }
        }
    }

    private mutating func attempt(
        _ subject: FaultSubject, _ fault: Fault, patience: Int, over transport: any HTTPTransport
    ) async throws {
        let bad = try FaultyServer(fault, in: .create), good = try FaultyServer(nil, in: .create)
        defer {
            bad.stop()
            good.stop()
        }
        // Whoever does well has all the time that it needs.
        let limits = [FaultLimits(fault.end(in: .create), patience: patience), FaultLimits(.fault)]
        let providers = zip([bad, good], limits).map { server, limits in
            subject.provider(
                server.addresses, subject.environment(limits, at: server.addresses, over: transport))
        }
        (hops, isDone, error) = (0, false, nil)
        do {
            for try await event in FallbackProvider(providers).createAsyncGenerator(subject.request) {
                switch event {
                case .warning(let warning) where warning.kind == .providerReplaced: hops += 1
                case .image, .text: isDone = true
                default: break
                }
            }
        } catch {
            self.error = error
        }
        (first, second) = (bad.counts, good.counts)
    }

    /// Runs pairs of a provider and a fault, many at a time.
    package static func runs(of cells: [(FaultSubject, Fault)], atOnce: Int = 8) async throws -> [FallbackRun] {
        let next = Locked(cells.indices)
        return try await withThrowingTaskGroup(of: [FallbackRun].self) { group in
            for _ in 0..<atOnce {
                group.addTask {
                    var runs: [FallbackRun] = []
                    while let index = next.withLock({ $0.popFirst() }) {
                        runs.append(try await FallbackRun(cells[index].0, cells[index].1))
                    }
                    return runs
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// What is wrong with the run; empty where nothing is.
    package var complaints: [String] {
        var complaints: [String] = []
        if first.faults == 0 { complaints.append("The fault never happened.") }
        let taken = first.taken + second.taken
        if taken > 1 { complaints.append("Paid for \(taken) times.") }
        if second.creates > 1 { complaints.append("Submitted \(second.creates) times to a server that does well.") }
        if (second.creates > 0) != (hops > 0) { complaints.append("\(hops) steps for \(second.creates) submissions.") }
        if first.repetitions > 0 { complaints.append("Submitted again at the first one.") }
        if error == nil, !isDone || taken != 1 { complaints.append("Ended well with \(taken) jobs.") }
        if let error {
            guard let failure = error as? GenerationError else { return complaints + ["Threw a \(type(of: error))."] }
            if failure.wasAccepted == false {
                complaints.append("Nothing was accepted, and nobody else was asked: \(failure)")
            }
        }
        return complaints
    }
}
