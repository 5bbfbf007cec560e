import GeneratorCore
import GeneratorTesting
import GeneratorTransport
import TestPace
import Testing

@Suite(.paced)
struct ImageSizeTests {
    private let rule = ImageSizeRule(sides: 256...1024, multiple: 8, standard: PixelSize(width: 768, height: 512))

    static let wishes: [(ImageSize?, Int, Int)] = [
        (nil, 768, 512), (ImageSize(), 768, 512), (.pixels(300, 400), 300, 400), (ImageSize(width: 300), 300, 512),
        (ImageSize(height: 300), 768, 300), (.aspectRatio(1, 1), 627, 627), (.aspectRatio(3, 2), 768, 512),
        (.aspectRatio(2, 3), 512, 768), (ImageSize(width: 1000, aspectRatio: 2), 1000, 500),
        (ImageSize(height: 500, aspectRatio: 2), 1000, 500), (ImageSize(width: 10, height: 20, aspectRatio: 5), 10, 20),
        (.aspectRatio(0, 1), 768, 512), (.aspectRatio(1, 0), 768, 512), (.aspectRatio(0, 0), 768, 512),
        (.aspectRatio(-1, 1), 768, 512), (ImageSize(width: .max, aspectRatio: 1e-300), .max, 1_000_000),
        (ImageSize(height: .max, aspectRatio: 1e300), 1_000_000, .max),
        (ImageSize(width: 1, aspectRatio: 1e300), 1, 1), (ImageSize(aspectRatio: .leastNonzeroMagnitude), 1, 1_000_000),
    ]

    @Test(arguments: wishes.indices) func wished(_ index: Int) {
        let (wish, width, height) = Self.wishes[index]
        #expect(rule.wished(wish) == PixelSize(width: width, height: height))
    }

    /// Width range, multiple, side, result.
    static let fits: [(ClosedRange<Int>, Int, Int, Int)] = [
        (256...1024, 8, 256, 256), (256...1024, 8, 263, 256), (256...1024, 8, 1, 256), (256...1024, 8, 5000, 1024),
        (250...1023, 8, 1, 256), (250...1023, 8, 5000, 1016), (250...1023, 8, 1020, 1016), (1...5, 1, 3, 3),
        (32...4096, 64, 1, 64), (300...310, 64, 200, 300), (300...310, 64, 305, 305), (300...310, 64, 400, 310),
        (512...512, 8, 1, 512), (511...511, 8, 1, 511), (0...1024, 8, 1, 8), (-100...100, 8, 1, 8),
        (-9 ... -3, 8, 5, 1),
        (1...Int.max, 8, .max, .max - 7), (Int.max...Int.max, 8, 5, .max), (Int.min...Int.max, .max, 5, .max),
        (Int.min...Int.max, 2, .min, 2), (2...Int.max, .max, 5, .max),
    ]

    @Test(arguments: fits.indices) func fitted(_ index: Int) {
        let (range, multiple, side, expected) = Self.fits[index]
        let rule = ImageSizeRule(sides: range, multiple: multiple, standard: PixelSize(width: 1, height: 1))
        #expect(rule.fitted(PixelSize(width: side, height: side)) == PixelSize(width: expected, height: expected))
    }

    @Test func sidesMayDiffer() {
        var rule = rule
        rule.height = 8...64
        #expect(rule.fitted(PixelSize(width: 9999, height: 9999)) == PixelSize(width: 1024, height: 64))
        rule.multiple = 0
        #expect(rule.fitted(PixelSize(width: 999, height: 33)) == PixelSize(width: 999, height: 33))
        #expect(ImageSizeRule(sides: 1...9, multiple: -4, standard: PixelSize(width: 1, height: 1)).multiple == 1)
    }

    /// Whatever the rule and the wish: in the range, a multiple where the range holds one, and as near as can be.
    @Test func anyRuleAnyWish() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<400 {
            let low = Int.random(in: 1...700, using: &random), high = Int.random(in: low...1500, using: &random)
            let multiple = Int.random(in: 1...130, using: &random)
            let rule = ImageSizeRule(
                sides: low...high, multiple: multiple, standard: PixelSize(width: 512, height: 512))
            let side = Int.random(in: -10...2000, using: &random)
            let fitted = rule.fitted(PixelSize(width: side, height: 1)).width
            let multiples = (low...high).filter { $0 % multiple == 0 }
            // The largest that is not larger than asked for, else the smallest there is.
            let best = multiples.last { $0 <= side } ?? multiples.first ?? min(max(side, low), high)
            guard fitted == best else {
                Issue.record("\(side) in \(low)...\(high) by \(multiple) became \(fitted), not \(best).")
                return
            }
            // What fits stays.
            #expect(rule.fitted(PixelSize(width: fitted, height: 1)).width == fitted)
        }
    }
}
