#if os(macOS) || os(Linux)
    package import Foundation

    extension Pipe {
        /// A pipe that no other process gets which another test starts at the same moment: that one would keep the ends open,
        /// and who waits for the end of what comes through the pipe would wait for the end of both.
        package static func uninherited() -> Pipe {
            let pipe = Pipe()
            for end in [pipe.fileHandleForReading, pipe.fileHandleForWriting] {
                _ = fcntl(end.fileDescriptor, F_SETFD, FD_CLOEXEC)
            }
            return pipe
        }
    }
#endif
