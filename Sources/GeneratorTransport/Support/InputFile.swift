package import Foundation

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Android)
    internal import Android
#endif

/// A file of the caller's, opened once: who looks at its first bytes and then reads the rest reads the same file.
///
/// It is a regular file or a pipe. A pipe is waited for without keeping a thread, so that a deadline and a cancellation
/// end the wait; devices and sockets are refused, because some never end.
package final class InputFile: Sendable {
    /// How long a pipe is left alone that has nothing to read.
    private static let pause = Duration.milliseconds(10)

    /// Its name, fit to be shown.
    package let name: String
    private let descriptor: Int32
    private let isPipe: Bool
    /// What was looked at and not read yet.
    private let looked = Locked(Data())

    /// Opens a file.
    /// - Throws: ``TransportError`` (`fileUnreadable`).
    package init(_ url: URL) throws {
        name = url.lastPathComponent.printable(limit: 100)
        // Without waiting: a pipe without a writer would be waited for here.
        descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0,
            [S_IFREG, S_IFIFO].contains(status.st_mode & S_IFMT)
        else {
            // A value that was never whole has no end that could close it.
            if descriptor >= 0 { close(descriptor) }
            throw Self.unreadable(name)
        }
        isPipe = status.st_mode & S_IFMT == S_IFIFO
    }

    deinit { close(descriptor) }

    /// Looks at the first bytes, which the next read gives again.
    /// - Parameter count: How many; fewer where the file is shorter.
    /// - Returns: The bytes.
    /// - Throws: ``TransportError`` (`fileUnreadable`), `CancellationError`.
    package func head(_ count: Int) async throws -> Data {
        while true {
            let known = looked.withLock { $0 }
            if known.count >= count { return known.prefix(count) }
            let more = try await more(upTo: count - known.count)
            if more.isEmpty { return known }
            looked.withLock { $0 += more }
        }
    }

    /// Reads on.
    /// - Parameter count: How many bytes at most.
    /// - Returns: Some bytes; none at the end.
    /// - Throws: ``TransportError`` (`fileUnreadable`), `CancellationError`.
    package func read(upTo count: Int) async throws -> Data {
        let known = looked.withLock { looked in
            defer { looked = Data(looked.dropFirst(count)) }
            return looked.prefix(count)
        }
        return known.isEmpty ? try await more(upTo: count) : Data(known)
    }

    /// Reads all of it.
    /// - Parameter limit: The largest number of bytes; one more is an error.
    /// - Returns: The bytes.
    /// - Throws: ``TransportError`` (`fileUnreadable`), `CancellationError`.
    package func readAll(upTo limit: Int) async throws -> Data {
        var data = Data()
        while true {
            let piece = try await read(upTo: 256 << 10)
            if piece.isEmpty { return data }
            guard piece.count <= limit - data.count else {
                throw TransportError(.fileUnreadable, "The file \(name) is larger than \(limit) bytes.")
            }
            data += piece
            // Others may want this thread.
            await Task.yield()
        }
    }

    private func more(upTo count: Int) async throws -> Data {
        while true {
            try Task.checkCancellation()
            var buffer = [UInt8](repeating: 0, count: count)
            // Where nobody has written yet a read finds the end, and only this tells it from the true one.
            var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let isWaiting = isPipe && poll(&state, 1, 0) == 0
            let length = isWaiting ? -1 : fill(&buffer, count)
            if length >= 0 { return Data(buffer.prefix(length)) }
            guard isWaiting || errno == EAGAIN || errno == EINTR else { throw Self.unreadable(name) }
            try await Task.sleep(for: Self.pause)
        }
    }

    private func fill(_ buffer: inout [UInt8], _ count: Int) -> Int {
        buffer.withUnsafeMutableBytes { bytes in
            #if canImport(Darwin)
                Darwin.read(descriptor, bytes.baseAddress, count)
            #elseif canImport(Glibc)
                Glibc.read(descriptor, bytes.baseAddress, count)
            #else
                Musl.read(descriptor, bytes.baseAddress, count)
            #endif
        }
    }

    private static func unreadable(_ name: String) -> TransportError {
        TransportError(.fileUnreadable, "The file \(name) cannot be read.")
    }
}
