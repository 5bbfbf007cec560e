import Dispatch
import Foundation

/// The program: libFuzzer around one target. FUZZ_TARGET names it; FUZZ_SEEDS is a folder that its seeds are written to.
@main
struct LibFuzzer {
    fileprivate static let target = FuzzTarget.named(ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? "")

    static func main() {
        guard let target else { return print(FuzzTarget.all.map(\.name).joined(separator: "\n")) }
        if let path = ProcessInfo.processInfo.environment["FUZZ_SEEDS"] {
            let folder = URL(fileURLWithPath: path)
            wait {
                for (index, seed) in ((try? await target.seeds()) ?? []).enumerated() {
                    try? Data(seed).write(to: folder.appendingPathComponent("seed-\(index)"))
                }
            }
        }
        var count = CommandLine.argc
        var words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(runDriver(&count, &words, testOneInput))
    }

    /// libFuzzer knows only functions that wait.
    fileprivate static func wait(for work: @escaping @Sendable () async -> Void) {
        let end = DispatchSemaphore(value: 0)
        Task.detached {
            await work()
            end.signal()
        }
        end.wait()
    }
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Reads an input; ends the process where something is not true of it. libFuzzer's archive asks for the name.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let target = LibFuzzer.target else { return 0 }
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    LibFuzzer.wait {
        do {
            try await target.check(input)
        } catch {
            try? FileHandle.standardError.write(contentsOf: Data("\(target.name): \(error)\n".utf8))
            abort()
        }
    }
    return 0
}

/// libFuzzer's own changes, which it exports to those who make others.
@_silgen_name("LLVMFuzzerMutate")
private func libFuzzerMutate(_ start: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int) -> Int

/// Changes an input, half the time as the suite does. libFuzzer looks for it by its name.
@_cdecl("LLVMFuzzerCustomMutator")
func mutate(_ start: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int, _ seed: CUnsignedInt) -> Int {
    guard let target = LibFuzzer.target, seed % 2 == 0 else { return libFuzzerMutate(start, count, limit) }
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    var mutator = FuzzMutator(seed: UInt64(seed), words: target.words)
    let output = mutator.mutated(input, with: input).prefix(limit)
    for (index, byte) in output.enumerated() { start[index] = byte }
    return output.count
}
