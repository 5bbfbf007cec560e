extension Composition {
    /// A row of towers with lit windows, standing on `base`.
    func paintCity(_ index: Int, base: Double) {
        var random = random(UInt64(30 + index))
        let nearness = index == 1 ? 0.35 : 0.75
        let tone = palette.far.mixed(with: palette.ink, nearness)
        let lower = tone.mixed(with: sky(1), 0.35)
        let lights = palette.light.mixed(with: tone, index == 1 ? 0.45 : 0.1)
        let litShare = palette.isNight ? 0.42 : 0.2
        var x = -unit * 0.03
        while x < width {
            let breadth = (unit * random.between(0.035, 0.085)).rounded() + 1
            let swell = 1 - min(1, (x + breadth / 2 - sun.x).magnitude / (unit * 0.8))
            let tall = unit * (index == 1 ? 0.13 : 0.06) * (1 + 1.4 * swell) * random.between(0.5, 1.25)
            let top = (base - tall).rounded()
            let left = x.rounded()
            var tower = Outline()
            tower.rectangle(left, base, left + breadth, top)
            switch random.below(6) {
            case 0:
                tower.rectangle(left + breadth * 0.2, top, left + breadth * 0.8, top - breadth * 0.35)
                tower.line((left + breadth / 2, top), (left + breadth / 2, top - breadth * 1.3), width: unit * 0.003)
            case 1: tower.polygon([(left, top), (left + breadth, top), (left + breadth, top - breadth * 0.5)])
            case 2: tower.polygon([(left, top), (left + breadth / 2, top - breadth * 0.8), (left + breadth, top)])
            default: break
            }
            canvas.fill(tower, tone, to: lower)
            let pitch = unit * 0.0125
            if pitch >= 2 {
                var windows = Outline()
                var y = top + pitch * 0.7
                while y < base - pitch {
                    var windowX = left + pitch * 0.6
                    while windowX + pitch * 0.5 < left + breadth - pitch * 0.3 {
                        if random.chance(litShare) {
                            windows.rectangle(
                                windowX.rounded(), y.rounded(), windowX.rounded() + (pitch * 0.42).rounded(.up),
                                y.rounded() + (pitch * 0.5).rounded(.up))
                        }
                        windowX += pitch
                    }
                    y += pitch
                }
                canvas.fill(windows, lights)
            }
            x += breadth + (random.chance(0.3) ? (unit * random.between(0, 0.03)).rounded() : 0)
        }
    }

    /// A village of gabled houses with a church.
    func paintHouses(along ridge: Ridge) {
        var random = random(33)
        let walls = [0xF4E7D3, 0xE8C9A8, 0xD98F6C, 0xB9CBD0, 0xF2D9A0].map { RGB($0) }
        let roof = RGB(0xA8492F)
        let dim = palette.isNight ? 0.72 : 0.28
        var x = width / 2 + unit * random.between(-0.62, -0.42)
        let end = x + unit * random.between(0.7, 0.95)
        let church = x + (end - x) * random.between(0.3, 0.7)
        var hasChurch = false
        while x < end {
            let column = min(ridge.tops.count - 1, max(0, Int(x)))
            let breadth = unit * random.between(0.036, 0.062)
            let tall = unit * random.between(0.030, 0.052)
            let place = Outline.Placement(x: x + breadth / 2, y: ridge.tops[column] + unit * 0.003, scale: unit)
            let wall = random.pick(walls).mixed(with: palette.ink, dim)
            let tile = roof.mixed(with: palette.ink, dim + random.between(0, 0.2))
            let (half, gable) = (breadth / 2 / unit, tall / unit)
            if !hasChurch, x > church {
                hasChurch = true
                var spire = Outline(at: place)
                spire.rectangle(-0.012, 0, 0.012, 0.105)
                canvas.fill(spire, walls[0].mixed(with: palette.ink, dim))
                var tip = Outline(at: place)
                tip.polygon([(-0.016, 0.104), (0, 0.175), (0.016, 0.104)])
                canvas.fill(tip, palette.ink.mixed(with: palette.far, 0.35))
            }
            var body = Outline(at: place)
            body.rectangle(-half, 0, half, gable)
            canvas.fill(body, wall)
            var top = Outline(at: place)
            let ridgeHeight = gable + half * random.between(0.7, 1.0)
            if random.chance(0.5) {
                top.polygon([(-half * 1.12, gable), (0, ridgeHeight), (half * 1.12, gable)])
            } else {
                let flat = gable + half * 0.62
                top.polygon([(-half * 1.1, gable), (-half * 0.8, flat), (half * 0.8, flat), (half * 1.1, gable)])
            }
            canvas.fill(top, tile)
            var windows = Outline(at: place)
            for row in 0..<(gable > 0.040 ? 2 : 1) {
                for column in -1...1 where random.chance(0.75) {
                    let (u, v) = (Double(column) * half * 0.58, 0.011 + 0.017 * Double(row))
                    windows.rectangle(u - 0.0034, v, u + 0.0034, v + 0.009)
                }
            }
            canvas.fill(windows, palette.light)
            x += breadth * random.between(0.86, 1.12)
        }
    }
}
