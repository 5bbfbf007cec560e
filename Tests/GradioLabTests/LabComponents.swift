import Foundation
import GeneratorTransport
import Gradio
import Testing

/// An app with an endpoint for every type of component, beside what the official client makes of it.
struct LabComponents {
    static let scenarios = [
        LabScenario("every endpoint gives what the official client gives, by name and with its defaults") {
            try await Self().all($0)
        }
    ]

    func all(_ version: String) async throws {
        try await Lab.with(version, "--app", "components", "--show-error") { server in
            let official = try await server.official()
            let app = try await server.connect().loadingInfo()
            var components: Set<String> = []
            var compared = 0
            for (name, theirs) in official.sorted(by: { $0.key < $1.key }) {
                let endpoint = try app.endpoint(name)
                components.formUnion(endpoint.parameters.map(\.component) + endpoint.returns)
                let values = try await app.submit(name, named: [:]).output()
                // Its own patches fail there on lists that become shorter; the values on the way are not the result.
                if let error = theirs["error"]?.string {
                    #expect(version < "5.5" && name.hasPrefix("/shrink_"), "\(name): \(error)")
                    continue
                }
                let visible = zip(values, endpoint.returns).filter { $1 != "state" }.map(\.0)
                let ours: JSONValue = visible.count == 1 ? visible[0] : .array(visible)
                #expect(ours == theirs["result"], "\(name)")
                compared += 1
            }
            #expect(compared >= 30)
            #expect(components.count >= 20, "\(components.sorted())")
        }
    }
}
