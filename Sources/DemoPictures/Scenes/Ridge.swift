/// The upper edge of a layer of land: for each column how far down it begins, in pixels.
struct Ridge {
    var tops: [Double]
    /// For each column how much light falls on the slope below, from 0 to 256; empty for a flat tone.
    var light: [Int] = []
    /// After which share of the haze's depth half of the light's contrast is gone.
    var shadowDepth = 0.3
    /// By how many quarters of a pixel shadows drift sideways with each row.
    var slant = 0
    /// Below these rows mountains have no snow; empty for none.
    var snowLine: [Int] = []

    init(_ count: Int, _ top: (Int) -> Double) {
        tops = (0..<count).map(top)
    }

    /// Lights slopes that face the sun.
    ///
    /// - Parameters:
    ///   - span: Over how many columns the slope is measured.
    ///   - sunX: The sun's column.
    ///   - contrast: How quickly steepness saturates.
    mutating func illuminate(span: Int, sunX: Double, contrast: Double) {
        let last = tops.count - 1
        light = tops.indices.map { column in
            let rise = tops[min(last, column + span)] - tops[max(0, column - span)]
            let slope = rise / Double(2 * span) * (Double(column) < sunX ? -1 : 1)
            let lit = 128 - slope * contrast * 128
            // Few tones look like cut paper, and compress well.
            return Int((lit < 0 ? 0 : (lit > 256 ? 256 : lit)) / 64 + 0.5) * 64
        }
    }
}
