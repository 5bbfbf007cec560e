internal import GeneratorTesting

/// A picture in the making: the canvas and where the large things stand on it.
///
/// All measures are fractions of the picture, so that it shows the same at every size.
struct Composition {
    let canvas: Canvas
    let scene: Scene
    let palette: Palette
    let width: Double
    let height: Double
    /// How many neighbouring pixels may be equal in smooth parts: in large pictures nobody sees it, and the file is
    /// much smaller.
    let block: Int
    /// The unit of all sizes: the shorter side, in pixels.
    let unit: Double
    /// The row at which water, or else the farthest land, begins.
    let horizon: Double
    let sun: (x: Double, y: Double, radius: Double)
    /// Where a motif stands, from left to right.
    let motifX: Double

    init(scene: Scene, width: Int, height: Int) {
        self.scene = scene
        palette = scene.palette
        canvas = Canvas(width: width, height: height)
        self.width = Double(width)
        self.height = Double(height)
        unit = Double(min(width, height))
        block = unit < 600 ? 1 : (unit < 2000 ? 2 : 4)
        var random = scene.random(1)
        horizon = self.height * (scene.hasWater ? random.between(0.57, 0.68) : random.between(0.55, 0.62))
        let isLeft = random.chance(0.5)
        let third = isLeft ? random.between(0.30, 0.42) : random.between(0.58, 0.70)
        let middle = (third - 0.5) * min(self.width, unit * 1.6) + self.width / 2
        motifX = middle
        // A pale thing would vanish before the sun.
        let isPale = (scene.tint?.luma ?? 0) > 200
        let isBehindMotif = scene.motif != nil && !scene.hasWater && scene.motif != .balloon && !isPale
        if isBehindMotif {
            sun = (
                middle + unit * random.between(-0.07, 0.07), horizon - unit * random.between(0.06, 0.12),
                unit * random.between(0.17, 0.22)
            )
        } else {
            let x = (scene.motif == nil ? third : 1 - third) - 0.5
            let low = random.chance(0.5)
            sun = (
                x * min(self.width, unit * 1.6) + self.width / 2,
                low ? horizon - unit * random.between(0.10, 0.18) : horizon * random.between(0.28, 0.5),
                unit * (low ? random.between(0.09, 0.15) : random.between(0.045, 0.085))
            )
        }
    }

    /// The row on which a motif stands.
    var ground: Double {
        height * 0.885
    }

    func paint() {
        paintSky()
        if palette.isNight { paintStars() }
        if scene.hasAurora { paintAurora() }
        paintSun()
        paintClouds()
        paintBirds()
        if scene.hasWater {
            paintShore()
            paintWater()
            if scene.land == .village, scene.motif != .boat { paintMooredBoats() }
            paintBank()
        } else {
            paintLand()
        }
        if let motif = scene.motif { paint(motif) }
        if scene.isSnowing { paintSnow() }
    }

    /// A generator for one part; parts are numbered once and for all.
    func random(_ part: UInt64) -> SplitMix64 {
        scene.random(part)
    }
}
