extension Composition {
    /// Mirrors what lies above the horizon, broken by waves that grow towards the viewer.
    func paintWater() {
        let columns = canvas.width
        let shore = Int(horizon)
        let depth = canvas.height - shore
        guard shore > 0, depth > 0 else { return }
        let noise = Noise(seed: random(40).key(0))
        let ripples = (0..<1024).map { index in
            let t = Double(index) / 1024
            return Int(
                1000
                    * (0.55 * Noise.wave(t * 7) + 0.45 * Noise.wave(t * 17 + 0.3) + 0.3 * noise.smooth(t * 64)
                        * Noise.wave(t / 2)))
        }
        let deep = palette.sky[0].mixed(with: palette.near, palette.isSnowy ? 0 : 0.35)
        ripples.withUnsafeBufferPointer { ripples in
            guard let ripples = ripples.baseAddress else { return }
            for row in shore..<canvas.height {
                let target = canvas.pixels + row &* columns
                if (row - shore) % block > 0 {
                    target.update(from: target - columns, count: columns)
                    continue
                }
                let below = Double(row - shore) + 0.5
                let nearness = below / Double(depth)
                let tint = deep.mixed(with: palette.sky[1], 0.4 * (1 - nearness)).packed
                let share = Int(256 * (0.14 + 0.42 * nearness))
                let swing = Int(unit * (0.0012 + 0.016 * nearness) * 64)
                // Waves look longer, and rows farther apart, the nearer they are.
                let perspective = 1 / (0.06 + nearness)
                let pace = Int(1024 * 64 * 0.30 * perspective / unit)
                let phase = Int(1024 * 64 * (perspective * 1.9 + noise.smooth(nearness * 60) * 0.25))
                let mirrored = Double(shore) - 1 - below * (0.92 - 0.25 * nearness)
                let middle = Int(mirrored)
                let sway = unit * (0.002 + 0.016 * nearness)
                let shift = Int(sway * noise.smooth(perspective * 38) + sway * 0.6 * noise.jagged(below / unit * 300))
                var column = 0
                var turn = phase &+ 0x4000_0000
                while column < columns {
                    let end = column &+ block < columns ? column &+ block : columns
                    var source = middle &+ (ripples[(turn &>> 6) & 1023] &* swing) / 64000
                    if source < 0 { source = 0 }
                    if source >= shore { source = shore &- 1 }
                    let mirror = canvas.pixels + source &* columns
                    // Fewer tones make calmer water and a smaller file.
                    while column < end {
                        var across = column &+ shift
                        if across < 0 { across = 0 }
                        if across >= columns { across = columns &- 1 }
                        target[column] = Canvas.blend(mirror[across] & 0xF8F8F8, tint, share)
                        turn &+= pace
                        column &+= 1
                    }
                }
            }
        }
        var line = Outline()
        line.rectangle(0, Double(shore), width, Double(shore) + unit * 0.0022)
        canvas.fill(line, palette.glow, opacity: 0.45)
        paintGlitter(shore: Double(shore), depth: Double(depth))
    }

    /// The sun's path on the water, and a few bright crests elsewhere.
    private func paintGlitter(shore: Double, depth: Double) {
        var random = random(41)
        let color = palette.sun.mixed(with: palette.glow, 0.3)
        for index in 0..<150 {
            let nearness = random.unit() * random.unit()
            let spread = sun.radius * (0.8 + 1.8 * nearness)
            let isPath = index < 100
            let offset = (random.unit() + random.unit() - 1) * spread
            let x = isPath ? sun.x + offset : random.unit() * width
            let y = shore + 1 + depth * nearness
            let half = unit * (0.006 + 0.035 * nearness) * random.between(0.5, 1.4)
            let thickness = unit * (0.0007 + 0.0030 * nearness)
            var crest = Outline()
            crest.ellipse(x, y, half, thickness)
            canvas.fill(crest, color, opacity: isPath ? random.between(0.35, 0.9) : random.between(0.06, 0.22))
        }
    }

    /// A dark bank with reeds in one corner, which gives depth.
    func paintBank() {
        var random = random(42)
        let noise = Noise(seed: random.next())
        let isLeft = motifX > width / 2
        let reach = unit * random.between(0.45, 0.75)
        let rise = unit * random.between(0.05, 0.11)
        let ridge = Ridge(canvas.width) { column in
            let x = isLeft ? Double(column) : width - Double(column)
            let share = 1 - x / reach
            let swell = share > 0 ? share * share * (3 - 2 * share) : share
            return height + unit * 0.012 - rise * swell - unit * 0.012 * noise.smooth(Double(column) / unit * 7)
        }
        let tone = palette.ink
        canvas.fill(
            ridge, .init(lit: tone, shade: tone, haze: tone, depth: unit), bottom: canvas.height)
        paintReeds(on: ridge, from: isLeft ? 0 : width - reach * 0.8, to: isLeft ? reach * 0.8 : width)
    }

    private func paintReeds(on ridge: Ridge, from left: Double, to right: Double) {
        var random = random(43)
        for _ in 0..<34 {
            let x = random.between(left, right)
            let column = min(ridge.tops.count - 1, max(0, Int(x)))
            let tall = unit * random.between(0.03, 0.13)
            let lean = random.between(-0.25, 0.35)
            var reed = Outline(at: .init(x: x, y: ridge.tops[column] + unit * 0.01, scale: tall))
            reed.stroke(
                [(0, 0), (lean * 0.25, 0.55), (lean, 1)], widths: [unit * 0.0042 / tall, unit * 0.003 / tall, 0.006])
            if random.chance(0.3) {
                reed.stroke(
                    [(lean * 0.55, 0.76), (lean * 0.8, 0.9)], widths: [unit * 0.009 / tall, unit * 0.009 / tall])
            }
            canvas.fill(reed, palette.ink)
        }
    }
}
