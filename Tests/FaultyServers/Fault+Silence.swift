internal import Foundation
internal import GeneratorCore
internal import GeneratorTesting

extension Fault {
    /// Servers that say nothing, or next to nothing.
    static let silence: [Fault] = [
        quiet("before the first byte") { exchange in
            _ = await exchange.genuine()
            await exchange.hold()
        },
        quiet("behind the head") { exchange in
            let answer = await exchange.genuine()
            try await exchange.raw(exchange.head(answer))
            await exchange.hold()
        },
        quiet("within the body") { exchange in
            let answer = await exchange.genuine()
            try await exchange.raw(exchange.head(answer), answer.body.prefix(answer.body.count / 2))
            await exchange.hold()
        },
        Fault(.silence, "a byte now and then", [.timedOut]) { exchange in
            let answer = await exchange.genuine()
            try await exchange.raw(exchange.head(answer))
            for byte in answer.body.prefix(1000) {
                try await exchange.raw("", Data([byte]))
                try await Task.sleep(for: .milliseconds(100))
            }
        }.ending(by: .deadline),
    ]

    private static func quiet(_ name: String, _ act: @escaping Act) -> Fault {
        Fault(.silence, name, [.timedOut, .connectionLost], act).ending(by: .silence)
    }
}
