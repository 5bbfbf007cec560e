import Foundation

/// A value behind a lock: the one place where this package vouches for thread safety by hand.
///
/// `NSLock` rather than `Synchronization.Mutex`, because the latter needs macOS 15 and makes ThreadSanitizer report
/// false races on Linux.
package final class Locked<Value>: @unchecked Sendable {
    private let lock = NSLock()
    // Whoever has the lock is alone: to check that once more at every access costs as much as the lock.
    @exclusivity(unchecked) private var value: Value

    package init(_ value: sending Value) {
        self.value = value
    }

    /// Runs `body` with exclusive access to the value. `body` must not call back into the same lock.
    package func withLock<Result>(_ body: (inout Value) throws -> sending Result) rethrows -> sending Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }

    /// Runs `body` with exclusive access to the value, unless somebody else has it.
    /// - Returns: What `body` returns; `nil` where it was not run.
    package func withLockIfFree<Result>(_ body: (inout Value) throws -> sending Result) rethrows -> sending Result? {
        guard lock.try() else { return nil }
        defer { lock.unlock() }
        return try body(&value)
    }

    /// Takes the lock and does not give it back, so that nobody gets to the value any more.
    /// - Parameter seconds: How long it waits for who has it: in a forked child that may be nobody.
    package func lockForGood(within seconds: Double) { _ = lock.lock(before: Date(timeIntervalSinceNow: seconds)) }
}

/// Shows no children: `dump` and `Mirror` would read the value without the lock, and, behind it, Foundation's objects while
/// they work, which can end the process.
extension Locked: CustomReflectable {
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
