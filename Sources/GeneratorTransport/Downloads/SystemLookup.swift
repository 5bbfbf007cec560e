internal import Foundation

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Android)
    internal import Android
#endif

/// One question to the system's resolver, asked on a thread that may block. A cancelled task stops waiting at once; the
/// resolver, which cannot be stopped, finishes alone.
package final class SystemLookup: Sendable {
    private struct State {
        var addresses: [[UInt8]] = []
        var isOver = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private static let queue = DispatchQueue(label: "GeneratorTransport.lookup", attributes: .concurrent)

    private let state = Locked(State())

    /// Resolves a name.
    /// - Parameter name: A host name.
    /// - Returns: Its addresses, 4 or 16 bytes each; none where it does not resolve.
    /// - Throws: `CancellationError`.
    @Sendable
    package static func addresses(of name: String) async throws -> [[UInt8]] {
        try Task.checkCancellation()
        let lookup = SystemLookup()
        queue.async { lookup.finish(resolve(name)) }
        // Nothing travels through the continuation: both sides meet under the lock.
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = lookup.state.withLock { state in
                    if !state.isOver { state.waiter = continuation }
                    return state.isOver
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            lookup.finish([])
        }
        try Task.checkCancellation()
        return lookup.state.withLock { $0.addresses }
    }

    private func finish(_ addresses: [[UInt8]]) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.isOver else { return nil }
            state.isOver = true
            state.addresses = addresses
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    private static func resolve(_ name: String) -> [[UInt8]] {
        // Without hints, glibc leaves out the addresses of a family that only the loopback interface has.
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [[UInt8]] = []
        var next = list
        while let entry = next?.pointee {
            if let address = entry.ai_addr.flatMap(bytes) { addresses.append(address) }
            next = entry.ai_next
        }
        return addresses
    }

    private static func bytes(of address: UnsafeMutablePointer<sockaddr>) -> [UInt8]? {
        let raw = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET: return withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in.self).sin_addr) { Array($0) }
        case AF_INET6: return withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { Array($0) }
        default: return nil
        }
    }
}
