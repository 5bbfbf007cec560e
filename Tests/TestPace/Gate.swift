/// A door that opens once: whoever waits in front of it goes on, and whoever comes later walks through.
package final class Gate: Sendable {
    private let openings = Tally()

    package init() {}

    package var isOpen: Bool { openings.count > 0 }

    package func open() { openings.add() }

    /// Waits until it is open, whatever becomes of the task. The limit only ends what would hang.
    package func pass(
        within limit: Duration = .seconds(240), file: String = #fileID, path: String = #filePath, line: Int = #line
    ) async {
        await openings.reach(within: limit, file: file, path: path, line: line)
    }
}
