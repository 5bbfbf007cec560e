import Foundation
import GeneratorCore
import GeneratorTransport

#if canImport(os)
    import os
#endif

// The samples of the article about logging, with stand-ins for the libraries that it speaks of.

func printingLog() -> GenerationEnvironment {
    let environment = GenerationEnvironment { $0.log = { entry in print(entry) } }
    return environment
}

struct SwiftLogLogger: Sendable {
    enum Level { case debug, warning }
    func log(level: Level, _ message: String, metadata: [String: String]) {}
}

func swiftLog(_ logger: SwiftLogLogger) -> GenerationEnvironment {
    let environment = GenerationEnvironment {
        $0.log = { entry in
            logger.log(
                level: entry.event == .failed ? .warning : .debug, "\(entry)",
                metadata: ["place": "\(entry.place)", "attempt": "\(entry.attempt)"])
        }
    }
    return environment
}

#if canImport(os)
    func unifiedLog(_ logger: os.Logger) -> GenerationEnvironment {
        let environment = GenerationEnvironment {
            $0.log = { entry in logger.debug("\(entry.description, privacy: .public)") }
        }
        return environment
    }
#endif

struct Span: Sendable {
    let name: String
    let start: ContinuousClock.Instant, end: ContinuousClock.Instant
    let failed: Bool
}

func spans(_ record: @escaping @Sendable (Span) -> Void) -> GenerationEnvironment {
    let environment = GenerationEnvironment {
        $0.log = { entry in
            guard entry.event != .notice else { return }
            let end = ContinuousClock.now
            record(
                Span(
                    name: "\(entry.method) \(entry.place)", start: end - entry.elapsed, end: end,
                    failed: entry.failure != nil))
        }
    }
    return environment
}
