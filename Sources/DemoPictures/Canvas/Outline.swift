/// A shape of closed contours. Contours that overlap unite, except holes.
struct Outline {
    /// Where a shape stands: shapes are drawn with y upwards from their foot, about one unit large.
    struct Placement {
        var x: Double
        var y: Double
        var scale: Double
        var isMirrored = false
        /// Upside down, as in water.
        var isReflected = false
    }

    typealias Point = (x: Double, y: Double)

    private var points: [Point] = []
    private var ends: [Int] = []
    private let scaleX: Double
    private let scaleY: Double
    private let originX: Double
    private let originY: Double

    /// - Parameter placement: Where the shape stands; without one, coordinates are pixels.
    init(at placement: Placement? = nil) {
        originX = placement?.x ?? 0
        originY = placement?.y ?? 0
        let scale = placement?.scale ?? 1
        scaleX = placement?.isMirrored == true ? -scale : scale
        scaleY = placement == nil || placement?.isReflected == true ? scale : -scale
    }

    var bounds: (left: Double, top: Double, right: Double, bottom: Double)? {
        guard let first = points.first else { return nil }
        var bounds = (left: first.x, top: first.y, right: first.x, bottom: first.y)
        for point in points {
            if point.x < bounds.left { bounds.left = point.x }
            if point.x > bounds.right { bounds.right = point.x }
            if point.y < bounds.top { bounds.top = point.y }
            if point.y > bounds.bottom { bounds.bottom = point.y }
        }
        return bounds
    }

    func forEachSegment(_ body: (Double, Double, Double, Double) -> Void) {
        var start = 0
        for end in ends {
            var last = points[end - 1]
            for index in start..<end {
                body(last.x, last.y, points[index].x, points[index].y)
                last = points[index]
            }
            start = end
        }
    }

    mutating func polygon(_ corners: [Point], isHole: Bool = false) {
        guard corners.count > 2 else { return }
        let placed = corners.map { (x: originX + $0.x * scaleX, y: originY + $0.y * scaleY) }
        var area = 0.0
        var last = placed[placed.count - 1]
        for point in placed {
            area += last.x * point.y - point.x * last.y
            last = point
        }
        // One direction for all, so that the winding number of a union is never zero inside.
        points += (area > 0) == isHole ? placed.reversed() : placed
        ends.append(points.count)
    }

    /// A closed curve through the given points.
    mutating func curve(_ knots: [Point]) {
        let count = knots.count
        var corners: [Point] = []
        for index in 0..<count {
            corners += Self.spline(
                knots[(index + count - 1) % count], knots[index], knots[(index + 1) % count],
                knots[(index + 2) % count]
            )
        }
        polygon(corners)
    }

    mutating func rectangle(_ left: Double, _ bottom: Double, _ right: Double, _ top: Double) {
        polygon([(left, bottom), (right, bottom), (right, top), (left, top)])
    }

    mutating func ellipse(_ x: Double, _ y: Double, _ radiusX: Double, _ radiusY: Double, isHole: Bool = false) {
        let steps = max(radiusX, radiusY) * scaleX.magnitude > 6 ? 20 : 5
        var corners: [Point] = []
        for quadrant in 0..<4 {
            for step in 0..<steps {
                // The rational parametrisation of the circle needs no sines.
                let t = Double(step) / Double(steps)
                let along = (1 - t * t) / (1 + t * t)
                let across = 2 * t / (1 + t * t)
                let unit: Point =
                    switch quadrant {
                    case 0: (along, across)
                    case 1: (-across, along)
                    case 2: (-along, -across)
                    default: (across, -along)
                    }
                corners.append((x + unit.x * radiusX, y + unit.y * radiusY))
            }
        }
        polygon(corners, isHole: isHole)
    }

    mutating func ring(_ x: Double, _ y: Double, _ radius: Double, width: Double) {
        ellipse(x, y, radius, radius)
        ellipse(x, y, radius - width, radius - width, isHole: true)
    }

    mutating func line(_ from: Point, _ to: Point, width: Double, tapering: Double? = nil) {
        let (dx, dy) = (to.x - from.x, to.y - from.y)
        let length = (dx * dx + dy * dy).squareRoot()
        guard length > 0 else { return }
        let (nx, ny) = (-dy / length * width / 2, dx / length * width / 2)
        let end = (tapering ?? width) / width
        polygon([
            (from.x + nx, from.y + ny), (to.x + nx * end, to.y + ny * end), (to.x - nx * end, to.y - ny * end),
            (from.x - nx, from.y - ny),
        ])
    }

    /// A brush stroke along a curve through the given points; `widths` belong to the points.
    mutating func stroke(_ knots: [Point], widths: [Double]) {
        var path: [(point: Point, width: Double)] = []
        for index in 0..<knots.count - 1 {
            let pieces = Self.spline(
                knots[max(0, index - 1)], knots[index], knots[index + 1], knots[min(knots.count - 1, index + 2)]
            )
            for (step, point) in pieces.enumerated() {
                let t = Double(step) / Double(pieces.count)
                path.append((point, widths[index] + (widths[index + 1] - widths[index]) * t))
            }
        }
        path.append((knots[knots.count - 1], widths[knots.count - 1]))
        var left: [Point] = []
        var right: [Point] = []
        for (index, (point, width)) in path.enumerated() {
            let before = path[max(0, index - 1)].point
            let after = path[min(path.count - 1, index + 1)].point
            let (dx, dy) = (after.x - before.x, after.y - before.y)
            let length = (dx * dx + dy * dy).squareRoot()
            guard length > 0 else { continue }
            let (nx, ny) = (-dy / length * width / 2, dx / length * width / 2)
            left.append((point.x + nx, point.y + ny))
            right.append((point.x - nx, point.y - ny))
        }
        polygon(left + right.reversed())
        for (knot, width) in [(knots[0], widths[0]), (knots[knots.count - 1], widths[knots.count - 1])] {
            ellipse(knot.x, knot.y, width / 2, width / 2)
        }
    }

    /// Points of the Catmull–Rom spline from `b` up to, but without, `c`.
    private static func spline(_ a: Point, _ b: Point, _ c: Point, _ d: Point) -> [Point] {
        (0..<8).map { step in
            let t = Double(step) / 8
            func along(_ a: Double, _ b: Double, _ c: Double, _ d: Double) -> Double {
                b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
            }
            return (along(a.x, b.x, c.x, d.x), along(a.y, b.y, c.y, d.y))
        }
    }
}
