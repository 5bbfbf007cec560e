#if os(Linux)
    internal import CurlShim
    internal import Foundation

    /// Serves all transfers of the process, with a thread that waits for what arrives.
    ///
    /// There is one, and it lives as long as the process, like the sessions of `URLSessionTransport`. Whoever begins a
    /// transfer does so on its own thread while that one sleeps; everything else is left to it as a message.
    final class CurlEngine: Sendable {
        /// What the thread is asked to do.
        enum Message: Sendable {
            case start(CurlTransfer.Order)
            case stop(UInt64)
            case resume(UInt64)
            case closeConnections(UInt64)
        }

        /// A set of connections of its own, for a create and what follows it. They are closed when nobody holds it any more.
        final class Lease: Sendable {
            let number: UInt64
            private let engine: CurlEngine
            /// Whether what follows the create was sent: its connection is closed with it, and the empty set can wait.
            let isUsedUp = Locked(false)

            init(number: UInt64, engine: CurlEngine) {
                self.number = number
                self.engine = engine
            }

            deinit { engine.post(.closeConnections(number), isUrgent: !isUsedUp.withLock { $0 }) }
        }

        private static let instance = Locked<CurlEngine?>(nil)

        private struct Inbox {
            var messages: [Message] = []
            /// Whether the thread was told to look.
            var isAwake = false
        }

        private let inbox = Locked(Inbox())
        private let lastNumber = Locked<UInt64>(0)
        private let wake: Int32
        private let loop: Locked<CurlLoop>

        /// The engine, made on first use.
        /// - Throws: ``TransportError`` (`transportUnavailable`) without a libcurl that can be used.
        static func shared() throws -> CurlEngine {
            try instance.withLock { engine in
                if let engine { return engine }
                let new = try CurlEngine()
                engine = new
                return new
            }
        }

        /// Loads libcurl where that was not done before, and says what is wrong with it; `nil` where it can be used.
        static func whyUnavailable() -> TransportError? {
            disarmOpenSSLExitHandlers()
            let result = curlshim_load()
            return TransportError(loading: result, version: curlshim_version().map { String(cString: $0) })
        }

        private init() throws {
            if let error = Self.whyUnavailable() { throw error }
            wake = curlshim_wake_create()
            guard wake >= 0, let shim = curlshim_loop_create(wake) else {
                if wake >= 0 { curlshim_wake_close(wake) }
                throw TransportError(
                    .transportUnavailable, "The system has no descriptors left for this transport.",
                    reachedServer: false)
            }
            let address = UInt(bitPattern: shim)
            loop = Locked(CurlLoop(shim))
            let thread = Thread { [self] in
                guard let shim = OpaquePointer(bitPattern: address) else { return }
                curlshim_keep_signals_away()
                while true {
                    let rest = loop.withLock { $0.turn(takeMessages) }
                    curlshim_loop_sleep(shim, rest)
                }
            }
            thread.name = "GeneratorTransport.curl"
            thread.start()
            // A process that leaves `main` tears down what libcurl still uses: from here on its thread sleeps for ever.
            atexit { CurlEngine.instance.withLock { $0 }?.loop.lockForGood(within: 1) }
        }

        private func takeMessages() -> [Message] {
            inbox.withLock { inbox in
                defer { inbox.messages.removeAll(keepingCapacity: inbox.messages.count <= 64) }
                inbox.isAwake = false
                return inbox.messages
            }
        }

        /// Leaves a message, and wakes the thread where it may be asleep. What is not urgent waits for the next that is.
        func post(_ message: Message, isUrgent: Bool = true) {
            let isFirst = inbox.withLock { inbox in
                inbox.messages.append(message)
                guard isUrgent else { return false }
                defer { inbox.isAwake = true }
                return !inbox.isAwake
            }
            if isFirst { curlshim_wake(wake) }
        }

        /// Starts a transfer; what arrives goes to `transfer`.
        /// - Returns: The number by which it is stopped and resumed.
        func start(
            _ request: HTTPRequest, body: CurlBody?, authorities: String?, transfer: HTTPTransfer
        ) -> UInt64 {
            let number = nextNumber()
            let lease: Lease?
            switch request.intent {
            case .create(let holder?):
                let fresh = Lease(number: nextNumber(), engine: self)
                holder.held = fresh
                lease = fresh
            case .follow(let holder):
                lease = holder.held as? Lease
                lease?.isUsedUp.withLock { $0 = true }
            case .create(nil), .read: lease = nil
            }
            begin(
                CurlTransfer.Order(
                    number: number, request: request, body: body, transfer: transfer, lease: lease,
                    authorities: authorities))
            return number
        }

        /// Begins a transfer here where nobody else is at work: to wake the thread for it costs more than it does.
        private func begin(_ order: CurlTransfer.Order) {
            let hasBlocked = curlshim_block_sigpipe() != 0
            defer { if hasBlocked { curlshim_unblock_sigpipe() } }
            if loop.withLockIfFree({ $0.begin(order) }) == nil { post(.start(order)) }
        }

        private func nextNumber() -> UInt64 {
            lastNumber.withLock { number in
                number += 1
                return number
            }
        }
    }
#endif
