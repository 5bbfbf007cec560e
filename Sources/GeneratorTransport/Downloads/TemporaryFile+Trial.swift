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

extension TemporaryFile {
    /// Tries out whether files can be written into a directory that may have to be made first, with a file that exists for a
    /// moment: in it, or in the nearest one above it that there is. Nothing stays.
    ///
    /// The permissions alone do not tell: a disk may be full or gone, and who administers a machine has all of them.
    /// - Parameter directory: The directory.
    /// - Throws: ``TransportError`` (`fileUnwritable`).
    package static func tryOut(_ directory: URL) throws {
        let path = directory.standardizedFileURL.path
        var place = path
        var info = stat()
        while stat(place, &info) != 0 {
            let reason = errno
            // A link that leads nowhere is in the way, and no directory.
            let isMissing = reason == ENOTDIR || reason == ENOENT && lstat(place, &info) != 0
            let parent = (place as NSString).deletingLastPathComponent
            guard isMissing, parent.utf8.count < place.utf8.count else {
                let words =
                    reason == ENOENT ? " is a link that leads nowhere" : ": \(String(cString: strerror(reason)))"
                throw TransportError(unwritable: path, place.printable(limit: 300) + words, reason)
            }
            place = parent
        }
        guard info.st_mode & S_IFMT == S_IFDIR else {
            throw TransportError(unwritable: path, "\(place.printable(limit: 300)) is not a directory", ENOTDIR)
        }
        let file = TemporaryFile(in: URL(fileURLWithPath: place, isDirectory: true))
        defer { file.discard() }
        do {
            // A disk that is full makes files as long as nothing is in them.
            try file.append([UInt8](repeating: 0, count: 4096))
        } catch let error as TransportError {
            guard place != path, let system = error.underlying as? POSIXError else { throw error }
            let reason = system.code.rawValue
            // So says a folder that the system itself fills.
            let words = reason == ENOENT ? "" : ": " + String(cString: strerror(reason))
            throw TransportError(
                unwritable: path, "nothing can be made in \(place.printable(limit: 300))\(words)", reason)
        }
    }
}

extension TransportError {
    /// Says why no file can be written into a directory.
    init(unwritable path: String, _ words: String, _ reason: Int32) {
        self.init(
            .fileUnwritable, "No picture can be written into \(path.printable(limit: 300)): \(words).",
            underlying: POSIXErrorCode(rawValue: reason).map { POSIXError($0) })
    }
}
