#if os(Linux)
    /// A set of connections of its own, for a create and what follows it. They are closed when nobody holds it any more.
    final class CurlLease: Sendable {
        let number: UInt64
        private let engine: CurlEngine
        /// What follows a create closes their connection: then there is no hurry.
        private let isSpent = Locked(false)

        init(number: UInt64, engine: CurlEngine) {
            self.number = number
            self.engine = engine
        }

        deinit { engine.post(.closeConnections(number), isUrgent: !isSpent.withLock { $0 }) }

        /// Notes what became of the connection.
        func transferEnded(_ intent: HTTPRequest.Intent) {
            if case .follow = intent { isSpent.withLock { $0 = true } }
        }
    }
#endif
