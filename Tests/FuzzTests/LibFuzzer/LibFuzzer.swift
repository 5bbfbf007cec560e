import Dispatch
import Foundation

// The functions that libFuzzer calls. FUZZ_TARGET names the target; FUZZ_SEEDS a folder that its seeds are written to.

private let target = FuzzTarget.named(ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? "")

/// Called once. It prints the targets where none is named.
@_cdecl("LLVMFuzzerInitialize")
func initialize(_ count: UnsafeMutableRawPointer?, _ words: UnsafeMutableRawPointer?) -> CInt {
    guard let target else {
        print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
        exit(0)
    }
    guard let path = ProcessInfo.processInfo.environment["FUZZ_SEEDS"] else { return 0 }
    let folder = URL(fileURLWithPath: path)
    wait {
        for (index, seed) in ((try? await target.seeds()) ?? []).enumerated() {
            try? Data(seed).write(to: folder.appendingPathComponent("seed-\(index)"))
        }
    }
    return 0
}

/// Reads an input; ends the process where something is not true of it.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let target else { return 0 }
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    wait {
        do {
            try await target.check(input)
        } catch {
            print("\(target.name): \(error)")
            abort()
        }
    }
    return 0
}

/// libFuzzer knows only functions that wait.
private func wait(for work: @escaping @Sendable () async -> Void) {
    let end = DispatchSemaphore(value: 0)
    Task.detached {
        await work()
        end.signal()
    }
    end.wait()
}

/// libFuzzer's own changes, which it exports to custom mutators.
@_silgen_name("LLVMFuzzerMutate")
private func libFuzzerMutate(_ start: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int) -> Int

/// Changes an input, half the time as the suite does.
@_cdecl("LLVMFuzzerCustomMutator")
func mutate(_ start: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int, _ seed: CUnsignedInt) -> Int {
    guard let target, seed % 2 == 0 else { return libFuzzerMutate(start, count, limit) }
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    var mutator = FuzzMutator(seed: UInt64(seed), words: target.words)
    let output = mutator.mutated(input, with: input).prefix(limit)
    for (index, byte) in output.enumerated() { start[index] = byte }
    return output.count
}
