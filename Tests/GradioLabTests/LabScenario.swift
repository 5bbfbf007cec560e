import Testing

/// Something to be tried with a real server of a release.
///
/// Not a test of its own, because every test that is left out prints a line.
struct LabScenario: Sendable, CustomTestStringConvertible {
    static let all =
        LabPictures.scenarios + LabEndpoints.scenarios + LabQueue.scenarios + LabSpecialServers.scenarios
        + LabProviders.scenarios + LabWaiting.scenarios + LabComponents.scenarios

    let testDescription: String
    let run: @Sendable (_ version: String) async throws -> Void

    init(_ description: String, run: @escaping @Sendable (_ version: String) async throws -> Void) {
        testDescription = description
        self.run = run
    }
}
