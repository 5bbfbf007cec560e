extension Canvas {
    /// The tones of a layer of land, from its highest point downwards.
    struct Tones {
        var lit: RGB
        var shade: RGB
        /// What both fade to with depth: haze, or the next tone.
        var haze: RGB
        /// After how many pixels half of the haze is reached.
        var depth: Double
        var mostHaze = 0.8
    }

    /// Fills everything below a ridge down to `bottom`.
    func fill(_ ridge: Ridge, _ tones: Tones, bottom: Int, crookedness: [Int] = []) {
        let width = width
        // Half the height over which the edge is soft, in 256ths of a pixel, for each column.
        var tops: [Int] = []
        var softness: [Int] = []
        for column in 0..<width {
            let top = ridge.tops[column]
            let before = ridge.tops[column > 0 ? column - 1 : 0]
            let after = ridge.tops[column + 1 < width ? column + 1 : column]
            let slope = (after - before).magnitude / 2
            tops.append(Int(top * 256))
            softness.append(slope < 1 ? 128 : (slope > 6 ? 768 : Int(slope * 128)))
        }
        guard let highest = tops.min(), let softest = softness.max() else { return }
        let first = max(0, (highest - softest) >> 8)
        guard first < bottom else { return }
        let snow = ridge.snowLine.isEmpty ? [Int](repeating: Int.min / 2, count: width) : ridge.snowLine
        let light = ridge.light.isEmpty ? [Int](repeating: 256, count: width) : ridge.light
        let isFlat = ridge.light.isEmpty
        let fade = Int(tones.depth * ridge.shadowDepth) + 1
        let slant = ridge.slant
        tops.withUnsafeBufferPointer { tops in
            softness.withUnsafeBufferPointer { softness in
                light.withUnsafeBufferPointer { light in
                    snow.withUnsafeBufferPointer { snow in
                        guard let tops = tops.baseAddress, let softness = softness.baseAddress,
                            let light = light.baseAddress, let snow = snow.baseAddress
                        else { return }
                        for row in first..<min(bottom, height) {
                            let depth = Double(row) - Double(highest) / 256
                            let misty = depth < 0 ? 0 : depth / (depth + tones.depth) * 2 * tones.mostHaze
                            let haze = misty > tones.mostHaze ? tones.mostHaze : misty
                            let lit = tones.lit.mixed(with: tones.haze, haze).packed
                            let shade = tones.shade.mixed(with: tones.haze, haze).packed
                            let whiteLit = RGB(0xFFFFFF).mixed(with: tones.lit, 0.12).packed
                            let whiteShade = RGB(0xE6ECF8).mixed(with: tones.shade, 0.42).packed
                            let shift = crookedness.isEmpty ? 0 : crookedness[row % crookedness.count]
                            let target = pixels + row &* width
                            let middle = row &* 256 &+ 128
                            var column = 0
                            while column < width {
                                let soft = softness[column]
                                let inside = middle &- tops[column] &+ soft
                                if inside > 0 {
                                    var paint = lit
                                    if !isFlat {
                                        // Shadows fall aslant and dissolve in the haze below.
                                        let depth = inside &>> 8
                                        var source = column &+ shift &+ (depth &* slant) &>> 2
                                        if source < 0 { source = 0 &- source }
                                        if source >= width { source = 2 &* (width &- 1) &- source }
                                        if source < 0 { source = 0 }
                                        var share = light[source]
                                        share = 128 &+ (share &- 128) &* fade / (fade &+ depth)
                                        let cover = (snow[source] &- row) &* 64
                                        if share == 0 {
                                            paint = shade
                                        } else if share < 256 {
                                            paint = Canvas.blend(shade, lit, share)
                                        }
                                        if cover > 0 {
                                            let white = Canvas.blend(whiteShade, whiteLit, share)
                                            paint = Canvas.blend(paint, white, cover > 256 ? 256 : cover)
                                        }
                                    }
                                    if inside >= 2 &* soft {
                                        target[column] = paint
                                    } else {
                                        target[column] = Canvas.blend(target[column], paint, inside &* 128 / soft)
                                    }
                                }
                                column &+= 1
                            }
                        }
                    }
                }
            }
        }
    }
}
