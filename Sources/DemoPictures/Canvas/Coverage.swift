/// How much of each pixel of one row an outline covers: eight scan lines a row, exact along each.
struct Coverage {
    private struct Edge {
        var top: Double
        var bottom: Double
        /// Where the edge's line would cross row 0.
        var origin: Double
        var slope: Double
        var winding: Int
    }

    private static let linesPerRow = 8
    /// What a fully covered pixel sums up to.
    private static let full = 32 * linesPerRow

    private let left: Int
    private let width: Int
    private let edges: [Edge]
    private var active: [Edge] = []
    /// Differences: the running sum is the coverage.
    private var changes: [Int]

    /// - Parameters:
    ///   - outline: The shape, in pixels.
    ///   - left: The first column wanted.
    ///   - right: The last column wanted.
    init(outline: Outline, left: Int, right: Int) {
        self.left = left
        width = right - left + 1
        changes = [Int](repeating: 0, count: width + 2)
        var edges: [Edge] = []
        outline.forEachSegment { x0, y0, x1, y1 in
            guard y0 != y1 else { return }
            let slope = (x1 - x0) / (y1 - y0)
            let origin = x0 - y0 * slope - Double(left)
            edges.append(
                y0 < y1
                    ? Edge(top: y0, bottom: y1, origin: origin, slope: slope, winding: 1)
                    : Edge(top: y1, bottom: y0, origin: origin, slope: slope, winding: -1)
            )
        }
        self.edges = edges
    }

    mutating func scan(row: Int) {
        let top = Double(row)
        active.removeAll(keepingCapacity: true)
        edges.withUnsafeBufferPointer { edges in
            var index = 0
            let count = edges.count
            while index < count {
                if edges[index].top < top + 1, edges[index].bottom > top { active.append(edges[index]) }
                index += 1
            }
        }
        var crossings: [(x: Double, winding: Int)] = []
        for line in 0..<Self.linesPerRow {
            let y = top + (Double(line) + 0.5) / Double(Self.linesPerRow)
            crossings.removeAll(keepingCapacity: true)
            for edge in active where edge.top <= y && edge.bottom > y {
                let crossing = (x: edge.origin + y * edge.slope, winding: edge.winding)
                var place = crossings.count
                while place > 0, crossings[place - 1].x > crossing.x { place -= 1 }
                crossings.insert(crossing, at: place)
            }
            var winding = 0
            for index in crossings.indices {
                let before = winding
                winding += crossings[index].winding
                if before == 0, winding != 0 { step(at: crossings[index].x, by: 1) }
                if before != 0, winding == 0 { step(at: crossings[index].x, by: -1) }
            }
        }
    }

    private mutating func step(at x: Double, by sign: Int) {
        let clipped = x < 0 ? 0 : (x > Double(width) ? Double(width) : x)
        let column = Int(clipped)
        let share = Int((clipped - Double(column)) * 32 + 0.5)
        changes[column] += sign * (32 - share)
        changes[column + 1] += sign * share
    }

    /// Paints the scanned row and clears it.
    mutating func paint(_ row: UnsafeMutablePointer<UInt32>, _ color: UInt32, alpha: Int) {
        let target = row + left
        let width = width
        let full = Self.full
        changes.withUnsafeMutableBufferPointer { buffer in
            guard let changes = buffer.baseAddress else { return }
            var sum = 0
            var column = 0
            while column < width {
                sum &+= changes[column]
                changes[column] = 0
                if sum > 0 {
                    if sum == full, alpha == 256 {
                        target[column] = color
                    } else {
                        target[column] = Canvas.blend(target[column], color, sum &* alpha / full)
                    }
                }
                column &+= 1
            }
            changes[width] = 0
            changes[width &+ 1] = 0
        }
    }
}
