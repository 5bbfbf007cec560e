#if os(Linux)
    /// A set of connections of its own, for a create and what follows it. They are closed when nobody holds it any more.
    final class CurlLease: Sendable {
        let number: UInt64
        private let engine: CurlEngine

        init(number: UInt64, engine: CurlEngine) {
            self.number = number
            self.engine = engine
        }

        deinit { engine.post(.closeConnections(number)) }
    }
#endif
