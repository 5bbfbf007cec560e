import Foundation
import GeneratorTransport

#if canImport(Darwin)
    import Darwin
#else
    import EpollShim
#endif

/// Tells that a socket may have become readable or writable, or has come to its end: one thread for all servers of the
/// process, as long as the process lives.
///
/// Not with libdispatch's sources: on Linux, one whose connection is reset, or shut down in both directions, is freed on
/// its own queue while libdispatch's event loop still reads it, and now and then the process dies of that.
final class LoopbackReadiness: Sendable {
    private struct State {
        var calls: [UInt: @Sendable () -> Void] = [:]
        var lastNumber: UInt = 0
    }

    private static let instance = Locked<LoopbackReadiness?>(nil)

    private let poller: Int32
    private let state = Locked(State())

    /// The one of the process, made on first use; `nil` when no descriptor is left.
    static func shared() -> LoopbackReadiness? {
        instance.withLock { instance in
            if instance == nil { instance = LoopbackReadiness() }
            return instance
        }
    }

    private init?() {
        #if canImport(Darwin)
            poller = kqueue()
        #else
            poller = epoll_create1(Int32(EPOLL_CLOEXEC))
        #endif
        guard poller >= 0 else { return nil }
        let thread = Thread { [self] in
            while true {
                for call in waitForCalls() { call() }
            }
        }
        thread.name = "LoopbackServer"
        thread.start()
    }

    /// Calls back on the thread when something may be done with a socket, and after each change; who is called moves
    /// bytes until the socket would block, for nothing is said twice. Ends with ``forget(_:)``, before the descriptor is
    /// closed.
    /// - Returns: The number to forget it by; `nil` when the system watches no more descriptors.
    func watch(_ descriptor: Int32, _ call: @escaping @Sendable () -> Void) -> UInt? {
        let number = state.withLock { state in
            state.lastNumber += 1
            state.calls[state.lastNumber] = call
            return state.lastNumber
        }
        if register(descriptor, number) { return number }
        forget(number)
        return nil
    }

    /// No call begins after this, but one may be under way.
    func forget(_ number: UInt) {
        // What the closure holds is let go outside of the lock.
        let call = state.withLock { $0.calls.removeValue(forKey: number) }
        _ = call
    }

    /// What is known by a number that was given out once cannot be mistaken for another with the same descriptor.
    private func calls(_ numbers: some Sequence<UInt>) -> [@Sendable () -> Void] {
        state.withLock { state in numbers.compactMap { state.calls[$0] } }
    }

    #if canImport(Darwin)
        /// The type, which shares its name with a function.
        private typealias Event = kevent

        private func register(_ descriptor: Int32, _ number: UInt) -> Bool {
            let changes = [EVFILT_READ, EVFILT_WRITE].map { filter in
                Event(
                    ident: UInt(descriptor), filter: Int16(filter), flags: UInt16(EV_ADD | EV_CLEAR), fflags: 0,
                    data: 0, udata: UnsafeMutableRawPointer(bitPattern: number))
            }
            return kevent(poller, changes, Int32(changes.count), nil, 0, nil) == 0
        }

        private func waitForCalls() -> [@Sendable () -> Void] {
            withUnsafeTemporaryAllocation(of: Event.self, capacity: 64) { events in
                let count = kevent(poller, nil, 0, events.baseAddress, Int32(events.count), nil)
                return calls(events.prefix(max(0, Int(count))).map { UInt(bitPattern: $0.udata) })
            }
        }
    #else
        private func register(_ descriptor: Int32, _ number: UInt) -> Bool {
            var event = epoll_event(events: epollshim_any_edge, data: epoll_data_t(u64: UInt64(number)))
            return epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) == 0
        }

        private func waitForCalls() -> [@Sendable () -> Void] {
            withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 64) { events in
                let count = epoll_wait(poller, events.baseAddress, Int32(events.count), -1)
                return calls(events.prefix(max(0, Int(count))).map { UInt($0.data.u64) })
            }
        }
    #endif
}
