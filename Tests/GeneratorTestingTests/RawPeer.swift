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

/// A TCP client that hides nothing: it sends bytes as given and shows bytes as received.
///
/// The blocking calls run on a queue of its own, never on the threads that the server's handlers need.
final class RawPeer: Sendable {
    /// How the answer ended.
    enum Ending: Sendable {
        case stillOpen, finished, reset, timedOut
    }

    private let descriptor: Int32
    private let queue = DispatchQueue(label: "RawPeer")
    private let isOpen = Locked(true)
    /// What was received, but not asked for yet.
    private let unread = Locked("")

    init(port: UInt16, receiveBuffer: Int32? = nil) throws {
        #if canImport(Glibc)
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        // A program that another test starts meanwhile would keep the connection open.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var patience = timeval(tv_sec: 240, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        #if canImport(Darwin)
            var on: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            let code = POSIXErrorCode(rawValue: errno) ?? .EIO
            disconnect()
            throw POSIXError(code)
        }
    }

    deinit { disconnect() }

    /// Sends FIN for both directions.
    func disconnect() {
        let closes = isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        if closes { close(descriptor) }
    }

    func disconnectWithReset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        disconnect()
    }

    func finishWriting() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Sends a request with a `Host` field and the given others.
    func request(_ line: String, _ fields: String..., body: String = "") async {
        await send(([line + " HTTP/1.1", "Host: loopback"] + fields).joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    func send(_ text: String) async {
        let bytes = Array(text.utf8)
        await blocking { [self] in
            #if canImport(Darwin)
                let flags: Int32 = 0
            #else
                let flags = Int32(MSG_NOSIGNAL)
            #endif
            var start = 0
            while start < bytes.count {
                let count = bytes[start...].withUnsafeBytes { Platform.send(descriptor, $0, flags) }
                if count <= 0 { return }
                start += count
            }
        }
    }

    /// Receives until `isEnough` is content with all bytes so far, or the connection ends.
    func receive(until isEnough: @escaping @Sendable ([UInt8]) -> Bool = { _ in false }) async -> (String, Ending) {
        let ending = Locked(Ending.stillOpen)
        let text = unread
        await blocking { [self] in
            var chunk = [UInt8](repeating: 0, count: 64 * 1024)
            var bytes = Array(text.withLock { $0 }.utf8)
            while !isEnough(bytes) {
                let count = recv(descriptor, &chunk, chunk.count, 0)
                if count > 0 {
                    bytes += chunk[..<count]
                    continue
                }
                let error = errno
                ending.withLock { $0 = count == 0 ? .finished : error == ECONNRESET ? .reset : .timedOut }
                break
            }
            text.withLock { $0 = String(decoding: bytes, as: UTF8.self) }
        }
        let received = text.withLock { text in
            defer { text = "" }
            return text
        }
        return (received, ending.withLock { $0 })
    }

    /// Receives until the text ends in `suffix`.
    func receive(through suffix: String) async -> String {
        await receive { $0.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) }.0
    }

    private func blocking(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            queue.async {
                body()
                continuation.resume()
            }
        }
    }
}

/// Reaches the system's `send` from a type that has a method of that name.
private enum Platform {
    static func send(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ flags: Int32) -> Int {
        #if canImport(Darwin)
            Darwin.send(descriptor, bytes.baseAddress, bytes.count, flags)
        #elseif canImport(Musl)
            Musl.send(descriptor, bytes.baseAddress, bytes.count, flags)
        #else
            Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags)
        #endif
    }
}
