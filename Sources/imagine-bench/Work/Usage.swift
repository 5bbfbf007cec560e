import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What this process has used so far.
enum Usage {
    /// The processor's time, user and system, in seconds.
    static var processor: Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

    /// The monotonic clock, in nanoseconds; the same for every process of the machine.
    static var nanoseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The monotonic clock, in seconds.
    static var clock: Double { Double(nanoseconds) / 1e9 }

    /// The processor's time of the children that have ended, in seconds.
    static var children: Double {
        var usage = rusage()
        // RUSAGE_CHILDREN, whose type differs between the systems.
        getrusage(-1, &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    /// The memory that this process has, in bytes; `nil` where the system does not tell.
    static var memory: Double? { status("VmRSS:") }

    /// The most memory that it had, in bytes.
    static var peakMemory: Double? { status("VmHWM:") }

    /// How many threads this process has.
    static var threads: Double? { status("Threads:").map { $0 / 1024 } }

    /// How many descriptors it has open.
    static var descriptors: Double? {
        // One of them reads the folder.
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Double($0.count - 1) }
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func status(_ name: String) -> Double? {
        guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) })
        else { return nil }
        return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }.map { $0 * 1024 }
    }

    /// Lets this process and its children open as many files as the system allows.
    static func raiseDescriptorLimit() {
        #if canImport(Glibc)
            let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let kind = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(kind, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(kind, &limit)
    }
}
