/// Chooses the endpoint that makes pictures from a prompt.
struct GradioEndpointChoice {
    let endpoints: [GradioEndpoint]
    /// What the caller says of the parameters.
    var mapping: GradioMapping = [:]
    /// Whether the caller gives input pictures.
    var withPictures = false
    /// Values for single parameters that the caller gives.
    var options: [String: JSONValue] = [:]

    /// No app has more endpoints to choose from, or so many parameters of one.
    private static let endpointLimit = 100, parameterLimit = 500

    /// - Throws: `GenerationError` (`invalidRequest`) that names the candidates, says why none can be called as it is or why it
    ///   cannot be decided, and how to choose.
    func plan() throws -> GradioPlan {
        let named = endpoints.lazy.filter {
            $0.isListed && $0.name != nil && $0.parameters.count <= Self.parameterLimit
        }
        let candidates = Array(named.prefix(Self.endpointLimit))
        let made = candidates.filter(\.makesPictures)
        let painters = Self.withoutCopies(made.isEmpty ? candidates.filter(\.mayMakePictures) : made)
        guard !painters.isEmpty else {
            let names = candidates.compactMap(\.name).map { $0.printable(limit: 60) }.prefix(50)
            throw GenerationError(
                .invalidRequest,
                "The app has no endpoint that returns a picture. It has "
                    + (names.isEmpty ? "none with a name." : names.joined(separator: ", ") + "."))
        }
        var plans: [GradioPlan] = []
        var reasons: [String] = []
        for endpoint in painters {
            guard let plan = try? GradioPlan(endpoint, mapping: mapping) else {
                reasons.append("\(endpoint.label) has no parameters of the names in the mapping")
                continue
            }
            if let obstacle = plan.obstacle(withPictures: withPictures, options: options) {
                reasons.append("\(endpoint.label) \(obstacle)")
            } else {
                plans.append(plan)
            }
        }
        // With a picture in hand the ones that look at it.
        let editors = withPictures ? plans.filter { $0.pictureCount > 0 } : []
        let sorted = (editors.isEmpty ? plans : editors).sorted { $0.score > $1.score }
        guard let best = sorted.first else { throw Self.error(reasons, painters) }
        let rivals = sorted.filter { $0.score == best.score }
        guard rivals.count == 1 else {
            throw GenerationError(
                .invalidRequest,
                "The app has several endpoints that suit: \(rivals.map(\.endpoint.label).joined(separator: ", ")). "
                    + "Choose one with endpoint.")
        }
        return best
    }

    /// One function behind several events of a page has several names, `/infer` and `/infer_1`: the shortest is it.
    private static func withoutCopies(_ endpoints: [GradioEndpoint]) -> [GradioEndpoint] {
        struct Signature: Hashable {
            let parameters: [GradioParameter]
            let returns: [String]
            let stem: String
        }
        var found: [Signature: GradioEndpoint] = [:]
        for endpoint in endpoints {
            let stem = endpoint.label.split(separator: "_", omittingEmptySubsequences: false)
            let isNumbered = stem.count > 1 && stem.last.map { Int($0) != nil } == true
            let signature = Signature(
                parameters: endpoint.parameters, returns: endpoint.returns,
                stem: isNumbered ? stem.dropLast().joined(separator: "_") : endpoint.label)
            if let known = found[signature], known.label.utf8.count <= endpoint.label.utf8.count { continue }
            found[signature] = endpoint
        }
        return found.values.sorted { ($0.label.utf8.count, $0.id) < ($1.label.utf8.count, $1.id) }
    }

    private static func error(_ reasons: [String], _ painters: [GradioEndpoint]) -> GenerationError {
        let shown = reasons.prefix(5).joined(separator: "; ")
        let rest = reasons.count > 5 ? "; and \(reasons.count - 5) more" : ""
        let parameters = painters.prefix(2).map { "\($0.label) takes \($0.parameterTitles)" }.joined(separator: "; ")
        return GenerationError(
            .invalidRequest,
            "No endpoint of the app can be called with a prompt and the common settings alone: \(shown)\(rest). "
                + "Choose one with endpoint, say with mapping what its parameters mean, or give their values as options. "
                + "\(parameters).")
    }
}

extension GradioEndpoint {
    /// Whether an output is made for pictures.
    package var makesPictures: Bool {
        returns.contains { ["image", "gallery", "imageslider", "annotatedimage"].contains($0) }
    }

    /// Whether an output may hold a picture for want of a better one.
    package var mayMakePictures: Bool {
        returns.contains { ["file", "json", "html", "api", "downloadbutton"].contains($0) }
    }
}
