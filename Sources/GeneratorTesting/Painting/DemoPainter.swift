package import Foundation

/// Paints a landscape for a prompt: what the embedded servers answer with instead of a model's picture.
///
/// Words of the prompt choose colours, place, time and a motif; the seed chooses the composition. The same prompt,
/// seed and size give the same bytes on every platform.
package struct DemoPainter: Sendable {
    /// Whether a task wants small pictures without anything on them, which cost next to nothing.
    @TaskLocal package static var isPlain = false

    private let prompt: String
    private let seed: UInt64

    /// Creates a painter for one picture.
    ///
    /// - Parameters:
    ///   - prompt: Any text, possibly empty.
    ///   - seed: Any number.
    package init(prompt: String, seed: UInt64) {
        self.prompt = prompt
        self.seed = seed
    }

    /// Paints the picture, or an earlier state of it.
    ///
    /// - Parameters:
    ///   - width: Pixels in a row, brought into 1...4096.
    ///   - height: Rows, brought into 1...4096.
    ///   - finished: 1 for the picture; less for a coarser and noisier preview, down to mere noise at 0.
    /// - Returns: The pixels.
    package func paint(width: Int, height: Int, finished: Double = 1) -> Bitmap {
        if Self.isPlain { return Bitmap(width: 16, height: 16, bytes: (0..<768).map { UInt8($0 / 3) }) }
        let columns = min(max(width, 1), 4096)
        let rows = min(max(height, 1), 4096)
        let scene = Scene(prompt: prompt, seed: seed)
        guard finished < 1 else {
            let composition = Composition(scene: scene, width: columns, height: rows)
            composition.paint()
            return composition.canvas.bitmap()
        }
        return Preview(scene: scene, finished: max(0, finished)).paint(width: columns, height: rows)
    }

    /// Paints the picture as a PNG file.
    ///
    /// - Parameters:
    ///   - width: Pixels in a row, brought into 1...4096.
    ///   - height: Rows, brought into 1...4096.
    ///   - finished: 1 for the picture; less for a coarser and noisier preview, down to mere noise at 0.
    /// - Returns: The file.
    package func png(width: Int, height: Int, finished: Double = 1) -> Data {
        PNGEncoder().encode(paint(width: width, height: height, finished: finished))
    }
}
