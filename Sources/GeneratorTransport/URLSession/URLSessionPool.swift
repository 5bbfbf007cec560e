internal import Foundation

/// The sessions of the process. But for those with a proxy (Apple's platforms only) they are never released: on Linux a
/// released session that still holds a TLS connection aborts the process, on Apple's platforms one that is dropped without
/// being invalidated leaks.
///
/// A session serves one transfer at a time, or one lease. The pool knows when each last spoke to which origin, so that
/// a create gets a session that cannot have a connection to its origin, and a read one that probably has.
final class URLSessionPool: Sendable {
    static let shared = URLSessionPool()

    /// For this long a connection that was not closed may still be re-used: libcurl drops idle ones after 118 s.
    private static let connectionLife: Duration = .seconds(150)

    private struct Entry {
        let session: PooledURLSession
        var spoken: [HTTPOrigin: ContinuousClock.Instant] = [:]

        func mayHoldConnection(to origin: HTTPOrigin) -> Bool {
            guard let last = spoken[origin] else { return false }
            return last.duration(to: .now) < URLSessionPool.connectionLife
        }
    }

    private let idle = Locked<[Entry]>([])

    private init() { disarmOpenSSLExitHandlers() }

    /// Finds or makes a session for one transfer.
    func loan(for request: HTTPRequest, to origin: HTTPOrigin) -> URLSessionLoan {
        if case .follow(let lease) = request.intent, let held = lease.held as? URLSessionLoan { return held }
        let loan = ownSession(for: request) ?? pooled(for: request, to: origin)
        if case .create(let lease?) = request.intent { lease.held = loan }
        return loan
    }

    /// A session has one proxy for its life, so that a request with one does not share the pool's.
    private func ownSession(for request: HTTPRequest) -> URLSessionLoan? {
        guard let proxy = request.proxy else { return nil }
        return URLSessionLoan(session: PooledURLSession(proxy: proxy), spoken: [:], pool: nil)
    }

    private func pooled(for request: HTTPRequest, to origin: HTTPOrigin) -> URLSessionLoan {
        switch request.intent {
        #if canImport(Darwin)
            // How long a connection lives is not said there, so that only a session without a past has none.
            case .create: URLSessionLoan(session: PooledURLSession(), spoken: [:], pool: nil)
        #else
            case .create: unconnected(to: origin)
        #endif
        case .follow: connected(to: origin)
        // On Linux a body is not sent again with the request that libcurl repeats when a re-used connection dies,
        // and both ends would wait for the other.
        case .read: request.hasBody ? unconnected(to: origin) : connected(to: origin)
        }
    }

    private func connected(to origin: HTTPOrigin) -> URLSessionLoan {
        take { $0.mayHoldConnection(to: origin) } ?? take { _ in true } ?? fresh()
    }

    private func unconnected(to origin: HTTPOrigin) -> URLSessionLoan {
        take { !$0.mayHoldConnection(to: origin) } ?? fresh()
    }

    private func fresh() -> URLSessionLoan { URLSessionLoan(session: PooledURLSession(), spoken: [:], pool: self) }

    private func take(where fits: (Entry) -> Bool) -> URLSessionLoan? {
        let entry: Entry? = idle.withLock { idle in
            // From the end: the session used last is the one whose connection is most likely alive.
            guard let index = idle.lastIndex(where: fits) else { return nil }
            return idle.remove(at: index)
        }
        return entry.map { URLSessionLoan(session: $0.session, spoken: $0.spoken, pool: self) }
    }

    fileprivate func giveBack(_ session: PooledURLSession, spoken: [HTTPOrigin: ContinuousClock.Instant]) {
        let alive = spoken.filter { $0.value.duration(to: .now) < Self.connectionLife }
        idle.withLock { $0.append(Entry(session: session, spoken: alive)) }
    }
}

/// The right to use one session; given back when the last transfer and the lease that hold it are gone.
final class URLSessionLoan: Sendable {
    let session: PooledURLSession
    private let spoken: Locked<[HTTPOrigin: ContinuousClock.Instant]>
    private let pool: URLSessionPool?

    /// Lends a session; without a `pool` it ends with the loan.
    fileprivate init(
        session: PooledURLSession, spoken: [HTTPOrigin: ContinuousClock.Instant], pool: URLSessionPool?
    ) {
        self.session = session
        self.spoken = Locked(spoken)
        self.pool = pool
    }

    deinit {
        guard let pool else { return session.invalidate() }
        pool.giveBack(session, spoken: spoken.withLock { $0 })
    }

    /// Notes whether the session may keep a connection to `origin` after a transfer.
    func transferEnded(with origin: HTTPOrigin, closed: Bool) {
        spoken.withLock { $0[origin] = closed ? nil : .now }
    }
}
