internal import Foundation
internal import GeneratorCore
internal import GeneratorTransport

/// What apps have said of themselves, so that a provider does not ask before every picture; and the cookies that they have
/// set, each with those for whom they were set.
package final class GradioConfigCache: Sendable {
    private struct Entry {
        var config: GradioConfig?
        var time = ContinuousClock.now
        /// Whether somebody asks the app, and who waits for the answer.
        var isAsked = false
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        /// What the last one who asked heard, for those who waited.
        var failure: (any Error)?
        var questions = 0
    }

    /// For how long something is remembered: a Space may be deployed anew at any time.
    private let life: Duration
    private static let jarLimit = 100
    private let jars = Locked<[(url: URL, headers: HTTPHeaders, cookies: GradioCookies)]>([])
    private let entries = Locked<(byURL: [URL: Entry], nextWaiter: Int)>(([:], 0))

    package init(life: Duration = .seconds(300)) { self.life = life }

    /// The cookies of an app for whoever shows it such credentials: a balancer may have marked with one where their jobs
    /// are. Nobody sends what was set for somebody else.
    func cookies(of url: URL, for headers: HTTPHeaders) -> GradioCookies {
        jars.withLock { jars in
            if let known = jars.first(where: { $0.url == url && $0.headers == headers }) { return known.cookies }
            let cookies = GradioCookies(of: url)
            jars.append((url, headers, cookies))
            if jars.count > Self.jarLimit { jars.removeFirst() }
            return cookies
        }
    }

    /// Forgets what an app has said.
    func forget(_ url: URL) { entries.withLock { $0.byURL[url]?.config = nil } }

    /// What an app has said. Whoever comes while it is being asked waits for the same answer, be it an error.
    /// - Parameters:
    ///   - url: Where the app runs.
    ///   - ask: Asks the app.
    /// - Returns: What it has said, and whether that is fresh.
    /// - Throws: What `ask` threw, `CancellationError`.
    func config(
        of url: URL, asking ask: () async throws -> GradioConfig
    ) async throws -> (config: GradioConfig, isFresh: Bool) {
        var awaited: Int?
        while true {
            try Task.checkCancellation()
            let (known, failure, number) = entries.withLock { entries in
                var entry = entries.byURL[url] ?? Entry()
                defer { entries.byURL[url] = entry }
                if let config = entry.config, entry.time.duration(to: .now) < life || entry.questions == awaited {
                    return (config as GradioConfig?, nil as (any Error)?, nil as Int?)
                }
                if entry.questions == awaited, let failure = entry.failure { return (nil, failure, nil) }
                if entry.isAsked { return (nil, nil, nil) }
                entry.isAsked = true
                entry.failure = nil
                entry.questions += 1
                return (nil, nil, entry.questions)
            }
            if let known { return (known, awaited != nil) }
            if let failure { throw failure }
            guard number != nil else {
                awaited = await wait(url)
                continue
            }
            do {
                let config = try await ask()
                answer(url) { entry in
                    entry.config = config
                    entry.time = .now
                }
                return (config, true)
            } catch {
                // Whoever gave up has learned nothing about the app: the next one asks again.
                let isOwn = error is CancellationError || GenerationError(wrapping: error).code == .timedOut
                answer(url) { $0.failure = isOwn ? nil : error }
                throw error
            }
        }
    }

    private func answer(_ url: URL, _ change: @Sendable (inout Entry) -> Void) {
        let waiters = entries.withLock { entries in
            var entry = entries.byURL[url] ?? Entry()
            change(&entry)
            entry.isAsked = false
            defer {
                entry.waiters = [:]
                entries.byURL[url] = entry
            }
            return Array(entry.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits for the answer to the question that is being asked.
    /// - Returns: The number of the question.
    private func wait(_ url: URL) async -> Int? {
        let (waiter, number) = entries.withLock { entries in
            entries.nextWaiter += 1
            return (entries.nextWaiter, entries.byURL[url]?.questions)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = entries.withLock { entries in
                    guard let entry = entries.byURL[url], entry.isAsked, entry.questions == number, !Task.isCancelled
                    else { return true }
                    entries.byURL[url]?.waiters[waiter] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            entries.withLock { $0.byURL[url]?.waiters.removeValue(forKey: waiter) }?.resume()
        }
        return number
    }
}
