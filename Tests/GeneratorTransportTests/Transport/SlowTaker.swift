import Dispatch
import Foundation
import GeneratorTransport

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A server that takes no more of what is sent to it than it is told to, and answers when it has everything.
final class SlowTaker: Sendable {
    let port: UInt16
    private let listener = RawSocket()
    private let taken = Taken()

    /// How many bytes of the body have arrived.
    var bytesTaken: Int { taken.bytes.withLock { $0 } }

    var url: URL? { URL(string: "http://127.0.0.1:\(port)/upload") }

    /// Takes that many pieces of 64 KiB or less, and then waits.
    func take(pieces: Int) { for _ in 0..<pieces { taken.turns.signal() } }

    /// Takes whatever comes.
    func takeAll() {
        taken.isFree.withLock { $0 = true }
        taken.turns.signal()
    }

    private struct Taken: Sendable {
        let bytes = Locked(0)
        let isFree = Locked(false)
        let turns = DispatchSemaphore(value: 0)
    }

    init() throws {
        // Small, so that the client cannot get rid of its body at once.
        listener.set(SO_RCVBUF, Int32(64 << 10))
        port = try listener.startListening()
        DispatchQueue(label: "SlowTaker").async { [listener, taken] in
            let peer = listener.nextClient()
            listener.release()
            guard let peer else { return }
            Self.serve(peer, taken)
            peer.release()
        }
    }

    deinit {
        takeAll()
        // Closed by whoever waits for a client, lest that waits on another's socket with the same number.
        listener.shutDown()
    }

    private static func serve(_ peer: RawSocket, _ taken: Taken) {
        peer.set(SO_RCVTIMEO, timeval(tv_sec: 240, tv_usec: 0))
        var head = Data()
        var expected: Int?
        while true {
            if expected != nil, !taken.isFree.withLock({ $0 }) { taken.turns.wait() }
            let bytes = peer.receive(upTo: expected == nil ? 4096 : 64 << 10)
            guard !bytes.isEmpty else { return }
            if expected == nil {
                head.append(contentsOf: bytes)
                guard let end = head.range(of: Data("\r\n\r\n".utf8)) else { continue }
                let lines = String(decoding: head[..<end.lowerBound], as: UTF8.self).lowercased()
                    .components(separatedBy: "\r\n")
                let announced = lines.first { $0.hasPrefix("content-length:") }?.split(separator: ":").last
                expected = announced.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } ?? 0
                if lines.contains(where: { $0.hasPrefix("expect:") }) {
                    peer.transmit(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
                }
                taken.bytes.withLock { $0 += head.count - (end.upperBound - head.startIndex) }
            } else {
                taken.bytes.withLock { $0 += bytes.count }
            }
            if let expected, taken.bytes.withLock({ $0 }) >= expected { break }
        }
        peer.transmit(Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\ntaken".utf8))
    }
}
