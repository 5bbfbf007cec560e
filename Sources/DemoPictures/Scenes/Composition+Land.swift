extension Composition {
    /// Mountains or hills behind everything, then nearer and nearer hills.
    func paintLand() {
        let count = 5
        for index in 0..<count {
            let nearness = Double(index) / Double(count - 1)
            let base = horizon + (height * 0.90 - horizon) * (0.35 * nearness + 0.65 * nearness * nearness)
            let isNearest = index == count - 1
            var ridge = ridge(index, nearness: nearness, base: base)
            if isNearest, scene.motif != nil { flatten(&ridge) }
            let grows =
                (scene.land == .forest && index > 0) || (scene.land != .dunes && scene.land != .city && index == 3)
            if scene.land == .city, index == 1 || index == 2 { paintCity(index, base: base + unit * 0.05) }
            if grows, !isNearest {
                paintConifers(on: ridge, nearness: nearness, index: index, bottom: canvas.height)
            } else {
                paint(ridge, nearness: nearness, index: index, bottom: canvas.height)
            }
            if scene.land == .village, index == 2 { paintHouses(along: ridge) }
            if isNearest { paintForeground(on: ridge) }
        }
    }

    /// The land beyond the water.
    func paintShore() {
        let bottom = Int(horizon)
        for index in 0..<3 {
            let nearness = Double(index) / 4
            let lift = isSea ? -0.03 + 0.012 * Double(2 - index) : [0.11, 0.055, 0.016][index]
            let ridge = ridge(index, nearness: nearness, base: horizon - unit * lift)
            if scene.land == .city, index > 0 {
                paintCity(index, base: horizon)
            } else if scene.land == .forest || (scene.land == .mountains && index == 2) {
                paintConifers(on: ridge, nearness: nearness, index: index, bottom: bottom)
            } else {
                paint(ridge, nearness: nearness, index: index, bottom: bottom)
            }
            if scene.land == .village, index == 2 {
                paintHouses(along: Ridge(canvas.width) { _ in horizon - unit * 0.010 })
            }
        }
        if scene.land == .city || scene.land == .village {
            var quay = Outline()
            quay.rectangle(0, horizon - unit * 0.012, width, horizon + 1)
            canvas.fill(quay, palette.near.mixed(with: palette.ink, 0.4))
        }
    }

    private func ridge(_ index: Int, nearness: Double, base: Double) -> Ridge {
        let noise = Noise(seed: random(10).key(index))
        let isRocky =
            scene.land == .mountains && index < (scene.hasWater ? 2 : 3) || scene.land != .dunes && index == 0 && !isSea
        let isDune = scene.land == .dunes
        let isRange = scene.land == .mountains
        let size =
            isRocky ? (isRange ? 0.20 : 0.13) - 0.10 * nearness : (isDune ? 0.085 : 0.075) * (1 - 0.55 * nearness)
        var ridge = Ridge(canvas.width) { column in
            let x = (Double(column) + 0.5 - width / 2) / unit
            var height: Double
            if isRocky {
                height = 0
                var scale = 2.0
                var weight = 0.62
                for octave in 0..<6 {
                    let n = octave == 0 ? noise.smooth(x * scale) : noise.jagged(x * scale + Double(octave) * 37)
                    height += weight * (1 - 2 * n.magnitude)
                    scale *= 2.05
                    weight *= 0.47
                }
            } else if isDune {
                let n = noise.smooth(x * 1.5)
                height = 1 - 2.2 * n.magnitude + 0.3 * noise.smooth(x * 3.1 + 50)
            } else {
                height = noise.smooth(x * 1.9) + 0.38 * noise.smooth(x * 4.3 + 30) + 0.10 * noise.smooth(x * 11 + 70)
            }
            return base - unit * size * height
        }
        if isRocky {
            ridge.illuminate(span: max(1, Int(unit * 0.007)), sunX: sun.x, contrast: 1.6)
            ridge.slant = index % 2 == 0 ? 2 : -2
            if index < 2, palette.isSnowy || isRange && random(11).key(0) % 3 == 0 || scene.isSnowing {
                let level = base - unit * 0.05
                ridge.snowLine = (0..<canvas.width).map {
                    Int(level + unit * 0.035 * noise.jagged(Double($0) / unit * 34 + 500))
                }
            }
        } else if isDune {
            ridge.illuminate(span: max(1, Int(unit * 0.012)), sunX: sun.x, contrast: 3.6)
            ridge.slant = index % 2 == 0 ? 7 : -7
            ridge.shadowDepth = 0.7
        }
        return ridge
    }

    private var isSea: Bool {
        scene.hasWater && scene.land == .hills
    }

    private func paint(_ ridge: Ridge, nearness: Double, index: Int, bottom: Int, isWooded: Bool = false) {
        var tone = palette.far.mixed(with: palette.near, nearness)
        if palette.isSnowy, isWooded { tone = palette.far.mixed(with: palette.ink, 0.25 + 0.6 * nearness) }
        let isNearest = nearness > 0.9
        let haze =
            isNearest
            ? palette.near.mixed(with: palette.ink, palette.isSnowy ? 0.14 : 0.8)
            : sky(1).mixed(with: palette.glow, 0.25).mixed(with: tone, 0.25 + 0.5 * nearness)
        let light = tone.mixed(with: palette.glow, 0.42 - 0.24 * nearness)
        let shade = tone.mixed(with: palette.sky[0], 0.16)
        let isLit = !ridge.light.isEmpty
        let tones = Canvas.Tones(
            lit: isLit ? light : tone, shade: isLit ? shade : tone, haze: haze, depth: unit * 0.16,
            mostHaze: isNearest ? 0.6 : (palette.isSnowy && !isWooded ? 0.45 : 0.75))
        let noise = Noise(seed: random(12).key(index))
        let crookedness: [Int] = (0..<(isLit ? canvas.height : 0)).map { row in
            let y = Double(row) / unit
            let jags =
                scene.land == .dunes && index > 0 ? 0 : 0.020 * noise.jagged(y * 26) + 0.018 * noise.smooth(y * 9 + 90)
            return Int(unit * (jags + 0.05 * noise.smooth(y * 2)))
        }
        canvas.fill(ridge, tones, bottom: bottom, crookedness: crookedness)
    }

    /// Makes a level place for the motif.
    private func flatten(_ ridge: inout Ridge) {
        let reach = unit * 0.3
        for column in ridge.tops.indices {
            let away = (Double(column) - motifX).magnitude / reach
            guard away < 2 else { continue }
            let share = away < 1 ? 1 : (2 - away) * (2 - away) * (2 * away - 1)
            ridge.tops[column] += (ground - ridge.tops[column]) * share
        }
    }

    /// Paints a ridge with a row of conifers on it.
    private func paintConifers(on ridge: Ridge, nearness: Double, index: Int, bottom: Int) {
        var random = random(UInt64(20 + index))
        let groves = Noise(seed: random.next())
        var grown = ridge.tops
        var x = 0.0
        let tall = unit * (0.028 + 0.075 * nearness)
        while x < width {
            let density = groves.smooth(x / unit * 4)
            let tree = tall * random.between(0.55, 1.1) * (density < -0.35 && scene.land != .forest ? 0 : 1)
            let half = tree * 0.26
            if half > 0.3 {
                let ground = ridge.tops[min(ridge.tops.count - 1, Int(x))]
                for column in max(0, Int(x - half))...max(0, min(grown.count - 1, Int(x + half))) {
                    let away = ((Double(column) + 0.5 - x) / half).magnitude
                    guard away < 1 else { continue }
                    let tier = (away * 4 - (away * 4).rounded(.down)) * 0.16
                    let top = ground - tree * (1 - away - tier * (1 - away)) * 1.02
                    if top < grown[column] { grown[column] = top }
                }
            }
            x += max(1.5, tall * random.between(0.18, 0.5))
        }
        paint(Ridge(canvas.width) { grown[$0] }, nearness: nearness, index: index, bottom: bottom, isWooded: true)
        if palette.isSnowy { paint(ridge, nearness: nearness, index: index, bottom: bottom) }
    }
}
