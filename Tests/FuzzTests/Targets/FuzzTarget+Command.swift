import Foundation
import GeneratorCore
import GeneratorTransport

@testable import ImagineCommand

extension FuzzTarget {
    static let command = [arguments, ticket, cookies]

    static let arguments = FuzzTarget(
        "arguments",
        seeds: {
            [
                "a quiet harbour\n--width\n512\n--height=256\n--seed\n7\n--steps\n4\n--guidance\n3.5",
                "--provider\nprodia\n--aspect-ratio\n16:9\n--count\n3\n--option\nkey={\"a\":1}\nx",
                "space\nowner/name\n--endpoint\n/infer\n--data\n[1]", "models\nprodia\n--json", "resume\nAAAA",
                "--base-url\njanus=http://127.0.0.1:1\n--provider=g4f\n--timeout\n10\n--retries\n0\n--proxy\nhttp://p:1\nx",
            ]
        },
        words: CommandOption.all.map(\.name) + ["\n", "=", "--", "-", "generate", "demo", "serve"]
    ) { bytes in
        let words = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        // What would read or write a file of this machine is left out.
        let isHarmless = !words.contains {
            $0.hasPrefix("--image") || $0.hasPrefix("--cookie-file") || $0.hasPrefix("--output")
        }
        do {
            let arguments = try Arguments(words)
            _ = (try? arguments.integer("--count", in: 1...10), try? arguments.number("--guidance", in: 0...1000))
            _ = (try? arguments.url("--proxy"), try? arguments.aspectRatio())
            guard isHarmless, arguments.verb == .generate else { return }
            let console = Console(output: { _ in }, error: { _ in })
            _ = try GenerateCommand(arguments, [:], Reporter(console, arguments.has))
        } catch let error as UsageError {
            try demand(!error.message.isEmpty && error.message.count < 1000, "a message of \(error.message.count)")
        } catch {
            // A proxy whose URL makes no sense is the transport's word.
            try demand(error is GenerationError || error is TransportError, "\(type(of: error)): \(error)")
        }
    }

    static let ticket = FuzzTarget(
        "ticket",
        seeds: {
            let states: [[String: JSONValue]] = [[:], ["api": "v2", "seed": 7, "list": [1, nil]]]
            return states.compactMap {
                JobHandle(provider: "prodia", id: "job/1", isResumable: true, state: $0).ticket
            }
        },
        words: ["eyJ", "-", "_", "="]
    ) { bytes in
        // Also what the word holds, without its armour: base64 hides the inside from mutation.
        for text in [String(decoding: bytes, as: UTF8.self), Data(bytes).base64EncodedString()] {
            guard let job = try? JobHandle(ticket: text), let again = job.ticket else { continue }
            try demand(try JobHandle(ticket: again) == job, "\(job) does not survive its ticket")
        }
    }

    static let cookies = FuzzTarget(
        "cookies",
        seeds: {
            [
                "# Netscape HTTP Cookie File\n.huggingface.co\tTRUE\t/\tTRUE\t0\ttoken\tabc\n",
                "#HttpOnly_huggingface.co\tTRUE\t/\tTRUE\t0\ta\tb", "a=b; c=d",
                #"[{"name":"a","value":"b","domain":".huggingface.co"}]"#,
            ]
        },
        words: ["\t", "#HttpOnly_", "huggingface.co", ";", "=", "\"domain\":"]
    ) { bytes in
        guard let hub = URL(string: "https://huggingface.co"),
            let header = try? CookieFile(String(decoding: bytes, as: UTF8.self)).header(for: hub)
        else { return }
        let isClean = header.reveal().utf8.allSatisfy { (0x20...0x7E).contains($0) }
        try demand(isClean, "the header holds what ends it")
    }
}
