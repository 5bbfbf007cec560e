internal import GeneratorTesting

extension Composition {
    /// Draws the thing that the prompt names.
    func paint(_ motif: Scene.Motif) {
        var random = random(60)
        let isMirrored = random.chance(0.5)
        func standing(_ scale: Double) -> Outline.Placement {
            .init(x: motifX, y: ground + unit * 0.006, scale: unit * scale, isMirrored: isMirrored)
        }
        switch motif {
        case .bicycle: paintBicycle(at: standing(0.50))
        case .house: paintHouse(at: standing(0.44), random: &random)
        case .tree: paintTree(at: standing(0.62), random: &random)
        case .cat: paintCat(at: standing(0.40))
        case .fox: paintFox(at: standing(0.40))
        case .boat: paintBoats(random: &random)
        case .lighthouse: paintLighthouse(isMirrored: motifX < width / 2)
        case .balloon: paintBalloons(random: &random)
        }
    }

    /// The colour of a motif's main part.
    var body: RGB {
        scene.tint.map { palette.isNight ? $0.mixed(with: palette.ink, 0.3) : $0 } ?? palette.ink
    }

    private func paintBicycle(at place: Outline.Placement) {
        let ink = palette.ink
        for hub in [-0.36, 0.36] {
            var spokes = Outline(at: place)
            for step in 0..<9 {
                let turn = Double(step) / 18 + 0.02
                let (dx, dy) = (Noise.wave(turn + 0.25) * 0.222, Noise.wave(turn) * 0.222)
                spokes.line((hub - dx, 0.24 - dy), (hub + dx, 0.24 + dy), width: 0.004)
            }
            canvas.fill(spokes, ink, opacity: 0.65)
            var wheel = Outline(at: place)
            wheel.ring(hub, 0.24, 0.24, width: 0.024)
            wheel.ellipse(hub, 0.24, 0.02, 0.02)
            canvas.fill(wheel, ink)
        }
        var dark = Outline(at: place)
        dark.curve([(-0.27, 0.652), (-0.255, 0.668), (-0.17, 0.662), (-0.09, 0.655), (-0.09, 0.642), (-0.18, 0.632)])
        dark.line((-0.148, 0.56), (-0.163, 0.645), width: 0.018)
        dark.ring(-0.04, 0.225, 0.058, width: 0.016)
        dark.line((-0.04, 0.225), (0.045, 0.145), width: 0.018)
        dark.line((0.015, 0.142), (0.078, 0.142), width: 0.02)
        dark.line((-0.04, 0.225), (-0.125, 0.305), width: 0.018)
        dark.line((-0.158, 0.308), (-0.095, 0.308), width: 0.02)
        dark.line((-0.36, 0.258), (-0.05, 0.280), width: 0.006)
        dark.line((-0.36, 0.222), (-0.05, 0.170), width: 0.006)
        dark.line((0.250, 0.60), (0.237, 0.69), width: 0.018)
        dark.stroke(
            [(0.225, 0.692), (0.29, 0.700), (0.352, 0.678), (0.358, 0.625), (0.315, 0.600)],
            widths: [0.020, 0.018, 0.018, 0.018, 0.022])
        canvas.fill(dark, ink)
        var frame = Outline(at: place)
        frame.line((-0.04, 0.225), (-0.15, 0.585), width: 0.026)
        frame.line((-0.137, 0.548), (0.252, 0.585), width: 0.026)
        frame.line((-0.04, 0.225), (0.262, 0.545), width: 0.030)
        frame.line((-0.36, 0.24), (-0.04, 0.225), width: 0.017)
        frame.line((-0.36, 0.24), (-0.138, 0.545), width: 0.017)
        frame.line((0.270, 0.515), (0.247, 0.615), width: 0.034)
        frame.stroke([(0.268, 0.52), (0.30, 0.40), (0.36, 0.24)], widths: [0.028, 0.024, 0.016])
        canvas.fill(frame, body)
    }

    private func paintHouse(at place: Outline.Placement, random: inout SplitMix64) {
        let wall =
            scene.tint.map { palette.isNight ? $0.mixed(with: palette.ink, 0.45) : $0 }
            ?? palette.near.mixed(with: palette.ink, 0.5)
        var chimney = Outline(at: place)
        chimney.rectangle(0.15, 0.35, 0.22, 0.62)
        chimney.rectangle(0.137, 0.60, 0.233, 0.635)
        canvas.fill(chimney, palette.ink)
        for puff in 0..<7 {
            let rise = Double(puff) / 6
            var smoke = Outline(at: place)
            let size = 0.022 + 0.055 * rise
            smoke.ellipse(
                0.185 + 0.26 * rise * rise + random.between(-0.012, 0.012), 0.665 + 0.36 * rise, size * 1.25, size)
            canvas.fill(smoke, palette.sun, opacity: 0.34 * (1 - rise * 0.75))
        }
        var walls = Outline(at: place)
        walls.rectangle(-0.32, -0.02, 0.32, 0.32)
        walls.polygon([(-0.32, 0.31), (0, 0.57), (0.32, 0.31)])
        canvas.fill(walls, wall, to: wall.mixed(with: palette.ink, 0.35))
        var roof = Outline(at: place)
        roof.polygon([(-0.40, 0.255), (0, 0.60), (0.40, 0.255), (0.40, 0.305), (0, 0.655), (-0.40, 0.305)])
        canvas.fill(roof, palette.isNight || scene.isSnowing ? RGB(0xEEF3F8) : palette.ink, opacity: 1)
        var openings = Outline(at: place)
        for x in [-0.19, 0.19] { openings.rectangle(x - 0.058, 0.135, x + 0.058, 0.255) }
        openings.ellipse(0, 0.40, 0.045, 0.045)
        canvas.fill(openings, palette.light.mixed(with: RGB(0xFFC861), 0.55))
        var bars = Outline(at: place)
        for x in [-0.19, 0.19] {
            bars.rectangle(x - 0.004, 0.135, x + 0.004, 0.255)
            bars.rectangle(x - 0.058, 0.191, x + 0.058, 0.199)
        }
        bars.rectangle(-0.052, -0.02, 0.052, 0.20)
        canvas.fill(bars, palette.ink)
    }

    private func paintTree(at place: Outline.Placement, random: inout SplitMix64) {
        var trunk = Outline(at: place)
        trunk.curve([
            (-0.10, -0.02), (-0.04, 0.05), (-0.032, 0.18), (-0.03, 0.34), (0, 0.62), (0.03, 0.34), (0.032, 0.18),
            (0.04, 0.05),
            (0.10, -0.02),
        ])
        let limbs: [[Outline.Point]] = [
            [(0, 0.24), (0.10, 0.37), (0.24, 0.46)], [(0, 0.30), (-0.10, 0.40), (-0.26, 0.47)],
            [(0, 0.36), (0.06, 0.52), (0.13, 0.68)], [(0, 0.34), (-0.05, 0.52), (-0.13, 0.70)],
        ]
        for limb in limbs { trunk.stroke(limb, widths: [0.034, 0.024, 0.010]) }
        canvas.fill(trunk, palette.ink)
        let leaf = scene.tint ?? palette.near.mixed(with: palette.ink, palette.isSnowy ? 0 : 0.3)
        // Three tones from the shaded to the sunlit side.
        let sunSide = sun.x < place.x ? -1.0 : 1.0
        for (tone, count) in [(0, 34), (1, 26), (2, 18)] {
            var crown = Outline(at: .init(x: place.x, y: place.y, scale: place.scale))
            if tone == 0 { crown.ellipse(0, 0.70, 0.33, 0.20) }
            for _ in 0..<count {
                let (u, v) = (random.between(-1, 1), random.between(-1, 1))
                guard u * u + v * v < 1 else { continue }
                let shift = Double(tone) * 0.035
                let size = random.between(0.055, 0.105) - Double(tone) * 0.019
                let shrink = 1 - 0.16 * Double(tone)
                crown.ellipse(
                    u * 0.33 * shrink + shift * sunSide, 0.70 + v * 0.22 * shrink + shift, size * 1.12, size)
            }
            let shade = leaf.mixed(with: palette.ink, 0.38 - 0.19 * Double(tone))
            canvas.fill(crown, shade.mixed(with: palette.glow, 0.06 * Double(tone)))
        }
    }

    private func paintCat(at place: Outline.Placement) {
        var cat = Outline(at: place)
        cat.curve([
            (0, 0.0), (-0.15, 0.0), (-0.215, 0.06), (-0.21, 0.20), (-0.165, 0.36), (-0.115, 0.50), (-0.085, 0.60),
            (0, 0.64), (0.085, 0.60), (0.115, 0.50), (0.165, 0.36), (0.21, 0.20), (0.215, 0.06), (0.15, 0.0),
        ])
        cat.ellipse(0, 0.70, 0.135, 0.112)
        cat.polygon([(-0.132, 0.71), (-0.128, 0.885), (-0.025, 0.80)])
        cat.polygon([(0.132, 0.71), (0.128, 0.885), (0.025, 0.80)])
        cat.stroke(
            [(0.10, 0.035), (0.27, 0.025), (0.385, 0.10), (0.375, 0.23), (0.445, 0.315)],
            widths: [0.07, 0.062, 0.056, 0.05, 0.036])
        canvas.fill(cat, body)
    }

    private func paintFox(at place: Outline.Placement) {
        let coat = scene.tint == nil ? RGB(0xC4592A).mixed(with: palette.ink, palette.isNight ? 0.35 : 0.08) : body
        let white = RGB(0xFBF3E6).mixed(with: palette.ink, palette.isNight ? 0.3 : 0)
        var tail = Outline(at: place)
        tail.stroke(
            [(0.08, 0.05), (0.26, 0.045), (0.40, 0.13), (0.43, 0.29), (0.36, 0.42)],
            widths: [0.06, 0.14, 0.175, 0.135, 0.02])
        canvas.fill(tail, coat.mixed(with: palette.ink, 0.14))
        var tip = Outline(at: place)
        tip.stroke([(0.428, 0.27), (0.412, 0.35), (0.36, 0.42)], widths: [0.112, 0.095, 0.02])
        canvas.fill(tip, white)
        var coatShape = Outline(at: place)
        coatShape.curve([
            (0, 0.0), (-0.13, 0.0), (-0.19, 0.06), (-0.185, 0.20), (-0.135, 0.38), (-0.085, 0.52), (0, 0.58),
            (0.085, 0.52), (0.135, 0.38), (0.185, 0.20), (0.19, 0.06), (0.13, 0.0),
        ])
        canvas.fill(coatShape, coat, to: coat.mixed(with: palette.ink, 0.3))
        var chest = Outline(at: place)
        chest.curve([(0, 0.20), (-0.055, 0.36), (-0.075, 0.50), (0, 0.56), (0.075, 0.50), (0.055, 0.36)])
        canvas.fill(chest, white)
        var head = Outline(at: place)
        head.polygon([
            (-0.185, 0.955), (-0.035, 0.80), (0.035, 0.80), (0.185, 0.955), (0.175, 0.745), (0.205, 0.645),
            (0.09, 0.585), (0, 0.505), (-0.09, 0.585), (-0.205, 0.645), (-0.175, 0.745),
        ])
        canvas.fill(head, coat)
        var cheeks = Outline(at: place)
        cheeks.polygon([(-0.205, 0.645), (-0.075, 0.675), (-0.012, 0.56), (0, 0.505), (-0.09, 0.585)])
        cheeks.polygon([(0.205, 0.645), (0.075, 0.675), (0.012, 0.56), (0, 0.505), (0.09, 0.585)])
        canvas.fill(cheeks, white)
        var dark = Outline(at: place)
        dark.polygon([(-0.162, 0.905), (-0.085, 0.815), (-0.148, 0.775)])
        dark.polygon([(0.162, 0.905), (0.085, 0.815), (0.148, 0.775)])
        dark.ellipse(0, 0.522, 0.028, 0.022)
        for x in [-0.075, 0.075] { dark.ellipse(x, 0.705, 0.016, 0.02) }
        canvas.fill(dark, palette.ink)
        var paws = Outline(at: place)
        for x in [-0.055, 0.055] { paws.ellipse(x, 0.012, 0.05, 0.03) }
        canvas.fill(paws, palette.ink)
    }
}
