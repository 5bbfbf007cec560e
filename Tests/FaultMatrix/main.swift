internal import FaultyServers
internal import Foundation
internal import GeneratorTransport

// Tries every fault in every phase of every provider over both transports, and writes the page that tells what came of it:
//
//     swift run fault-matrix Sources/ImageGenerators/ImageGenerators.docc/FaultMatrix.md
//
// With `-` for the page it writes none. Further words name parts of faults, and only those are tried. It exits with 1 where a
// run broke a law, unless it is one that URLSession on Linux is known not to survive.

let words = Array(CommandLine.arguments.dropFirst())
let faults = Fault.all.filter { fault in words.count < 2 || words.dropFirst().contains { fault.name.contains($0) } }
let cells = FaultCell.all(faults.filter { !$0.isHeavy })

func print(complaintsOf matrix: FaultMatrix, over transport: String, except known: (FaultRun) -> Bool) -> Bool {
    print("\(transport): \(matrix.totals)")
    let wrong = matrix.runs.filter { !$0.result.complaints.isEmpty && !known($0) }
    for run in wrong { print("\(transport), \(run.cell): \(run.result.complaints.joined(separator: " "))") }
    return !wrong.isEmpty
}

switch words.first {
case nil, "--help", "-h":
    print("Usage: fault-matrix PAGE|- [PART-OF-A-FAULT'S-NAME...]")
    exit(64)
case "cells":
    // A child: standard input names the cells by their places in the list of all, and each beginning and each result is a
    // line of output.
    let all = FaultCell.all(Fault.all)
    let text = String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
    let places = text.split(separator: " ").compactMap { Int($0) }.filter(all.indices.contains)
    _ = try await FaultMatrix(places.map { all[$0] }, atOnce: 12, over: URLSessionTransport()) { event in
        let line = try? JSONEncoder().encode(event.at(places)) + Data("\n".utf8)
        // In one piece, so that the lines of several threads do not mix.
        if let line { try? FileHandle.standardOutput.write(contentsOf: line) }
    }
case let page?:
    let curl = try await FaultMatrix(cells)
    var isWrong = print(complaintsOf: curl, over: "libcurl") { _ in false }
    var heavy: [HeavyFault] = []
    for fault in faults where fault.isHeavy {
        let one = try await HeavyFault(fault)
        isWrong = print(complaintsOf: one.matrix, over: "\(fault), \(one.megabytes) MB") { _ in false } || isWrong
        if one.megabytes >= 100 { isWrong = true }
        heavy.append(one)
    }
    let fallbacks = try await FallbackRun.runs(
        of: faults.filter { $0.phases.contains(.create) && !$0.isHeavy }.flatMap { fault in
            FaultSubject.all.filter { $0.phases.contains(.create) }.map { ($0, fault) }
        }, atOnce: 24)
    print("With another provider behind: \(fallbacks.count) runs, \(fallbacks.reduce(0) { $0 + $1.hops }) steps to it")
    for run in fallbacks where !run.complaints.isEmpty {
        print("\(run): \(run.complaints.joined(separator: " "))")
        isWrong = true
    }
    var native: FaultMatrix?
    #if os(Linux)
        let children = try await FaultMatrix(FaultChildren().runs(of: cells))
        isWrong = print(complaintsOf: children, over: "URLSession", except: \.isKnownOfFoundation) || isWrong
        native = children
    #endif
    if page != "-" {
        let text = FaultPage(curl: curl, native: native, heavy: heavy, fallbacks: fallbacks).text
        try Data(text.utf8).write(to: URL(fileURLWithPath: page))
    }
    exit(isWrong ? 1 : 0)
}
