internal import Foundation
internal import GeneratorTransport

/// A choice of a size or of a shape: `1024x1024 ( 1:1 )`, `1024 × 768`, `16:9`, `Instagram (1:1)`.
struct GradioSizeChoice: Sendable, Hashable {
    /// What a call takes.
    let value: JSONValue
    /// The size that it names; `nil` for a shape alone.
    let size: PixelSize?
    /// Width divided by height.
    let ratio: Double

    /// - Parameter choice: A choice; `nil` where it names neither size nor shape.
    init?(_ choice: GradioChoice) {
        value = choice.value
        let text = choice.label + " " + (choice.value.string ?? "")
        if let (width, height) = Self.pair(in: text, joinedBy: ["x", "X", "×", "*"]), width >= 16, height >= 16 {
            size = PixelSize(width: width, height: height)
            ratio = Double(width) / Double(height)
        } else if let (width, height) = Self.pair(in: text, joinedBy: [":"]), width > 0, height > 0 {
            size = nil
            ratio = Double(width) / Double(height)
        } else {
            return nil
        }
    }

    /// Of several choices the nearest in shape, and among these in area.
    static func nearest(to wish: PixelSize, among choices: [GradioSizeChoice]) -> GradioSizeChoice? {
        let ratio = Double(wish.width) / Double(wish.height)
        let area = Double(wish.width) * Double(wish.height)
        func distance(_ choice: GradioSizeChoice) -> (Double, Double) {
            let shape = abs(log(choice.ratio / ratio))
            let own = choice.size.map { Double($0.width) * Double($0.height) } ?? area
            // Sizes are rounded to what models take: shapes so near are the same.
            return ((shape * 50).rounded(), abs(log(own / area)))
        }
        return choices.min { distance($0) < distance($1) }
    }

    /// The first two whole numbers with nothing but white space and one of `marks` between them.
    private static func pair(in text: String, joinedBy marks: Set<Character>) -> (Int, Int)? {
        var first: Int?
        var isJoined = false
        var digits = ""
        for character in text.prefix(200) + " " {
            if character.isASCII, character.isNumber, digits.count < 6 {
                digits.append(character)
                continue
            }
            if let number = Int(digits) {
                if isJoined, let first { return (first, number) }
                (first, isJoined) = (number, false)
            }
            digits = ""
            if marks.contains(character), first != nil, !isJoined {
                isJoined = true
            } else if !character.isWhitespace {
                (first, isJoined) = (nil, false)
            }
        }
        return nil
    }
}

extension GradioParameter {
    /// Its choices of sizes and shapes; none where most choices are something else.
    var sizeChoices: [GradioSizeChoice] {
        let sizes = choices.compactMap(GradioSizeChoice.init)
        return sizes.count * 2 > choices.count ? sizes : []
    }

    /// The whole numbers that its choices begin with, such as that of `4-Step`, and what a call takes for them.
    var numberChoices: [(number: Int, value: JSONValue)] {
        choices.compactMap { choice in
            if let number = choice.value.integer { return (number, choice.value) }
            return Int(choice.label.prefix { $0.isASCII && $0.isNumber }).map { ($0, choice.value) }
        }
    }
}
