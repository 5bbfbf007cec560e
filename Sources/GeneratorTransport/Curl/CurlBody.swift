#if os(Linux)
    internal import Foundation

    #if canImport(Musl)
        internal import Musl
    #else
        internal import Glibc
    #endif

    /// What a request sends: bytes in memory, or an open file.
    final class CurlBody: Sendable {
        private enum Source: Sendable {
            case bytes(Data)
            case file(Int32)
        }

        /// How many bytes will be sent.
        let length: Int64
        private let source: Source

        /// The body of a request, or `nil` where it has none.
        /// - Throws: ``TransportError`` (`fileUnreadable`).
        convenience init?(_ request: HTTPRequest) throws {
            if let file = request.bodyFile {
                try self.init(file: file)
            } else if let body = request.body {
                self.init(body)
            } else {
                return nil
            }
        }

        private init(_ bytes: Data) {
            source = .bytes(bytes)
            length = Int64(bytes.count)
        }

        private init(file: URL) throws {
            // Without waiting: a named pipe without a writer would be waited for by everybody.
            let descriptor = open(file.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            var status = stat()
            guard descriptor >= 0, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                if descriptor >= 0 { close(descriptor) }
                let name = file.lastPathComponent.printable(limit: 100)
                throw TransportError(.fileUnreadable, "The file \(name) cannot be read.")
            }
            source = .file(descriptor)
            length = Int64(status.st_size)
        }

        deinit {
            if case .file(let descriptor) = source { close(descriptor) }
        }

        /// The bytes where they are few, so that they leave together with the head.
        var small: Data? {
            guard case .bytes(let bytes) = source, bytes.count <= 64 << 10 else { return nil }
            return bytes
        }

        /// Copies what lies at `offset`.
        /// - Returns: How many bytes, 0 at the end; `nil` where the file ends too early or cannot be read.
        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) -> Int? {
            let wanted = Int(min(Int64(buffer.count), length - offset))
            guard wanted > 0 else { return wanted == 0 ? 0 : nil }
            switch source {
            case .bytes(let bytes):
                let start = bytes.startIndex + Int(offset)
                return bytes.copyBytes(to: buffer, from: start..<start + wanted)
            case .file(let descriptor):
                let count = pread(descriptor, buffer.baseAddress, wanted, off_t(offset))
                return count > 0 ? count : nil
            }
        }
    }
#endif
