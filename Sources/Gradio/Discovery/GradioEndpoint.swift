/// A function of a Gradio app that can be called.
public struct GradioEndpoint: Sendable, Hashable {
    /// The name with its slash, for example `/infer`; `nil` where it can only be called by number.
    public let name: String?
    /// The number (`fn_index`). It moves when the app or its Gradio changes: prefer the name.
    public let id: Int
    /// What it takes, in the order of the arguments.
    public let parameters: [GradioParameter]
    /// The kinds of components that it returns, in order: `image`, `slider`, …
    public let returns: [String]
    /// Whether it yields values on the way to its result.
    public let isGenerator: Bool
    /// Whether the app offers it to callers; helpers of its page have names as well, and are not meant to be called.
    public let isListed: Bool
    /// Whether it goes through the app's queue; what does not is called directly.
    let isQueued: Bool
    /// The component whose event calls it in the app's page.
    let trigger: Int?

    /// The name without its slash, as it stands in a URL.
    var path: String? { name.map { String($0.drop { $0 == "/" }) } }

    /// What it is called in messages.
    var label: String { name ?? "number \(id)" }

    var withoutName: GradioEndpoint {
        GradioEndpoint(
            name: nil, id: id, parameters: parameters, returns: returns, isGenerator: isGenerator, isListed: isListed,
            isQueued: isQueued, trigger: trigger)
    }
}

/// An argument of an endpoint.
public struct GradioParameter: Sendable, Hashable {
    /// The name in the app's Python function. Known after ``GradioApp/loadingInfo()``, from Gradio 4.29 on.
    public var name: String?
    /// The label in the app's page.
    public let label: String
    /// The kind of component: `textbox`, `slider`, `image`, …
    public let component: String
    /// The value where the caller gives none. Known after ``GradioApp/loadingInfo()``.
    public var defaultValue: JSONValue?
    /// The smallest value, where the component has one.
    public let minimum: Double?
    /// The largest value, where the component has one.
    public let maximum: Double?
    /// Whether the server refuses what lies outside the range (Gradio 5.39 and later).
    let isRangeEnforced: Bool

    /// Whether it is state that the server keeps: it takes a place among the arguments but never a value.
    public var isState: Bool { component == "state" }

    /// The numbers that it takes, where it says so.
    public var range: ClosedRange<Double>? {
        guard let minimum, let maximum, minimum <= maximum else { return nil }
        return minimum...maximum
    }

    /// The integers that it takes, where it says so.
    public var integerRange: ClosedRange<Int>? {
        guard let minimum, let maximum, let low = Int(exactly: minimum.rounded(.up)),
            let high = Int(exactly: maximum.rounded(.down)), low <= high
        else { return nil }
        return low...high
    }
}
