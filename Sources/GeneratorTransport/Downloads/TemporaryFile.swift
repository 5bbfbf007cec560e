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

/// A file that is being written under a hidden name and becomes visible all at once, under a name that nobody has.
///
/// Nothing is on disk before the first byte. While it is written only the owner can read it. Unless it was published,
/// ``discard()`` removes it, and so does dropping it.
package final class TemporaryFile: Sendable {
    private enum State {
        case new
        case open(Int32)
        case over
    }

    /// So many names are tried: `name`, `name-2`, `name-3`, …
    private static let attempts = 10_000

    private let directory: URL
    private let path: String
    private let state = Locked(State.new)

    package init(in directory: URL) {
        self.directory = directory
        path = Self.hiddenPath(in: directory)
    }

    deinit { discard() }

    /// Where the file is while it is written.
    package var url: URL { URL(fileURLWithPath: path) }

    /// Writes bytes behind those already written; creates the file, and its directory where it is missing.
    /// - Throws: ``TransportError`` (`fileUnwritable`).
    package func append(_ bytes: [UInt8]) throws {
        try state.withLock { state in
            let file = try descriptor(&state)
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
                if count < 0 {
                    if errno == EINTR { continue }
                    throw failure(errno)
                }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// The first bytes written.
    package func prefix(_ count: Int) throws -> [UInt8] {
        try state.withLock { state in
            let file = try descriptor(&state)
            return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                while filled < count {
                    let read = pread(file, buffer.baseAddress?.advanced(by: filled), count - filled, off_t(filled))
                    if read < 0, errno == EINTR { continue }
                    if read < 0 { throw failure(errno) }
                    if read == 0 { return }
                    filled += read
                }
            }
        }
    }

    /// Makes the file visible as `name.extension`, or `name-2.extension` and so on where that exists. No file is ever
    /// overwritten.
    /// - Returns: The file under its new name.
    /// - Throws: ``TransportError`` (`fileUnwritable`).
    package func publish(as name: String, extension suffix: String) throws -> URL {
        try state.withLock { state in
            let file = try descriptor(&state)
            // File systems without permissions refuse this; there it stays as it is.
            _ = fchmod(file, try visibleMode())
            state = .over
            // Some file systems report only here that the disk is full.
            if close(file) != 0, errno != EINTR {
                let reason = errno
                unlink(path)
                throw failure(reason)
            }
            defer { unlink(path) }
            for attempt in 1...Self.attempts {
                let numbered = attempt == 1 ? "\(name).\(suffix)" : "\(name)-\(attempt).\(suffix)"
                let target = directory.appendingPathComponent(numbered, isDirectory: false)
                if link(path, target.path) == 0 { return target }
                if errno != EEXIST, try moveWithoutLink(to: target.path) { return target }
            }
            throw failure(EEXIST)
        }
    }

    /// Removes what was written. Does nothing once the file was published or removed.
    package func discard() {
        state.withLock { state in
            if case .open(let file) = state {
                close(file)
                unlink(path)
            }
            state = .over
        }
    }

    /// For file systems without hard links: reserves the name with an empty file, which the real one then replaces.
    /// - Returns: `false` where the name is taken.
    package func moveWithoutLink(to target: String) throws -> Bool {
        let reserved = Self.create(target, mode: 0o600)
        if reserved < 0 {
            guard errno == EEXIST else { throw failure(errno) }
            return false
        }
        close(reserved)
        guard rename(path, target) == 0 else {
            let reason = errno
            unlink(target)
            throw failure(reason)
        }
        return true
    }

    private func descriptor(_ state: inout State) throws -> Int32 {
        switch state {
        case .open(let file): return file
        case .over: throw failure(EBADF)
        case .new:
            guard directory.isFileURL else { throw failure(ENOTDIR) }
            var file = Self.create(path, mode: 0o600)
            if file < 0, errno == ENOENT {
                try makeDirectory(directory.path)
                file = Self.create(path, mode: 0o600)
            }
            guard file >= 0 else { throw failure(errno) }
            state = .open(file)
            return file
        }
    }

    /// With the directories above it. Foundation can do this too, but on Linux it keeps the system's reason to itself.
    private func makeDirectory(_ path: String) throws {
        if mkdir(path, 0o777) == 0 || errno == EEXIST { return }
        let reason = errno
        let parent = (path as NSString).deletingLastPathComponent
        guard reason == ENOENT, parent.utf8.count < path.utf8.count else { throw failure(reason) }
        try makeDirectory(parent)
        if mkdir(path, 0o777) != 0, errno != EEXIST { throw failure(errno) }
    }

    /// The mode that the system gives to a new file here: 0644 without the bits of the umask.
    ///
    /// A process can only read its umask by changing it, which every other thread would notice, and a directory may
    /// have default permissions of its own. So the system is asked with a file that exists for a moment.
    private func visibleMode() throws -> mode_t {
        let probe = Self.hiddenPath(in: directory)
        let file = Self.create(probe, mode: 0o644)
        guard file >= 0 else { throw failure(errno) }
        defer {
            close(file)
            unlink(probe)
        }
        var info = stat()
        guard fstat(file, &info) == 0 else { throw failure(errno) }
        return info.st_mode & 0o777
    }

    private static func hiddenPath(in directory: URL) -> String {
        directory.appendingPathComponent(".\(UUID().uuidString).part", isDirectory: false).path
    }

    private static func create(_ path: String, mode: mode_t) -> Int32 {
        while true {
            let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
            if file >= 0 || errno != EINTR { return file }
        }
    }

    private func failure(_ reason: Int32) -> TransportError {
        TransportError(unwritable: directory.path, String(cString: strerror(reason)), reason)
    }
}
