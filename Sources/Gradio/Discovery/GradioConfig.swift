internal import Foundation

/// What `/config` says, as far as a client needs it. (`gradio.config.json`; Gradio 3 to 6)
struct GradioConfig: Sendable {
    let version: GradioServerVersion
    /// The path before every route of the API, percent-encoded: empty up to Gradio 4, `/gradio_api` since 5.
    let prefix: String
    /// `sse` … `sse_v3`; `nil` for the WebSocket queue of Gradio 3.
    let queueProtocol: String?
    /// Another one stands for another run of the app, which may be another app.
    let appID: JSONValue?
    var endpoints: [GradioEndpoint]
    /// Where the app was found in the end; `nil` where it was asked for.
    var place: URL?

    /// No app has so many functions, or so many arguments of all of them; each takes much more memory here than there.
    private static let maximumEndpoints = 10_000, maximumParameters = 100_000

    /// - Throws: `invalidResponse` where the JSON is not a Gradio configuration, `responseTooLarge` where it is one without end.
    init(parsing data: Data) throws {
        guard let json = try JSONValue.ifValid(data), let version = json["version"]?.string,
            let dependencies = json["dependencies"]?.array
        else {
            throw GenerationError(.invalidResponse, "The server answered /config with something that is not Gradio's.")
        }
        let parameters = dependencies.reduce(0) {
            $0 + ($1["inputs"]?.array?.count ?? 0) + ($1["outputs"]?.array?.count ?? 0)
        }
        guard dependencies.count <= Self.maximumEndpoints, parameters <= Self.maximumParameters else {
            throw GenerationError(
                .responseTooLarge,
                "The app lists \(dependencies.count) functions with \(parameters) inputs and outputs, more than any app has."
            )
        }
        self.version = GradioServerVersion(version)
        queueProtocol = json["protocol"]?.string
        appID = json["app_id"]
        // Escaped here: it goes into URLs as it is, and a server may say anything.
        prefix = (json["api_prefix"]?.string ?? "").split(separator: "/").filter { $0 != "." && $0 != ".." }
            .map { "/" + ($0.addingPercentEncoding(withAllowedCharacters: .gradioName) ?? "") }.joined()
        var components: [Int: JSONValue] = [:]
        for component in json["components"]?.array ?? [] {
            if let id = component["id"]?.integer { components[id] = component }
        }
        // Before 4.44 a dependency has no id of its own: its place in the list is the id.
        let strictness = GradioParameter.Strictness(
            range: self.version >= .rangeCheck, choices: self.version >= .choiceCheck)
        endpoints = dependencies.enumerated().map {
            GradioEndpoint($1, position: $0, components: components, strictness)
        }
    }
}

extension GradioEndpoint {
    fileprivate init(
        _ json: JSONValue, position: Int, components: [Int: JSONValue], _ strictness: GradioParameter.Strictness
    ) {
        func named(_ key: String) -> [JSONValue] {
            (json[key]?.array ?? []).map { $0.integer.flatMap { components[$0] } ?? .null }
        }
        id = json["id"]?.integer ?? position
        // `false` hides an endpoint up to 5; from 6 on the name stays and the visibility says so.
        let isPrivate = json["api_visibility"]?.string == "private"
        name = json["api_name"]?.string.flatMap {
            $0.isEmpty || $0.utf8.count > 1000 || isPrivate ? nil : "/" + $0
        }
        let outputs = named("outputs")
        let shown = Set(outputs.filter { $0["type"] == "gallery" }.compactMap { $0["id"]?.integer })
        parameters = named("inputs").map { component in
            var parameter = GradioParameter(component, strictness)
            parameter.isHistory = component["id"]?.integer.map(shown.contains) ?? false
            return parameter
        }
        returns = outputs.map { $0["type"]?.string ?? "" }
        returnLabels = outputs.map { $0["props"]?["label"]?.string ?? "" }
        hiddenReturns = Set(outputs.indices.filter { outputs[$0].isHidden })
        // `show_api` up to 5, the visibility from 6 on.
        isListed = name != nil && json["show_api"]?.bool != false && json["api_visibility"]?.string != "undocumented"
        isGenerator = json["types"]?["generator"]?.bool ?? false
        isQueued = json["queue"]?.bool ?? true
        isBatch = json["batch"]?.bool ?? false
        // Of a button and the box that its text stands in, the box: it is named last. Servers do not mind which.
        trigger = json["targets"]?.array?.last?[0]?.integer
    }
}

extension GradioParameter {
    fileprivate init(_ component: JSONValue, _ strictness: Strictness) {
        let props = component["props"]
        name = nil
        label = props?["label"]?.string ?? ""
        self.component = component["type"]?.string ?? ""
        defaultValue = nil
        minimum = props?["minimum"]?.double
        maximum = props?["maximum"]?.double
        // Pairs of label and value since Gradio 3.43, before that values.
        choices = (props?["choices"]?.array ?? []).map { choice in
            guard let pair = choice.array, pair.count == 2 else {
                return GradioChoice(label: choice.string ?? choice.description, value: choice)
            }
            return GradioChoice(label: pair[0].string ?? pair[0].description, value: pair[1])
        }
        var strictness = strictness
        if props?["allow_custom_value"]?.bool == true { strictness.choices = false }
        self.strictness = strictness
        isHidden = component.isHidden
        // A button's is its text.
        filler = component["type"] == "state" ? .null : props?["value"] ?? .null
        step = props?["step"]?.double
    }
}

extension JSONValue {
    /// Whether callers are not shown this component. Releases before 4 do not say so.
    fileprivate var isHidden: Bool {
        if let isHidden = self["skip_api"]?.bool { return isHidden }
        return ["state", "dataset", "interpretation"].contains(self["type"]?.string)
    }
}

extension [GradioEndpoint] {
    /// Adds names and defaults from `/info`, which leaves hidden components out and has them only from Gradio 4.29 on.
    func adding(info: JSONValue) -> [GradioEndpoint] {
        map { endpoint in
            let known = endpoint.name.flatMap { info["named_endpoints"]?[$0] }
            guard let described = known?["parameters"]?.array else { return endpoint }
            var rest = described[...]
            let parameters = endpoint.parameters.map { parameter in
                guard !parameter.isHidden, let description = rest.popFirst() else { return parameter }
                var parameter = parameter
                parameter.name = description["parameter_name"]?.string
                if description["parameter_has_default"]?.bool == true {
                    parameter.defaultValue = description["parameter_default"]
                }
                return parameter
            }
            var endpoint = endpoint
            endpoint.parameters = parameters
            return endpoint
        }
    }
}
