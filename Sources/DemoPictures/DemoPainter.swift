package import Foundation
package import GeneratorTesting

/// Paints a landscape for a prompt: what the servers of the demo answer with instead of a model's picture.
///
/// Words of the prompt choose colours, place, time and a motif; the seed chooses the composition. The same prompt,
/// seed and size give the same bytes on every platform.
package struct DemoPainter: Sendable {
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

    /// Paints the picture that an embedded server is asked for.
    ///
    /// - Parameter picture: What is wanted.
    /// - Returns: A PNG file.
    package static func file(_ picture: LoopbackPicture) -> Data {
        DemoPainter(prompt: picture.prompt, seed: UInt64(truncatingIfNeeded: picture.seed))
            .png(width: picture.width, height: picture.height, finished: picture.finished)
    }

    /// Paints the picture, or an earlier state of it.
    ///
    /// - Parameters:
    ///   - width: Pixels in a row, brought into 1...4096.
    ///   - height: Rows, brought into 1...4096.
    ///   - finished: 1 for the picture; less for a coarser and noisier preview, down to mere noise at 0.
    /// - Returns: The pixels.
    func paint(width: Int, height: Int, finished: Double = 1) -> Bitmap {
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
