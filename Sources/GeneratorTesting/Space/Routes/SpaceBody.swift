internal import Foundation
internal import Gradio

/// The JSON object in a request's body, checked as FastAPI checks it.
struct SpaceBody: Sendable {
    let members: [String: JSONValue]

    /// - Parameters:
    ///   - request: The request.
    ///   - fields: The members that must be there.
    ///   - release: The release to speak like.
    /// - Throws: ``SpaceRefusal``.
    init(_ request: LoopbackRequest, needing fields: [String], release: GradioRelease) throws {
        guard !request.body.isEmpty else {
            throw SpaceRefusal(Self.problem("missing", "[\"body\"]", "Field required", input: "null"))
        }
        let type = request.header("Content-Type")?.lowercased()
        guard type.map({ $0.hasPrefix("application/json") }) ?? release.guessesContentType else {
            throw Self.noObject(.string(String(decoding: request.body, as: UTF8.self)))
        }
        guard let value = try? JSONValue(parsing: request.body) else {
            throw SpaceRefusal(
                """
                {"type":"json_invalid","loc":["body",1],"msg":"JSON decode error","input":{},\
                "ctx":{"error":"Expecting property name enclosed in double quotes"}}
                """)
        }
        guard case .object(let members) = value else { throw Self.noObject(value) }
        self.members = members
        let missing = fields.filter { members[$0] == nil }
        guard missing.isEmpty else {
            let problems = missing.map {
                Self.problem("missing", "[\"body\",\"\($0)\"]", "Field required", input: Self.text(value))
            }
            throw SpaceRefusal(problems.joined(separator: ","))
        }
    }

    /// The arguments of a call.
    func arguments() throws -> [JSONValue] {
        let data = members["data"] ?? .null
        guard let values = data.array else {
            throw SpaceRefusal(
                Self.problem(
                    "list_type", "[\"body\",\"data\"]", "Input should be a valid list", input: Self.text(data)))
        }
        return values
    }

    /// The number of a function; `nil` where there is none.
    func functionNumber() throws -> Int? {
        guard let value = members["fn_index"], !value.isNull else { return nil }
        if let number = value.integer ?? value.string.flatMap({ Int($0) }) { return number }
        let problem =
            value.string == nil
            ? ("int_type", "Input should be a valid integer")
            : ("int_parsing", "Input should be a valid integer, unable to parse string as an integer")
        throw SpaceRefusal(Self.problem(problem.0, "[\"body\",\"fn_index\"]", problem.1, input: Self.text(value)))
    }

    /// The session; `nil` where there is none.
    var session: String? { members["session_hash"]?.string }

    private static func noObject(_ value: JSONValue) -> SpaceRefusal {
        SpaceRefusal(
            problem(
                "model_attributes_type", "[\"body\"]",
                "Input should be a valid dictionary or object to extract fields from", input: text(value)))
    }

    /// Written by hand: the order of the members is part of what clients get to see.
    private static func problem(_ type: String, _ place: String, _ message: String, input: String) -> String {
        "{\"type\":\"\(type)\",\"loc\":\(place),\"msg\":\"\(message)\",\"input\":\(input)}"
    }

    private static func text(_ value: JSONValue) -> String {
        (try? value.serialized()).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}

/// Why a request is refused.
struct SpaceRefusal: Error {
    let status: Int
    /// JSON.
    let body: String

    /// The body does not fit.
    /// - Parameter problems: JSON objects.
    init(_ problems: String) {
        status = 422
        body = "{\"detail\":[\(problems)]}"
    }

    init(status: Int, detail: OrderedJSON) {
        self.status = status
        body = (["detail": detail] as OrderedJSON).compact
    }

    init(status: Int, detail: String) { self.init(status: status, detail: .string(detail)) }

    static let notFound = SpaceRefusal(status: 404, detail: "Not Found")
}
