internal import GeneratorTesting

/// The picture as a diffusion model would show it between two steps: square cells of colour mixed with noise.
struct Preview {
    let scene: Scene
    /// From 0 for mere noise up to, but not including, 1.
    let finished: Double

    func paint(width: Int, height: Int) -> Bitmap {
        // From 24 cells along the shorter side at first to 144 at last.
        let cells = 24 + 120 * finished
        let cell = max(1, Int((Double(min(width, height)) / cells).rounded()))
        let columns = (width + cell - 1) / cell
        let rows = (height + cell - 1) / cell
        let composition = Composition(scene: scene, width: columns, height: rows)
        composition.paint()
        let coarse = composition.canvas
        var random = scene.random(90)
        let share = Int(256 * (1 - finished) * (1 - 0.35 * finished))
        for index in 0..<columns * rows {
            let noise = UInt32(truncatingIfNeeded: random.next()) & 0xFFFFFF
            coarse.pixels[index] = Canvas.blend(coarse.pixels[index], noise, share)
        }
        let canvas = Canvas(width: width, height: height)
        for row in 0..<height {
            let source = coarse.pixels + row / cell * columns
            let target = canvas.pixels + row * width
            var column = 0
            var place = 0
            while column < width {
                let color = source[place]
                let end = column &+ cell < width ? column &+ cell : width
                while column < end {
                    target[column] = color
                    column &+= 1
                }
                place &+= 1
            }
        }
        // Its pixels were read through a pointer, which does not keep it alive.
        withExtendedLifetime(coarse) {}
        return canvas.bitmap()
    }
}
