/// A component of the embedded Space, as input or output of a function.
struct SpaceParameter: Sendable {
    enum Kind: String, Sendable {
        case textbox, slider, checkbox, number, image, gallery, state
    }

    /// Its name in the function.
    let name: String
    let label: String
    let kind: Kind
    /// Its initial value, which is the default of the argument too.
    let value: OrderedJSON
    let range: ClosedRange<Double>?
    let step: Double
    /// The number of the component, where it matters.
    let component: Int?

    private init(
        _ name: String, _ label: String, _ kind: Kind, value: OrderedJSON = nil, range: ClosedRange<Double>? = nil,
        step: Double = 1, component: Int? = nil
    ) {
        self.name = name
        self.label = label
        self.kind = kind
        self.value = value
        self.range = range
        self.step = step
        self.component = component
    }

    static func text(_ name: String, _ label: String, component: Int? = nil) -> SpaceParameter {
        SpaceParameter(name, label, .textbox, component: component)
    }

    static func slider(
        _ name: String, _ label: String, _ range: ClosedRange<Double>, step: Double = 1, value: Double
    ) -> SpaceParameter {
        SpaceParameter(name, label, .slider, value: OrderedJSON(plain: value), range: range, step: step)
    }

    static func checkbox(_ name: String, _ label: String) -> SpaceParameter {
        SpaceParameter(name, label, .checkbox, value: true)
    }

    static func number(_ name: String, _ label: String, value: Int) -> SpaceParameter {
        SpaceParameter(name, label, .number, value: .integer(value))
    }

    static func image(_ name: String, _ label: String) -> SpaceParameter { SpaceParameter(name, label, .image) }

    static func gallery(_ name: String, _ label: String) -> SpaceParameter { SpaceParameter(name, label, .gallery) }

    /// What the server keeps for a session.
    static func state(_ name: String) -> SpaceParameter { SpaceParameter(name, "", .state) }
}
