internal import Foundation

/// How much memory this process takes, in bytes; 0 where the system does not say.
package enum ResidentMemory {
    package static var now: Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return 0 }
        return pages * 4096
    }
}
