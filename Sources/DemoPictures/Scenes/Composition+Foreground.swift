internal import GeneratorTesting

extension Composition {
    /// Grass, and trees that frame the picture, on the nearest ridge.
    func paintForeground(on ridge: Ridge) {
        if scene.land != .dunes { paintGrass(on: ridge) }
        var random = random(50)
        guard scene.land != .dunes, scene.land != .city, random.chance(scene.land == .forest ? 1 : 0.45) else { return }
        paintConifers(on: ridge, random: &random)
    }

    private func paintGrass(on ridge: Ridge) {
        var random = random(51)
        let tone = palette.isSnowy ? palette.near.mixed(with: palette.ink, 0.45) : palette.near
        var x = 0.0
        while x < width {
            let column = min(ridge.tops.count - 1, Int(x))
            let tall = unit * random.between(0.008, 0.026)
            let lean = random.between(-0.5, 0.5)
            var blade = Outline(at: .init(x: x, y: ridge.tops[column] + unit * 0.006, scale: tall))
            blade.polygon([(-0.09, 0), (0.09, 0), (lean * 0.5 + 0.04, 0.6), (lean, 1), (lean * 0.5 - 0.06, 0.6)])
            canvas.fill(blade, tone)
            x += max(1, unit * random.between(0.003, 0.016))
        }
    }

    /// Tall conifers at the sides, away from sun and motif.
    private func paintConifers(on ridge: Ridge, random: inout SplitMix64) {
        let subject = scene.motif == nil ? sun.x : motifX
        let count = scene.land == .forest ? 7 : 4
        for index in 0..<count {
            let isRight = subject > width / 2
            let isOpposite = scene.land != .forest || (index % 3 == 0) == isRight
            let inset = unit * random.between(-0.03, scene.land == .forest ? 0.26 : 0.2) * (isOpposite ? 1 : 0.4)
            let x = isOpposite == isRight ? inset : width - inset
            let column = min(ridge.tops.count - 1, max(0, Int(x)))
            let tall = unit * random.between(0.22, 0.52)
            let place = Outline.Placement(x: x, y: ridge.tops[column] + unit * 0.02, scale: tall)
            canvas.fill(
                Self.conifer(at: place, random: &random), palette.ink, to: palette.ink.mixed(with: palette.near, 0.4))
        }
    }

    /// A spruce: tiers of drooping branches around a trunk.
    static func conifer(at place: Outline.Placement, random: inout SplitMix64) -> Outline {
        var tree = Outline(at: place)
        tree.line((0, 0), (0, 0.98), width: 0.035, tapering: 0.004)
        let tiers = 11
        var right: [Outline.Point] = []
        var left: [Outline.Point] = []
        for tier in 0..<tiers {
            let t = Double(tier) / Double(tiers)
            let y = 1 - 0.88 * t
            let next = 1 - 0.88 * (t + 1 / Double(tiers))
            let reach = 0.022 + 0.20 * t
            right.append((reach * 0.30, y))
            right.append((reach * random.between(0.85, 1.15), next - 0.012 - 0.02 * t))
            right.append((reach * 0.55, next + 0.012))
            left.append((-reach * 0.30, y))
            left.append((-reach * random.between(0.85, 1.15), next - 0.012 - 0.02 * t))
            left.append((-reach * 0.55, next + 0.012))
        }
        tree.polygon([(0, 1.02)] + right + left.reversed())
        return tree
    }
}
