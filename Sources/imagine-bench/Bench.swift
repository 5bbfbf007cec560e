import Dispatch
import Foundation

/// The program, in one of its roles: the driver that a person starts, or one of the driver's children.
@main
struct Bench {
    /// Waits for the work on a thread of its own kind: the main thread of an `async` main ends itself, and the release of
    /// valgrind that Debian 12 has dies of how it does so.
    static func main() {
        let isDone = DispatchSemaphore(value: 0)
        Task.detached {
            await run()
            isDone.signal()
        }
        isDone.wait()
    }

    private static func run() async {
        // Writing to a child that has died is an error of that write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            switch words.first {
            case "server": try await BenchServer.serve()
            case "worker": try await Worker.serve(Array(words.dropFirst()))
            default:
                guard let options = try Options(words) else { return Console.output(Options.help) }
                #if os(macOS) || os(Linux)
                    let isFine = try options.instructions == nil ? Driver(options).run() : Instructions(options).run()
                    exit(isFine ? 0 : 1)
                #else
                    _ = options
                    throw BenchError("this system starts no other processes, and all measuring is done in some.")
                #endif
            }
        } catch {
            Console.note("imagine-bench: \(error)")
            exit(words.first == "server" || words.first == "worker" ? 1 : 2)
        }
    }
}

/// What went wrong, in words.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
