import Foundation

/// A value behind a lock: the one place where this package vouches for thread safety by hand.
///
/// `NSLock` rather than `Synchronization.Mutex`, because the latter needs macOS 15 and makes ThreadSanitizer report
/// false races on Linux.
package final class Locked<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    package init(_ value: sending Value) {
        self.value = value
    }

    /// Runs `body` with exclusive access to the value. `body` must not call back into the same lock.
    package func withLock<Result>(_ body: (inout Value) throws -> sending Result) rethrows -> sending Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}

/// Shows no children: `dump` and `Mirror` would read the value without the lock, and, behind it, Foundation's objects while
/// they work, which can end the process.
extension Locked: CustomReflectable {
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
