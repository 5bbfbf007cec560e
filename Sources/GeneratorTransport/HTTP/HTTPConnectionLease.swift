/// Ties a request that creates something to the one that follows it, so that both travel over one connection.
///
/// A request that creates or bills must not go out on a re-used connection: when the server has just closed it, the
/// HTTP library underneath repeats the request by itself, and the job is paid for twice. It goes out on a fresh one.
/// The event stream that follows does better on that same, now re-used connection: on Linux a `URLSession` that waits
/// on a fresh connection keeps a processor busy.
///
/// ```swift
/// let lease = HTTPConnectionLease()
/// create.intent = .create(lease)
/// stream.intent = .follow(lease)
/// ```
///
/// Read the create's answer to its end first: the one that follows waits for it on their one connection.
///
/// The connection is given back when the lease and the responses that use it are gone.
public final class HTTPConnectionLease: Sendable {
    private let resource = Locked<(any Sendable)?>(nil)

    /// Makes a lease that holds no connection yet.
    public init() {}

    /// What a transport keeps here between two requests; released with the lease.
    package var held: (any Sendable)? {
        get { resource.withLock { $0 } }
        set {
            // The old resource is released outside the lock: its deinitialiser may give a connection back.
            let old = resource.withLock { held in
                let old = held
                held = newValue
                return old
            }
            _ = old
        }
    }
}
