/// Who waits for a change: mostly nobody or one, for whom no list is made.
package struct Waiters {
    /// An object, because a continuation by itself is moved about at great cost: its layout is known only to the system.
    private final class Waiter: Sendable {
        let number: Int
        let continuation: CheckedContinuation<Void, Never>

        init(_ number: Int, _ continuation: CheckedContinuation<Void, Never>) {
            self.number = number
            self.continuation = continuation
        }
    }

    private var first: Waiter?
    private var others: [Waiter] = []

    package init() {}

    /// Adds one.
    /// - Parameters:
    ///   - continuation: What it waits with.
    ///   - number: The number by which it can be taken out; 0 where nobody does.
    package mutating func add(_ continuation: CheckedContinuation<Void, Never>, number: Int = 0) {
        let waiter = Waiter(number, continuation)
        if first == nil { first = waiter } else { others.append(waiter) }
    }

    /// Takes one out.
    /// - Parameter number: Its number.
    /// - Returns: What it waits with; `nil` where it waits no more.
    package mutating func take(_ number: Int) -> CheckedContinuation<Void, Never>? {
        if let found = first, found.number == number {
            first = others.popLast()
            return found.continuation
        }
        return others.firstIndex { $0.number == number }.map { others.remove(at: $0).continuation }
    }

    /// Takes all out.
    package mutating func takeAll() -> Waiters {
        var all = Waiters()
        swap(&all, &self)
        return all
    }

    /// Lets all go on. Not under a lock that they want.
    package consuming func resume() {
        first?.continuation.resume()
        for waiter in others { waiter.continuation.resume() }
    }
}
