import Foundation
import Gradio

/// What the embedded Space says about itself, with the members that clients read.
struct SpaceDocuments: Sendable {
    let release: GradioRelease
    /// Where the caller reached the Space.
    let root: String
    let appID: Int
    /// Who asks, where the app wants a login.
    let user: String?

    // MARK: /config

    /// `/config`.
    var config: OrderedJSON {
        var members: OrderedJSON = ["version": .string(release.description)]
        if !release.prefix.isEmpty { members = members + ["api_prefix": .string(release.prefix)] }
        return members + [
            "mode": "blocks", "app_id": .integer(appID), "components": .array(components),
            // There is state to keep.
            "connect_heartbeat": true, "title": "Embedded Space", "space_id": nil, "enable_queue": true,
            "show_error": true, "max_file_size": .integer(SpaceFiles.uploadLimit), "protocol": "sse_v3",
            "dependencies": .array(SpaceEndpoint.all.map(dependency)), "root": .string(root),
            "username": user.map(OrderedJSON.string) ?? .null,
        ]
    }

    private var components: [OrderedJSON] {
        var seen: Set<Int> = []
        var all: [OrderedJSON] = []
        for endpoint in SpaceEndpoint.all {
            for (id, parameter) in endpoint.components where seen.insert(id).inserted {
                let component: OrderedJSON = [
                    "id": .integer(id), "type": .string(parameter.kind.rawValue), "props": parameter.props,
                    "skip_api": .bool(parameter.kind == .state),
                ]
                let schema = parameter.schema(release)
                all.append(schema == .null ? component : component + ["api_info": schema])
            }
            for (id, _) in endpoint.triggers where seen.insert(id).inserted {
                all.append([
                    "id": .integer(id), "type": "button", "props": ["value": "Run", "name": "button"], "skip_api": true,
                ])
            }
        }
        return all
    }

    private func dependency(_ endpoint: SpaceEndpoint) -> OrderedJSON {
        let hasName = !endpoint.isHidden || release.hasVisibility
        let dependency: OrderedJSON = [
            "id": .integer(endpoint.id),
            "targets": .array(endpoint.triggers.map { [.integer($0.component), .string($0.event)] }),
            "inputs": .array(endpoint.inputs.map(OrderedJSON.integer)),
            "outputs": .array(endpoint.outputs.map(OrderedJSON.integer)), "backend_fn": true, "queue": true,
            "api_name": hasName ? .string(endpoint.name) : false, "batch": false, "cancels": [],
            "types": ["generator": .bool(endpoint.isGenerator), "cancel": false],
        ]
        let visible = dependency + visibility(of: endpoint)
        return release.prefix.isEmpty ? visible : visible + ["connection": "sse"]
    }

    private func visibility(of endpoint: SpaceEndpoint) -> KeyValuePairs<String, OrderedJSON> {
        release.hasVisibility
            ? ["api_visibility": endpoint.isHidden ? "private" : "public"] : ["show_api": .bool(!endpoint.isHidden)]
    }

    // MARK: /info

    /// `/info`.
    func info(withHidden isWhole: Bool) -> OrderedJSON {
        let named = SpaceEndpoint.all.filter { !$0.isHidden }
        let hidden = isWhole && !release.hasVisibility ? SpaceEndpoint.all.filter(\.isHidden) : []
        return [
            "named_endpoints": .object(named.map { .init(key: "/\($0.name)", value: description(of: $0)) }),
            "unnamed_endpoints": .object(hidden.map { .init(key: "\($0.id)", value: description(of: $0)) }),
        ]
    }

    private func description(of endpoint: SpaceEndpoint) -> OrderedJSON {
        let parameters = endpoint.parameters.filter { $0.kind != .state }.map { parameter in
            summary(of: parameter) { label, type in
                [
                    "label": label, "parameter_name": .string(parameter.name),
                    "parameter_has_default": .bool(parameter.value != .null), "parameter_default": parameter.value,
                ] + type + ["example_input": parameter.example]
            }
        }
        let returns = endpoint.returns.filter { $0.kind != .state }.map { output in
            summary(of: output) { label, type in ["label": label] + type }
        }
        return ["parameters": .array(parameters), "returns": .array(returns)] + visibility(of: endpoint)
    }

    private func summary(
        of parameter: SpaceParameter, _ join: (OrderedJSON, KeyValuePairs<String, OrderedJSON>) -> OrderedJSON
    ) -> OrderedJSON {
        join(
            .string(parameter.label),
            [
                "type": parameter.schema(release),
                "python_type": ["type": .string(parameter.pythonType), "description": ""],
                "component": .string(parameter.kind.rawValue.capitalized),
            ])
    }
}

extension SpaceEndpoint {
    /// The numbers of the components whose values it takes.
    fileprivate var inputs: [Int] { parameters.enumerated().map { $1.component ?? 100 * id + $0 } }
    /// The numbers of the components whose values it makes.
    fileprivate var outputs: [Int] { returns.indices.map { 100 * id + 50 + $0 } }
    fileprivate var components: [(Int, SpaceParameter)] {
        Array(zip(inputs, parameters)) + Array(zip(outputs, returns))
    }
}

extension SpaceParameter {
    fileprivate var props: OrderedJSON {
        var props: OrderedJSON = ["label": .string(label), "name": .string(kind.rawValue)]
        if value != .null { props = props + ["value": value] }
        guard let range else { return props }
        return props + [
            "minimum": OrderedJSON(plain: range.lowerBound), "maximum": OrderedJSON(plain: range.upperBound),
            "step": OrderedJSON(plain: step),
        ]
    }

    fileprivate func schema(_ release: GradioRelease) -> OrderedJSON {
        let range = range.map { range in
            "numeric value between \(OrderedJSON(plain: range.lowerBound).compact) and "
                + OrderedJSON(plain: range.upperBound).compact
        }
        switch kind {
        case .textbox: return ["type": "string"]
        case .checkbox: return ["type": "boolean"]
        case .number: return ["type": "number"]
        case .slider: return ["type": "number", "description": .string(range ?? "")]
        case .image: return Self.file(release)
        case .gallery:
            return [
                "items": [
                    "properties": [
                        "image": Self.file(release),
                        "caption": ["anyOf": [["type": "string"], ["type": "null"]], "title": "Caption"],
                    ], "required": ["image"], "title": "GalleryImage", "type": "object",
                ], "title": "GalleryData", "type": "array",
            ]
        case .state: return nil
        }
    }

    private static func file(_ release: GradioRelease) -> OrderedJSON {
        func optional(_ type: OrderedJSON, _ title: OrderedJSON) -> OrderedJSON {
            ["anyOf": [["type": type], ["type": "null"]], "default": nil, "title": title]
        }
        let isOld = release.prefix.isEmpty
        let path: OrderedJSON = isOld ? ["title": "Path", "type": "string"] : optional("string", "Path")
        return [
            "properties": [
                "path": path, "url": optional("string", "Url"), "size": optional("integer", "Size"),
                "orig_name": optional("string", "Orig Name"), "mime_type": optional("string", "Mime Type"),
                "is_stream": ["default": false, "title": "Is Stream", "type": "boolean"],
                "meta": ["default": ["_type": "gradio.FileData"], "title": "Meta", "type": "object"],
            ], "title": isOld ? "FileData" : "ImageData", "type": "object",
        ]
    }

    fileprivate var pythonType: String {
        switch kind {
        case .textbox: "str"
        case .checkbox: "bool"
        case .number, .slider: "float"
        case .image: "filepath"
        case .gallery: "List[Dict(image: filepath, caption: str | None)]"
        case .state: "Any"
        }
    }

    fileprivate var example: OrderedJSON {
        switch kind {
        case .textbox: "Hello!!"
        case .checkbox: true
        case .number, .slider: value
        case .image, .gallery, .state: nil
        }
    }
}
