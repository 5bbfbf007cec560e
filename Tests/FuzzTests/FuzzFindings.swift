import Foundation

/// The inputs in `Fixtures/fuzz` that showed a mistake once: a folder a target.
struct FuzzFindings {
    let target: String
    let name: String
    let input: [UInt8]

    static func all() throws -> [FuzzFindings] {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 1...3 { root.deleteLastPathComponent() }
        let files = FileManager.default
        let folder = root.appendingPathComponent("Fixtures/fuzz").path
        return try files.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted().flatMap { target in
            try files.contentsOfDirectory(atPath: "\(folder)/\(target)").sorted().map { name in
                let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(target)/\(name)"))
                return FuzzFindings(target: target, name: name, input: [UInt8](data))
            }
        }
    }
}
