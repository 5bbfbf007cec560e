internal import Dispatch
internal import Foundation
internal import ImageGenerators

extension Imagine {
    /// Runs the command with the process's own words, and ends the process with its status.
    ///
    /// An interrupt (Ctrl-C) or a termination cancels the work, which tells the server and takes two seconds at most. A
    /// second one ends the process at once.
    public static func main() async {
        // Writing to a closed pipe is an error of that write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        let interruption = Locked<Int32?>(nil)
        let work = Task.detached { await Imagine().run(Array(CommandLine.arguments.dropFirst())) }
        let sources = [(SIGINT, ExitStatus.interrupted), (SIGTERM, ExitStatus.terminated)].map { number, status in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                let isSecond = interruption.withLock { seen in
                    defer { seen = seen ?? status }
                    return seen != nil
                }
                if isSecond { exit(status) }
                work.cancel()
            }
            source.resume()
            return source
        }
        let status = await work.value
        for source in sources { source.cancel() }
        exit(interruption.withLock { $0 } ?? status)
    }
}
