import Foundation
import TestPace
import Testing

/// The fuzz targets for some seconds. See README.md for more of it.
@Suite(.paced) struct FuzzTests {
    /// `FUZZ_SEED` begins elsewhere, `FUZZ_RUNS` goes on for longer.
    private static let variables = ProcessInfo.processInfo.environment
    private static let firstSeed = variables["FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
    private static let runs = variables["FUZZ_RUNS"].flatMap { Int($0) } ?? 300

    @Test(arguments: FuzzTarget.all.map(\.name))
    func whatStrangersSendIsRead(name: String) async throws {
        let target = try #require(FuzzTarget.named(name))
        let seeds = try await target.seeds()
        try #require(!seeds.isEmpty)
        for seed in seeds { await check(target, seed, "a seed") }
        for run in 0..<Self.runs {
            let seed = Self.firstSeed &+ UInt64(run)
            var chance = FuzzChance(seed: ~seed), mutator = FuzzMutator(seed: seed, words: target.words)
            let input = mutator.mutated(chance.pick(seeds) ?? [], with: chance.pick(seeds) ?? [])
            guard await check(target, input, "FUZZ_SEED=\(seed)") else { return }
        }
    }

    @Test func whatWasFoundOnceStaysMended() async throws {
        for finding in try FuzzFindings.all() {
            let target = try #require(FuzzTarget.named(finding.target), "\(finding.target) is no target.")
            await check(target, finding.input, finding.name)
        }
    }

    @discardableResult
    private func check(_ target: FuzzTarget, _ input: [UInt8], _ origin: String) async -> Bool {
        do {
            try await target.check(input)
            return true
        } catch {
            Issue.record(
                "\(target.name), \(origin): \(error). The input, in base64: \(Data(input).base64EncodedString())")
            return false
        }
    }
}
