extension Composition {
    /// The colour of the bare sky; `depth` is 0 at the top and 1 at the horizon.
    func sky(_ depth: Double) -> RGB {
        let t = depth < 0 ? 0 : (depth > 1 ? 1 : depth)
        // A Bézier curve through the colours has no visible seams.
        let a = palette.sky[0].mixed(with: palette.sky[1], t)
        let b = palette.sky[1].mixed(with: palette.sky[2], t)
        let c = palette.sky[2].mixed(with: palette.sky[3], t)
        return a.mixed(with: b, t).mixed(with: b.mixed(with: c, t), t)
    }

    func paintSky() {
        let columns = canvas.width
        // 64 bits also where `Int` has fewer: the products need them.
        let reach = Int64((unit * unit * 0.05).rounded()) + 1
        let strength: Int64 = palette.isNight ? 120 : 150
        let (sunX, sunY) = (Int64(sun.x), Int64(sun.y))
        let block = block
        for row in 0..<canvas.height {
            let target = canvas.pixels + row &* columns
            if row % block > 0 {
                target.update(from: target - columns, count: columns)
                continue
            }
            let base = sky((Double(row) + 0.5) / horizon)
            let red = Int64(base.red * 65536)
            let green = Int64(base.green * 65536)
            let blue = Int64(base.blue * 65536)
            let redStep = Int64(palette.glow.red) - red >> 16
            let greenStep = Int64(palette.glow.green) - green >> 16
            let blueStep = Int64(palette.glow.blue) - blue >> 16
            // The halo is wider than high.
            let drop = Int64(row) - sunY
            let rise = drop &* drop &* 2 &+ reach
            var column = 0
            while column < columns {
                let away = Int64(truncatingIfNeeded: column) &- sunX
                let near = reach &* 65536 / (away &* away &+ rise)
                let share = (near &* 110 &+ ((near &* near) &>> 16) &* strength) &>> 8
                let r = (red &+ redStep &* share &+ 32768) &>> 16
                let g = (green &+ greenStep &* share &+ 32768) &>> 16
                let b = (blue &+ blueStep &* share &+ 32768) &>> 16
                let color = UInt32(truncatingIfNeeded: r &<< 16 | g &<< 8 | b)
                let end = column &+ block < columns ? column &+ block : columns
                while column < end {
                    target[column] = color
                    column &+= 1
                }
            }
        }
    }

    func paintStars() {
        var random = random(2)
        for _ in 0..<170 {
            let x = random.unit() * width
            let height = random.unit()
            let y = height * height * horizon * 0.95
            let size = unit * random.between(0.0009, 0.0022)
            var star = Outline()
            star.ellipse(x, y, size, size)
            let isBright = random.chance(0.06)
            if isBright {
                star.polygon([(x - size * 4, y), (x, y - size * 0.7), (x + size * 4, y), (x, y + size * 0.7)])
                star.polygon([(x, y - size * 4), (x + size * 0.7, y), (x, y + size * 4), (x - size * 0.7, y)])
            }
            let fading = 1 - y / horizon
            canvas.fill(
                star, palette.sun, opacity: (isBright ? 1 : random.between(0.35, 0.95)) * (0.25 + 0.75 * fading))
        }
    }

    func paintSun() {
        var random = random(3)
        var disc = Outline()
        if palette.isNight, random.chance(0.5), !palette.isRetro {
            // A crescent is a half circle and a half ellipse.
            let radius = sun.radius * 0.9
            let (tiltX, tiltY) = random.chance(0.5) ? (0.9, 0.436) : (-0.9, 0.436)
            var points: [Outline.Point] = []
            for step in -16...32 + 16 {
                let isOuter = step <= 16
                let v = Double(isOuter ? step : 32 - step) / 16
                let u = (1 - v * v).squareRoot() * (isOuter ? 1 : 0.45)
                points.append((sun.x + (u * tiltX - v * tiltY) * radius, sun.y + (u * tiltY + v * tiltX) * radius))
            }
            disc.polygon(points)
            canvas.fill(disc, palette.sun)
        } else {
            disc.ellipse(sun.x, sun.y, sun.radius, sun.radius)
            canvas.fill(disc, palette.sun, to: palette.sun.mixed(with: palette.glow, 0.55))
            if palette.isRetro {
                for stripe in 0..<6 {
                    let y = sun.y + sun.radius * (0.02 + 0.17 * Double(stripe))
                    var gap = Outline()
                    gap.rectangle(
                        sun.x - sun.radius, y, sun.x + sun.radius, y + sun.radius * (0.02 + 0.014 * Double(stripe)))
                    canvas.fill(gap, sky(y / horizon).mixed(with: palette.glow, 0.5))
                }
            } else if palette.isNight {
                for _ in 0..<7 {
                    var crater = Outline()
                    let size = sun.radius * random.between(0.07, 0.2)
                    let (u, v) = (random.between(-0.55, 0.55), random.between(-0.55, 0.55))
                    crater.ellipse(sun.x + u * sun.radius, sun.y + v * sun.radius, size, size)
                    canvas.fill(crater, palette.glow, opacity: 0.35)
                }
            }
        }
    }

    /// Long, flat streaks, lit from the sun's side.
    func paintClouds() {
        var random = random(4)
        let banks = palette.isNight ? random.below(3) : 2 + random.below(4)
        for _ in 0..<banks {
            let x = random.unit() * width
            let y = horizon * random.between(0.16, 0.78)
            let length = unit * random.between(0.16, 0.42)
            let thickness = unit * random.between(0.010, 0.020)
            let distance = ((x - sun.x).magnitude + (y - sun.y).magnitude) / unit
            let lit = palette.sky[3].mixed(with: palette.glow, 1 - distance)
            var bank = Outline()
            for streak in 0..<4 {
                let half = length * random.between(0.25, 0.6)
                let center = x + length * random.between(-0.45, 0.45)
                let level = y + thickness * (Double(streak) * 0.85 - 1.3)
                Self.capsule(&bank, center, level, half, thickness * 0.5)
            }
            canvas.fill(bank, lit, opacity: palette.isNight ? 0.10 : 0.5)
        }
    }

    private static func capsule(
        _ outline: inout Outline, _ x: Double, _ y: Double, _ half: Double, _ radius: Double
    ) {
        outline.stroke([(x - half, y), (x, y), (x + half, y)], widths: [radius * 1.3, radius * 2, radius * 1.3])
    }

    func paintBirds() {
        var random = random(5)
        guard !palette.isNight, random.chance(0.7) else { return }
        let count = 3 + random.below(6)
        let (flockX, flockY) = (width / 2 + (width / 2 - sun.x) * 0.5, horizon * random.between(0.25, 0.55))
        for _ in 0..<count {
            let size = unit * random.between(0.010, 0.021)
            let x = flockX + unit * random.between(-0.16, 0.16)
            let y = flockY + unit * random.between(-0.08, 0.08)
            let lift = random.between(0.25, 0.55)
            var bird = Outline(at: .init(x: x, y: y, scale: size, isMirrored: random.chance(0.5)))
            bird.stroke([(-1, lift * 0.7), (-0.5, lift), (0, 0)], widths: [0.03, 0.14, 0.2])
            bird.stroke([(0, 0), (0.5, lift * 1.1), (1.05, lift * 0.8)], widths: [0.2, 0.14, 0.03])
            canvas.fill(bird, palette.ink, opacity: 0.8)
        }
    }

    /// Green curtains: each column fades upwards from a wavy hem.
    func paintAurora() {
        let random = random(6)
        let green = RGB(0x5CF2B0).packed
        let violet = RGB(0x8A6CF0).packed
        for curtain in 0..<3 {
            let noise = Noise(seed: random.key(curtain))
            for column in 0..<canvas.width {
                let x = Double(column - column % block) / unit
                let hem = horizon * (0.42 + 0.17 * Double(curtain)) + unit * 0.13 * noise.smooth(x * 1.7)
                let rays = 0.55 + 0.45 * noise.smooth(x * 16 + 400)
                let veil = 0.5 + 0.5 * noise.smooth(x * 2.3 + 900)
                let length = unit * (0.22 + 0.20 * rays)
                let strength = 250 * rays * veil
                let first = max(0, Int(hem - length))
                let last = min(canvas.height - 1, Int(hem + unit * 0.02))
                guard first < last else { continue }
                for row in first...last {
                    let above = (hem - Double(row - row % block)) / length
                    let fall = above < 0 ? 1 + above * length / (unit * 0.02) : (1 - above) * (1 - above)
                    let share = Int(strength * (fall < 0 ? 0 : fall))
                    let hue = Canvas.blend(green, violet, Int((above < 0 ? 0 : above) * 255))
                    let place = row * canvas.width + column
                    canvas.pixels[place] = Canvas.blend(canvas.pixels[place], hue, share)
                }
            }
        }
    }

    func paintSnow() {
        var random = random(7)
        for _ in 0..<260 {
            let nearness = random.unit()
            let size = unit * (0.0014 + 0.0042 * nearness * nearness * nearness)
            var flake = Outline()
            flake.ellipse(random.unit() * width, random.unit() * height, size, size)
            canvas.fill(flake, RGB(0xFFFFFF), opacity: random.between(0.45, 0.9))
        }
    }
}
