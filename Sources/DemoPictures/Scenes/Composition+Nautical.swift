internal import GeneratorTesting

extension Composition {
    /// One large sailing boat and smaller ones farther off, each with its mirror image.
    func paintBoats(random: inout SplitMix64) {
        let depth = height - horizon
        let far = 1 + random.below(3)
        for _ in 0..<far {
            let x = width / 2 + (width / 2 - motifX) * random.between(0.25, 1.9)
            let nearness = random.between(0.02, 0.14)
            paintBoat(
                x: x, y: horizon + depth * nearness, scale: unit * random.between(0.05, 0.10), isMain: false,
                isMirrored: random.chance(0.5))
        }
        paintBoat(
            x: motifX, y: horizon + depth * random.between(0.30, 0.42), scale: unit * random.between(0.36, 0.44),
            isMain: true, isMirrored: random.chance(0.5))
    }

    /// A few small boats near the shore.
    func paintMooredBoats() {
        var random = random(61)
        let depth = height - horizon
        // From the farthest to the nearest, each in its own part of the width.
        let count = 3
        let offset = random.below(count)
        for index in 0..<count {
            let nearness = 0.05 + 0.10 * Double(index) + random.between(0, 0.06)
            let slot = Double((index + offset) % count) + random.between(0.25, 0.75)
            let x = width / 2 + min(width, unit * 1.5) * (slot / Double(count) - 0.5)
            paintBoat(
                x: x, y: horizon + depth * nearness, scale: unit * (0.06 + 0.42 * nearness), isMain: false,
                isMirrored: random.chance(0.5))
        }
    }

    private func paintBoat(x: Double, y: Double, scale: Double, isMain: Bool, isMirrored: Bool) {
        let sail =
            (isMain ? scene.tint : nil)
            ?? palette.light.mixed(with: palette.sun, 0.6)
            .mixed(with: palette.ink, palette.isNight ? 0.35 : 0.04)
        for isReflected in [true, false] {
            let place = Outline.Placement(x: x, y: y, scale: scale, isMirrored: isMirrored, isReflected: isReflected)
            let opacity = isReflected ? 0.38 : 1
            var mast = Outline(at: place)
            mast.line((0.012, 0.08), (0.012, 1.03), width: 0.016)
            mast.line((0.012, 0.155), (-0.36, 0.165), width: 0.014)
            canvas.fill(mast, palette.ink, opacity: opacity)
            var main = Outline(at: place)
            main.curve([
                (-0.005, 0.985), (-0.09, 0.78), (-0.22, 0.46), (-0.365, 0.185), (-0.20, 0.175), (-0.005, 0.185),
                (-0.002, 0.55),
            ])
            canvas.fill(main, sail, to: sail.mixed(with: palette.glow, 0.35), opacity: opacity)
            var jib = Outline(at: place)
            jib.curve([(0.035, 0.90), (0.155, 0.60), (0.40, 0.165), (0.20, 0.19), (0.06, 0.20), (0.07, 0.5)])
            canvas.fill(jib, sail.mixed(with: palette.ink, 0.16), opacity: opacity)
            var hull = Outline(at: place)
            hull.curve([
                (-0.42, 0.115), (-0.15, 0.095), (0.20, 0.105), (0.50, 0.150), (0.42, 0.06), (0.33, -0.005),
                (0.0, -0.012), (-0.33, -0.005), (-0.39, 0.05),
            ])
            canvas.fill(hull, palette.ink, opacity: isReflected ? 0.6 : 1)
        }
        var ripples = Outline()
        for step in 0..<4 {
            let t = Double(step)
            ripples.ellipse(x, y + scale * (0.012 + 0.05 * t), scale * (0.46 - 0.09 * t), scale * 0.007)
        }
        canvas.fill(ripples, palette.glow, opacity: 0.5)
    }

    /// A lighthouse on a rock; at night with its beam.
    func paintLighthouse(isMirrored: Bool) {
        let y = horizon + (height - horizon) * 0.26
        let place = Outline.Placement(x: motifX, y: y, scale: unit * 0.56, isMirrored: isMirrored)
        if palette.isNight || palette.sky[0].luma < 90 {
            for (spread, opacity) in [(0.16, 0.16), (0.09, 0.22)] {
                var beam = Outline(at: place)
                beam.polygon([(0, 0.83), (-2.5, 0.93 + spread * 3), (-2.5, 0.93 - spread * 3)])
                canvas.fill(beam, palette.light, opacity: opacity)
            }
        }
        let white = RGB(0xF8F1E4).mixed(with: palette.ink, palette.isNight ? 0.3 : 0.02)
        let red = (scene.tint ?? RGB(0xBE3B32)).mixed(with: palette.ink, palette.isNight ? 0.3 : 0)
        for isReflected in [true, false] {
            var spot = place
            spot.isReflected = isReflected
            let opacity = isReflected ? 0.32 : 1
            for stripe in 0..<5 {
                let (low, high) = (0.10 + 0.13 * Double(stripe), 0.10 + 0.13 * Double(stripe + 1))
                var band = Outline(at: spot)
                let (lower, upper) = (0.105 - 0.065 * low, 0.105 - 0.065 * high)
                band.polygon([(-lower, low), (lower, low), (upper, high + 0.002), (-upper, high + 0.002)])
                canvas.fill(band, stripe % 2 == 0 ? red : white, opacity: opacity)
                var shade = Outline(at: spot)
                shade.polygon([(lower * 0.35, low), (lower, low), (upper, high), (upper * 0.35, high)])
                canvas.fill(shade, palette.ink, opacity: 0.2 * opacity)
            }
            var dark = Outline(at: spot)
            dark.rectangle(-0.082, 0.748, 0.082, 0.77)
            dark.curve([(-0.058, 0.872), (0, 0.945), (0.058, 0.872), (0, 0.868)])
            dark.line((0, 0.92), (0, 0.99), width: 0.010)
            for x in [-0.046, -0.016, 0.016, 0.046] { dark.line((x, 0.77), (x, 0.88), width: 0.007) }
            dark.rectangle(-0.02, 0.33, 0.02, 0.385)
            var lamp = Outline(at: spot)
            lamp.rectangle(-0.048, 0.77, 0.048, 0.88)
            canvas.fill(lamp, palette.light, opacity: opacity)
            canvas.fill(dark, palette.ink, opacity: isReflected ? 0.5 : 1)
            var rock = Outline(at: spot)
            rock.polygon([
                (-0.46, -0.004), (-0.36, 0.05), (-0.27, 0.055), (-0.20, 0.115), (-0.08, 0.13), (0.06, 0.12),
                (0.17, 0.135), (0.24, 0.07), (0.34, 0.06), (0.43, 0.02), (0.50, -0.004),
            ])
            canvas.fill(rock, palette.ink, opacity: isReflected ? 0.55 : 1)
        }
        var surf = Outline()
        surf.ellipse(place.x, y, unit * 0.29, unit * 0.004)
        canvas.fill(surf, palette.sun, opacity: 0.6)
    }

    /// Hot-air balloons: a large one and some far away.
    func paintBalloons(random: inout SplitMix64) {
        let stripes: [(RGB, RGB)] = [
            (RGB(0xC8423A), RGB(0xF7E3C0)), (RGB(0x2F6F8F), RGB(0xF4D58A)), (RGB(0xE0912F), RGB(0xFBEBCB)),
            (RGB(0x6C4A8C), RGB(0xF2B8A0)),
        ]
        for index in (0..<4).reversed() {
            let isMain = index == 0
            let colors = random.pick(stripes)
            let scale = unit * (isMain ? random.between(0.40, 0.46) : random.between(0.07, 0.13))
            let x = isMain ? motifX : width / 2 + min(width, unit * 1.8) * random.between(-0.42, 0.42)
            let y = isMain ? horizon * 0.86 : horizon * random.between(0.30, 0.80)
            guard isMain || (x - motifX).magnitude > unit * 0.2 else { continue }
            paintBalloon(
                at: .init(x: x, y: y, scale: scale), isMain ? (scene.tint ?? colors.0) : colors.0, colors.1,
                haze: isMain ? 0 : 0.35)
        }
    }

    private func paintBalloon(at place: Outline.Placement, _ first: RGB, _ second: RGB, haze: Double) {
        let dim = palette.isNight ? 0.3 : 0
        func tone(_ color: RGB) -> RGB { color.mixed(with: palette.ink, dim).mixed(with: sky(0.8), haze) }
        // Gores are narrower and narrower copies of the envelope, shaded on the far side.
        for (index, breadth) in [1.0, 0.78, 0.50, 0.17].enumerated() {
            var gore = Outline(at: place)
            gore.curve([
                (-0.05 * breadth, 0.20), (-0.17 * breadth, 0.36), (-0.325 * breadth, 0.60), (-0.35 * breadth, 0.80),
                (-0.21 * breadth, 1.02), (0, 1.09), (0.21 * breadth, 1.02), (0.35 * breadth, 0.80),
                (0.325 * breadth, 0.60), (0.17 * breadth, 0.36), (0.05 * breadth, 0.20),
            ])
            let color = tone(index % 2 == 0 ? first : second)
            canvas.fill(gore, color.mixed(with: palette.sun, 0.10), to: color.mixed(with: palette.ink, 0.16))
        }
        var basket = Outline(at: place)
        basket.polygon([(-0.05, 0.085), (0.05, 0.085), (0.04, 0), (-0.04, 0)])
        for x in [-1.0, 1.0] { basket.line((x * 0.047, 0.20), (x * 0.045, 0.08), width: 0.007) }
        canvas.fill(basket, tone(palette.ink))
    }
}
