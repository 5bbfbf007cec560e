/// What was asked for.
struct Options: Sendable {
    static let help = """
        imagine-bench measures this package against Python's clients and against bare C, on this machine's loopback.

        usage: swift run -c release imagine-bench [options]
          --only PREFIX   only the rows whose name begins so, such as generation or sse/small; may be repeated
          --quick         fewer rounds and less data: to see that it runs, not to compare
          --json          one JSON document in place of the table
          --python PATH   a Python that has aiohttp and gradio_client; else an environment is made in the cache folder
          --no-python     without Python's clients
          --list          the names of the rows
          --help          this text

        --only soak is run only so: 10,000 generations over every provider and route, 200 at a time, in front of servers of
        which one request in twelve meets a fault. It takes some minutes, and says what became of each.

        The rows of a group are run in turn, and the table shows medians; the JSON document also the smallest and largest
        figures, in seconds and bytes. Lines that begin with ok or MISSED compare with goals that the package sets itself. The
        exit status is 0 also where one is missed, 1 where a row could not be run, 2 for a wrong option or where nothing could.
        """

    var prefixes: [String] = []
    var isQuick = false
    var isJSON = false
    var python: String?
    var usesPython = true
    var listsRows = false

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
            case "--help", "-h": return nil
            default: throw BenchError("unknown option \(word); see --help.")
            }
        }
    }

    func takes(_ row: String, isOnDemand: Bool) -> Bool {
        prefixes.isEmpty ? listsRows || !isOnDemand : prefixes.contains { row.hasPrefix($0) }
    }
}
