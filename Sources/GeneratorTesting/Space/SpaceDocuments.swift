internal import Foundation
internal import Gradio

/// What the embedded Space says about itself, with the fields that clients read.
struct SpaceDocuments: Sendable {
    let release: GradioRelease
    let root: String

    /// The number of `/infer`: that of the real Space's layout.
    static let endpointID = 2
    private static let firstComponent = 4
    private static let imageComponent = 20

    /// `/config`.
    var config: JSONValue {
        let inputs = SpaceArguments.parameters.indices.map { JSONValue.integer(Self.firstComponent + $0) }
        var endpoint: [String: JSONValue] = [
            "id": .integer(Self.endpointID), "targets": [[5, "click"], [4, "submit"]], "inputs": .array(inputs),
            "outputs": [.integer(Self.imageComponent), .integer(Self.firstComponent + 1)], "queue": true,
            "api_name": "infer", "batch": false, "cancels": [], "types": ["generator": false, "cancel": false],
        ]
        if release.version < GradioVersion("6.0") {
            endpoint["show_api"] = true
        } else {
            endpoint["api_visibility"] = "public"
        }
        if !release.prefix.isEmpty { endpoint["connection"] = "sse" }
        var members: [String: JSONValue] = [
            "version": .string(release.description), "protocol": "sse_v3", "root": .string(root), "space_id": nil,
            "enable_queue": true, "show_error": true, "connect_heartbeat": false,
            "max_file_size": nil,
            "app_id": 1, "title": "Embedded Space", "components": .array(components),
            "dependencies": [.object(endpoint)],
        ]
        if !release.prefix.isEmpty { members["api_prefix"] = .string(release.prefix) }
        return .object(members)
    }

    private var components: [JSONValue] {
        let inputs = SpaceArguments.parameters.enumerated().map { index, parameter -> JSONValue in
            var props: [String: JSONValue] = [
                "label": .string(parameter.label), "name": .string(parameter.component),
            ]
            if !parameter.value.isNull { props["value"] = parameter.value }
            if let range = parameter.range {
                props["minimum"] = .integer(range.lowerBound)
                props["maximum"] = .integer(range.upperBound)
                props["step"] = parameter.name == "width" || parameter.name == "height" ? 32 : 1
            }
            return [
                "id": .integer(Self.firstComponent + index), "type": .string(parameter.component),
                "props": .object(props),
                "skip_api": false,
            ]
        }
        return inputs + [
            [
                "id": .integer(Self.imageComponent), "type": "image", "props": ["label": "Result", "name": "image"],
                "skip_api": false,
            ]
        ]
    }

    /// `/info`.
    var info: JSONValue {
        let parameters = SpaceArguments.parameters.map { parameter -> JSONValue in
            let type: JSONValue =
                switch parameter.component {
                case "slider": ["type": "number"]
                case "checkbox": ["type": "boolean"]
                default: ["type": "string"]
                }
            return [
                "label": .string(parameter.label), "parameter_name": .string(parameter.name),
                "parameter_has_default": .bool(!parameter.value.isNull), "parameter_default": parameter.value,
                "type": type, "component": .string(parameter.component.capitalized),
            ]
        }
        let returns: JSONValue = [
            ["label": "Result", "component": "Image"], ["label": "Seed", "component": "Slider"],
        ]
        return [
            "named_endpoints": ["/infer": ["parameters": .array(parameters), "returns": returns]],
            "unnamed_endpoints": [:],
        ]
    }

    /// A file as it stands in an event: Python's spacing, the order of Gradio's own fields.
    func fileData(path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        let url = "\(root)\(release.prefix)/file=\(path)"
        return """
            {"path": "\(path)", "url": "\(url)", "size": null, "orig_name": "\(name)", "mime_type": null, \
            "is_stream": false, "meta": {"_type": "gradio.FileData"}}
            """
    }

    /// The data of an `error` event.
    func failure(_ failure: SpaceFailure) -> String {
        guard release.explainsFailures else { return "null" }
        return switch failure {
        case .error(let text):
            "{\"error\": \(Self.ascii(text)), \"duration\": 10, \"visible\": true, \"title\": \"Error\"}"
        case .crash(let text): "{\"error\": \(Self.ascii(text)), \"visible\": true}"
        }
    }

    /// A JSON string with everything beyond ASCII escaped, as Python writes it.
    static func ascii(_ text: String) -> String {
        var escaped = "\""
        for unit in text.utf16 {
            switch unit {
            case 0x22: escaped += "\\\""
            case 0x5C: escaped += "\\\\"
            case 0x0A: escaped += "\\n"
            case 0x0D: escaped += "\\r"
            case 0x09: escaped += "\\t"
            case 0x20..<0x7F: escaped.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16)
                escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return escaped + "\""
    }
}
