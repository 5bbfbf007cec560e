internal import GeneratorTesting

/// What a picture shows, read from the words of the prompt; the seed decides what they leave open.
struct Scene {
    enum Land: Sendable {
        case mountains, hills, dunes, forest, city, village
    }

    enum Motif: Sendable {
        case bicycle, boat, house, tree, cat, fox, lighthouse, balloon
    }

    var palette: Palette
    var land: Land
    var hasWater: Bool
    var motif: Motif?
    /// The colour that the prompt gives to the motif.
    var tint: RGB?
    var isSnowing: Bool
    var hasAurora: Bool
    /// Where all further random choices come from.
    let key: UInt64

    init(prompt: String, seed: UInt64) {
        let hash = FNV1a.hash(prompt.utf8)
        let words = Self.words(of: prompt)
        func find<Found>(_ table: [String: Found]) -> Found? {
            for word in words {
                if let found = table[word] { return found }
                if word.hasSuffix("s"), let found = table[String(word.dropLast())] { return found }
            }
            return nil
        }

        key = SplitMix64.mixed(hash ^ SplitMix64.mixed(seed))
        var random = SplitMix64(seed: key)
        motif = find(Self.motifs)
        let color = find(Self.colors)
        let times = find(Self.times)
        let place = find(Self.places)
        isSnowing = find(["winter": true, "snow": true, "snowy": true, "christmas": true, "blizzard": true]) ?? false
        hasAurora = find(["aurora": true, "borealis": true, "polar": true]) ?? false

        // A prompt without any hint owns five of the palettes; the seed takes one of them.
        let owned = (0..<5).map { Palette.all[Int((hash % 1024 + 4 * $0) % UInt64(Palette.all.count))] }
        let unhinted = random.pick(owned)
        let pale = random.pick(Palette.pale)
        if let times {
            palette = times
        } else if motif == nil, let color {
            palette = color.palette
        } else if let place {
            palette = random.pick(place.palettes)
        } else {
            palette = color == nil ? unhinted : pale
        }
        if hasAurora { palette = .night }
        tint = motif == nil ? nil : color?.tint
        let open: [Land] = [.mountains, .mountains, .hills, .forest, .dunes]
        let chosen = random.pick(open)
        let isWet = random.chance(0.4)
        land = place?.land ?? chosen
        hasWater = place?.hasWater ?? isWet
        switch motif {
        case .boat, .lighthouse: hasWater = true
        case .bicycle, .house, .tree, .cat, .fox: hasWater = false
        case .balloon, nil: break
        }
        if land == .dunes, place == nil, palette.isSnowy { land = .mountains }
    }

    /// Runs of letters in lower case. Bytes beyond ASCII count as letters and stay as they are.
    private static func words(of prompt: String) -> [String] {
        let lower = prompt.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
        return lower.split { !((97...122).contains($0) || $0 >= 128) }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// - Returns: A generator of its own for each part of the picture, so that one part does not change another.
    func random(_ part: UInt64) -> SplitMix64 {
        SplitMix64(seed: SplitMix64.mixed(key &+ part))
    }
}

extension Scene {
    private static let motifs: [String: Motif] = [
        "bicycle": .bicycle, "bike": .bicycle, "cyclist": .bicycle, "cycling": .bicycle,
        "boat": .boat, "sailboat": .boat, "ship": .boat, "yacht": .boat, "sailing": .boat, "sail": .boat,
        "house": .house, "cottage": .house, "cabin": .house, "hut": .house, "home": .house, "farm": .house,
        "tree": .tree, "oak": .tree, "apple": .tree, "cherry": .tree, "blossom": .tree,
        "cat": .cat, "kitten": .cat, "kitty": .cat, "fox": .fox, "foxe": .fox,
        "lighthouse": .lighthouse, "beacon": .lighthouse, "balloon": .balloon, "airship": .balloon,
    ]

    private static let colors: [String: (palette: Palette, tint: RGB)] = {
        let groups: [([String], Palette, UInt32)] = [
            (["red", "scarlet", "crimson", "ruby"], .crimson, 0xC8322E),
            (["orange", "copper", "amber"], .sunset, 0xDE6E26),
            (["gold", "golden", "yellow", "honey"], .gold, 0xE5A823),
            (["green", "emerald", "mint", "olive"], .forest, 0x2F7D4F),
            (["blue", "azure", "cobalt", "navy"], .day, 0x2763A8),
            (["teal", "turquoise", "cyan"], .sea, 0x18878C),
            (["pink", "rose", "coral", "peach", "cherry", "blossom"], .rose, 0xE27C9D),
            (["purple", "violet", "lilac", "lavender"], .dusk, 0x6C439B),
            (["black", "grey", "gray", "ink", "monochrome", "sketch"], .paper, 0x22262A),
            (["white", "silver", "pale"], .winter, 0xF7F4EC),
            (["brown", "rust", "autumn", "fall", "november", "october"], .autumn, 0x8A4524),
        ]
        var colors: [String: (palette: Palette, tint: RGB)] = [:]
        for (words, palette, tint) in groups {
            for word in words { colors[word] = (palette, RGB(tint)) }
        }
        return colors
    }()

    private static let times: [String: Palette] = [
        "night": .night, "midnight": .night, "moon": .night, "moonlight": .night, "moonlit": .night, "star": .night,
        "starry": .night, "dawn": .dawn, "sunrise": .dawn, "morning": .dawn, "spring": .rose, "sunset": .sunset,
        "evening": .sunset, "dusk": .dusk, "twilight": .dusk, "noon": .day, "summer": .day, "sunny": .day,
        "winter": .winter, "snow": .winter, "snowy": .winter, "ice": .winter, "christmas": .winter, "neon": .neon,
        "cyberpunk": .neon, "synthwave": .neon, "retro": .neon, "autumn": .autumn, "fog": .paper, "mist": .forest,
    ]

    private static let places: [String: (land: Land, hasWater: Bool, palettes: [Palette])] = {
        let groups: [([String], Land, Bool, [Palette])] = [
            (
                ["harbour", "harbor", "port", "marina", "coast", "fishing"], .village, true,
                [.dawn, .sunset, .dusk, .sea]
            ),
            (["sea", "ocean", "beach", "island", "wave", "bay"], .hills, true, [.sea, .sunset, .day, .dawn]),
            (["lake", "river", "fjord", "reflection", "water"], .mountains, true, [.dawn, .dusk, .sea, .rose]),
            (["forest", "wood", "jungle", "pine"], .forest, false, [.forest, .dawn, .sea]),
            (["mountain", "alp", "peak", "summit", "valley"], .mountains, false, [.dawn, .dusk, .sunset, .rose]),
            (["desert", "dune", "sand", "sahara", "mars"], .dunes, false, [.desert, .sunset, .gold]),
            (["city", "skyline", "town", "street", "skyscraper", "metropolis"], .city, true, [.dusk, .sunset, .neon]),
            (["village"], .village, false, [.dawn, .sunset, .autumn]),
            (["hill", "meadow", "field", "countryside", "garden"], .hills, false, [.day, .dawn, .gold, .forest]),
        ]
        var places: [String: (land: Land, hasWater: Bool, palettes: [Palette])] = [:]
        for (words, land, hasWater, palettes) in groups {
            for word in words { places[word] = (land, hasWater, palettes) }
        }
        return places
    }()
}
