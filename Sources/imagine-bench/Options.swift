/// What was asked for.
struct Options: Sendable {
    var prefixes: [String] = []
    var isQuick = false
    var isJSON = false
    var python: String?
    var usesPython = true
    var listsRows = false
    /// The file of the figures that instructions are compared with.
    var instructions: String?
    var writesInstructions = false

    /// - Returns: `nil` where help was asked for.
    init?(_ words: [String]) throws {
        var words = words[...]
        while let word = words.popFirst() {
            func value() throws -> String {
                guard let value = words.popFirst() else { throw BenchError("\(word) needs a value; see --help.") }
                return value
            }
            switch word {
            case "--only": prefixes.append(try value())
            case "--quick": isQuick = true
            case "--json": isJSON = true
            case "--python": python = try value()
            case "--no-python": usesPython = false
            case "--list": listsRows = true
            case "--instructions": instructions = try value()
            case "--write": writesInstructions = true
            case "--help", "-h": return nil
            default: throw BenchError("unknown option \(word); see --help.")
            }
        }
        guard !writesInstructions || instructions != nil else {
            throw BenchError("--write belongs to --instructions; see --help.")
        }
    }

    func takes(_ row: String, isOnDemand: Bool) -> Bool {
        prefixes.isEmpty ? listsRows || !isOnDemand : prefixes.contains { row.hasPrefix($0) }
    }
}
