import Foundation
import GeneratorTransport
import Testing

@testable import Gradio

/// Apps that nobody wrote, called by this client and by the official one: see `Tests/GradioLab/README.md`.
struct LabRandomApps {
    /// A few of each release; `RANDOM_APPS=300` in the environment, as in `.ci/run`, or `RANDOM_APPS_SEED=yesterday` make more
    /// and other ones.
    static let parts = stride(from: 0, to: count, by: 100).map { $0..<min($0 + 100, count) }

    let version: String
    let part: Range<Int>

    private static let count = environment("RANDOM_APPS").flatMap { Int($0) } ?? 25
    private static let seed = environment("RANDOM_APPS_SEED") ?? "1"

    private static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    func compare() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gradio-lab-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { if Self.environment("RANDOM_APPS_KEEP") == nil { try? FileManager.default.removeItem(at: folder) } }
        let calls = folder.appendingPathComponent("calls"), log = folder.appendingPathComponent("log")
        let files = folder.appendingPathComponent("files")
        let arguments = [
            "--seed", Self.seed, "--first", "\(part.lowerBound)", "--count", "\(part.count)", "--calls", calls.path,
            "--files",
            files.path, "--log", log.path,
        ]
        let server = try await #require(Lab.current).start(version, script: "random_space.py", arguments)
        let theirs = folder.appendingPathComponent("theirs"), ours = folder.appendingPathComponent("ours")
        let made = LabLog(file: calls).lines
        // One after the other: a batch function would take the calls of both at once.
        let official = try await server.run(
            "official_calls.py", [server.url.absoluteString, calls.path, theirs.path])
        #expect(official.status == 0)
        let results = await results(of: made, at: server.url)
        try Data(results.map { try $0.serialized() }.joined(separator: Data("\n".utf8))).write(to: ours)
        let told = try await server.run(
            "compare_calls.py", [version, calls.path, log.path, theirs.path, ours.path])
        #expect(told.status == 0, "\(String(decoding: told.output, as: UTF8.self))")
        if part.lowerBound == 0 { try await expectDifferences(in: folder, of: results, to: made, by: server) }
        await server.stop()
        let figures = told.output.prefix { $0 != UInt8(ascii: "\n") }
        print(String(decoding: figures, as: UTF8.self))
        var needs = try LabComponentTable.read().uses(by: results, of: server.ready)
        for (name, count) in (try? JSONValue(parsing: figures))?["reasons"]?.object ?? [:] {
            needs["the reason \(name) of compare_calls.py"] = count.integer
        }
        let sums = try await #require(Lab.current).report(needs, of: Lab.installed.count * Self.parts.count)
        // Few apps, or those of one release, do not need everything.
        guard let sums, Self.count >= 300, Lab.missing.isEmpty else { return }
        for (name, count) in sums { #expect(count > 0, "No app needs \(name) any more.") }
    }

    /// Alters what came of one call in each way, and expects that the comparison sees it, tells of nothing else, and in a few
    /// lines.
    private func expectDifferences(
        in folder: URL, of results: [JSONValue], to calls: [JSONValue], by server: LabServer
    ) async throws {
        func path(_ name: String) -> URL { folder.appendingPathComponent(name) }
        let log = try Data(contentsOf: path("log")).split(separator: UInt8(ascii: "\n")).map { Data($0) }
        func received(_ call: JSONValue, _ line: Data) -> Bool {
            guard let line = try? JSONValue(parsing: line) else { return false }
            return line["call"] == call && line["who"] == "ours" && line["values"] != []
        }
        let usual = Set(calls.filter { ["positions", "names"].contains($0["way"]?.string) }.compactMap { $0["call"] })
        let altered = try #require(
            results.firstIndex { result in
                guard let call = result["call"], usual.contains(call), result["outputs"]?[0]?[0] != nil else {
                    return false
                }
                return log.contains { received(call, $0) }
            })
        let call = try #require(results[altered]["call"])
        let others = log.filter { !received(call, $0) }
        let cases: [(kinds: String, result: JSONValue, log: [Data])] = [
            ("--- refused\n", ["call": call, "refused": "no"], log),
            ("--- received\n", results[altered], others),
            ("--- result, page\n", ["call": call, "outputs": [["else"]], "page": [["else"]]], log),
        ]
        for (kinds, result, log) in cases {
            var results = results
            results[altered] = result
            try Data(results.map { try $0.serialized() }.joined(separator: Data("\n".utf8))).write(to: path("altered"))
            try Data(log.joined(separator: Data("\n".utf8))).write(to: path("altered log"))
            let told = try await server.run(
                "compare_calls.py",
                [version] + ["calls", "altered log", "theirs", "altered"].map { path($0).path })
            let text = String(decoding: told.output, as: UTF8.self)
            #expect(told.status == 1 && text.contains("\"differences\": 1,") && text.contains(kinds), "\(text)")
            #expect(text.split(separator: "\n").count <= 31)
        }
    }

    /// What this client makes of the calls: several apps at a time, those of one app in order.
    private func results(of calls: [JSONValue], at url: URL) async -> [JSONValue] {
        let apps = Dictionary(grouping: calls) { $0["app"]?.integer ?? 0 }.sorted { $0.key < $1.key }
        return await withTaskGroup(of: [JSONValue].self) { group in
            var results: [JSONValue] = []
            for (place, app) in apps.enumerated() {
                if place >= 6 { results += await group.next() ?? [] }
                group.addTask {
                    await RandomAppCalls(url.appendingPathComponent("app-\(app.key)")).results(of: app.value)
                }
            }
            for await more in group { results += more }
            return results
        }
    }
}

/// The calls of one app.
private struct RandomAppCalls {
    let url: URL

    init(_ url: URL) { self.url = url }

    func results(of calls: [JSONValue]) async -> [JSONValue] {
        var results: [JSONValue] = []
        do {
            // Their header tells the app's function who calls; the call's own comes with each submission.
            let app = try await GradioApp.connect(to: url, headers: ["x-lab-who": "ours"]).loadingInfo()
            for call in calls {
                do {
                    results.append(try await result(of: call, by: app))
                } catch {
                    results.append(["call": call["call"] ?? .null, "refused": .string("\(error)")])
                }
            }
        } catch {
            for call in calls { results.append(["call": call["call"] ?? .null, "refused": .string("\(error)")]) }
        }
        return results
    }

    private func result(of call: JSONValue, by app: GradioApp) async throws -> JSONValue {
        let name = call["call"]?.string ?? ""
        let endpoint =
            if let number = call["number"]?.integer {
                try app.endpoint(number: number)
            } else {
                try app.endpoint(call["endpoint"]?.string ?? "")
            }
        let route = GradioRoute(rawValue: call["route"]?.string ?? "") ?? .automatic
        let arguments = try await arguments(of: call, for: endpoint, of: app)
        let job = try await app.submit(endpoint, arguments, route: route, headers: ["x-lab-call": name])
        var page = GradioPage()
        var outputs: [JSONValue] = []
        for try await message in job {
            switch message {
            case .generating(let values):
                page.show(values)
                outputs.append(.array(try await shown(values, of: endpoint, by: app)))
            case .completed(let values):
                page.show(values)
                outputs.append(.array(try await shown(values, of: endpoint, by: app)))
            default: break
            }
        }
        let last = JSONValue.array(try await shown(page.values, of: endpoint, by: app))
        return [
            "call": .string(name), "outputs": .array(outputs), "page": last,
            "components": .array(endpoint.shown(page.values).map { .string($0.component) }),
            "took": .array(took(call, of: endpoint)),
        ]
    }

    /// The arguments of a call that gave what components want, with their components.
    private func took(_ call: JSONValue, of endpoint: GradioEndpoint) -> [JSONValue] {
        guard ["positions", "names"].contains(call["way"]?.string) else { return [] }
        let visible = endpoint.parameters.filter { !$0.isHidden }
        let positions = call["positions"]?.array ?? []
        return visible.enumerated().compactMap { index, parameter in
            let byPlace = positions.dropFirst(index).first
            let value = byPlace ?? parameter.name.flatMap { call["names"]?[$0] }
            return value.map { [.string(parameter.component), $0] }
        }
    }

    // MARK: Files

    private func arguments(
        of call: JSONValue, for endpoint: GradioEndpoint, of app: GradioApp
    ) async throws -> [JSONValue] {
        func uploaded(_ value: JSONValue, _ parameter: GradioParameter) async throws -> JSONValue {
            try await parameter.replacingFiles(in: written(value, for: parameter), for: app.version) { input in
                guard case .path(let path) = input else { throw CocoaError(.fileReadUnknown) }
                return try await app.upload(URL(fileURLWithPath: path)).argument
            }
        }
        if let names = call["names"]?.object {
            var values = names
            for parameter in endpoint.parameters {
                guard let name = parameter.name, let value = values[name] else { continue }
                values[name] = try await uploaded(value, parameter)
            }
            return try endpoint.arguments(named: values)
        }
        var values = call["positions"]?.array ?? []
        let takesAll = values.count == endpoint.parameters.count
        let parameters = endpoint.parameters.filter { takesAll || !$0.isHidden }
        for (index, parameter) in zip(values.indices, parameters) {
            values[index] = try await uploaded(values[index], parameter)
        }
        return try endpoint.arguments(values)
    }

    /// Files as people write them: by their path where the component wants some, else as Gradio's own clients do.
    private func written(_ value: JSONValue, for parameter: GradioParameter) -> JSONValue {
        switch value {
        case .array(let values): return .array(values.map { written($0, for: parameter) })
        case .object(let members):
            guard let path = members["$file"] else { return .object(members.mapValues { written($0, for: parameter) }) }
            let isPlain = !["chatbot", "annotatedimage", "api"].contains(parameter.component)
            return isPlain && path.string?.utf8.count.isMultiple(of: 2) == true
                ? path : ["path": path, "meta": ["_type": "gradio.FileData"]]
        default: return value
        }
    }

    private func shown(
        _ values: [JSONValue], of endpoint: GradioEndpoint, by app: GradioApp
    ) async throws -> [JSONValue] {
        var shown: [JSONValue] = []
        for (_, value) in endpoint.shown(values) { shown.append(try await fetched(value, by: app)) }
        return shown
    }

    /// The value with the digests of the files in it.
    private func fetched(_ value: JSONValue, by app: GradioApp) async throws -> JSONValue {
        switch value {
        case .array(let values):
            var all: [JSONValue] = []
            for value in values { all.append(try await fetched(value, by: app)) }
            return .array(all)
        case .object(var members):
            let files = GradioFile.all(in: value)
            if files.count == 1, let path = members["path"]?.string, files[0].path == path {
                let url = try #require(app.url(for: files[0]))
                let (response, data) = try await HTTPPipeline().data(for: HTTPRequest(url: url))
                #expect(response.status == 200, "\(url)")
                return ["$file": .string(SHA256.hex(data))]
            }
            for (name, member) in members { members[name] = try await fetched(member, by: app) }
            return .object(members)
        default: return value
        }
    }
}
