/// The colours of a picture.
struct Palette: Sendable {
    /// From the top to the horizon.
    let sky: [RGB]
    let sun: RGB
    let glow: RGB
    /// The farthest hills.
    let far: RGB
    /// The nearest hills.
    let near: RGB
    /// Silhouettes.
    let ink: RGB
    /// Lights in windows, sails.
    let light: RGB
    let isNight: Bool
    /// The sun has stripes, as on posters of the eighties.
    let isRetro: Bool
    /// The ground is white, and what grows on it dark.
    var isSnowy: Bool { near.luma > 200 }

    private init(
        _ sky: [UInt32], sun: UInt32, glow: UInt32, far: UInt32, near: UInt32, ink: UInt32, light: UInt32 = 0xFFE3A3,
        isNight: Bool = false, isRetro: Bool = false
    ) {
        self.sky = sky.map { RGB($0) }
        self.sun = RGB(sun)
        self.glow = RGB(glow)
        self.far = RGB(far)
        self.near = RGB(near)
        self.ink = RGB(ink)
        self.light = RGB(light)
        self.isNight = isNight
        self.isRetro = isRetro
    }

    static let dawn = Palette(
        [0x5F86B5, 0xA3B5D1, 0xEFC9C2, 0xFFE2C0], sun: 0xFFF6E0, glow: 0xFFDDB0, far: 0xB4A8C6, near: 0x39406B,
        ink: 0x232848)
    static let day = Palette(
        [0x3B8BC9, 0x74B7E1, 0xB4DCEE, 0xEFF4E8], sun: 0xFFFDF0, glow: 0xFFF6DA, far: 0x9AC3D8, near: 0x1F5468,
        ink: 0x123242, light: 0xFFF6DF)
    static let sunset = Palette(
        [0x2D2B60, 0x77407C, 0xDE686C, 0xFFBA72], sun: 0xFFF0BE, glow: 0xFFA55E, far: 0xBF6377, near: 0x2A1A40,
        ink: 0x180E28)
    static let dusk = Palette(
        [0x22204F, 0x4B3D88, 0x9669AF, 0xF2ACB9], sun: 0xFFEDE4, glow: 0xF9AFBB, far: 0x8F6FAE, near: 0x201B4A,
        ink: 0x120F2E)
    static let night = Palette(
        [0x070D22, 0x0E1E43, 0x1E3B69, 0x44699A], sun: 0xF6F2E0, glow: 0x9CB7DC, far: 0x35547F, near: 0x0A1530,
        ink: 0x050A19, isNight: true)
    static let winter = Palette(
        [0x7899B8, 0xA6C0D6, 0xD6E2EC, 0xF8ECE4], sun: 0xFFFDF6, glow: 0xFFE6D2, far: 0x9AB4CE, near: 0xEEF3F9,
        ink: 0x2B4057)
    static let forest = Palette(
        [0x8DB9AC, 0xB4D3BC, 0xDCE9CB, 0xF8F3DC], sun: 0xFFFEF0, glow: 0xFFF6CE, far: 0xA4C6AE, near: 0x1B4436,
        ink: 0x0D2A22)
    static let desert = Palette(
        [0x4B87A3, 0x93BBB9, 0xEFD8B2, 0xFCE5BC], sun: 0xFFF8E4, glow: 0xFFEBC2, far: 0xE2AE80, near: 0xA04A2A,
        ink: 0x3F1A12)
    static let gold = Palette(
        [0xB9742F, 0xE2A04A, 0xF6CB78, 0xFFEDBC], sun: 0xFFFBE4, glow: 0xFFE49A, far: 0xD69F56, near: 0x54320F,
        ink: 0x2D1A09)
    static let crimson = Palette(
        [0x470F24, 0x932336, 0xDC4A41, 0xFBAE75], sun: 0xFFE9BF, glow: 0xFF9460, far: 0xB33A40, near: 0x2E0B1A,
        ink: 0x1A0610)
    static let rose = Palette(
        [0x8D78AB, 0xCD9ABB, 0xF3C3C9, 0xFFE6DC], sun: 0xFFF9F2, glow: 0xFFD3CB, far: 0xC99BBB, near: 0x5B2E58,
        ink: 0x361A38)
    static let sea = Palette(
        [0x14566F, 0x33899B, 0x86C7C1, 0xEAF1D2], sun: 0xFFFAE0, glow: 0xF8F3C4, far: 0x74B1B4, near: 0x0C3D4E,
        ink: 0x06242F)
    static let paper = Palette(
        [0xC9CBC9, 0xDADAD5, 0xEAE7DF, 0xF6F2E8], sun: 0xC9452F, glow: 0xF2D9C4, far: 0xB4B8B9, near: 0x33383C,
        ink: 0x1C2023, light: 0xF6F2E8)
    static let neon = Palette(
        [0x10072E, 0x311264, 0x81228F, 0xFF5A9E], sun: 0xFFDD70, glow: 0xFF6BAA, far: 0x66309F, near: 0x160731,
        ink: 0x0A0319, light: 0x7DF3FF, isNight: true, isRetro: true)
    static let autumn = Palette(
        [0x7197AA, 0xB3C6BE, 0xF2E0B8, 0xFCE9C0], sun: 0xFFF9E4, glow: 0xFFE6AE, far: 0xCFA377, near: 0x7A3419,
        ink: 0x34150C)

    /// What a prompt without any known word may get.
    static let all = [
        dawn, day, sunset, dusk, night, forest, desert, gold, crimson, rose, sea, paper, neon, autumn, winter,
    ]
    /// Pale skies, before which a coloured thing stands out.
    static let pale = [dawn, day, forest, desert, rose, paper, autumn]
}
