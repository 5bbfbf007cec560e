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
        let words = Array(CommandLine.arguments.dropFirst())
        if (try? Arguments(words))?.verb == .demo { bypassProxy() }
        let state = Locked<(interruption: Int32?, work: Task<Int32, Never>?)>((nil, nil))
        var sources: [any DispatchSourceSignal] = []
        for (number, status) in [(SIGINT, ExitStatus.interrupted), (SIGTERM, ExitStatus.terminated)] {
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                let (isSecond, work) = state.withLock { state in
                    defer { state.interruption = state.interruption ?? status }
                    return (state.interruption != nil, state.work)
                }
                if isSecond { exit(status) }
                work?.cancel()
            }
            // Until the source is in place a signal ends the process as it ends any other; it must not get lost.
            await withCheckedContinuation { registered in
                source.setRegistrationHandler { registered.resume() }
                source.resume()
            }
            #if canImport(Darwin)
                // Elsewhere the source has a handler of its own, which this would remove.
                signal(number, SIG_IGN)
            #endif
            sources.append(source)
        }
        let work = Task.detached { await Imagine().run(words) }
        let isLate = state.withLock { state in
            state.work = work
            return state.interruption != nil
        }
        if isLate { work.cancel() }
        let status = await work.value
        for source in sources { source.cancel() }
        exit(state.withLock { $0.interruption } ?? status)
    }

    /// The demo's server is on this machine: for a proxy that the environment names, 127.0.0.1 would be another one.
    private static func bypassProxy() {
        let variables = ProcessInfo.processInfo.environment
        let others = variables["no_proxy"] ?? variables["NO_PROXY"] ?? ""
        setenv("no_proxy", others.isEmpty ? "127.0.0.1" : others + ",127.0.0.1", 1)
    }
}
