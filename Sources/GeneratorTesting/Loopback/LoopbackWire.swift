internal import Foundation

/// Where a ``LoopbackResponder`` writes: a connection, or memory.
protocol LoopbackWire: Sendable {
    /// How many bytes were taken so far.
    var bytesSent: Int { get }
    /// Writes all bytes; returns when the last one was taken.
    func write(_ bytes: Data) async throws
    /// Ends both directions at once, with FIN or with RST.
    func close(reset: Bool)
    /// Suspends until the peer is gone.
    func waitForDisconnect() async
}

extension LoopbackWire {
    func close() { close(reset: false) }
}
