extension Unicode.Scalar {
    /// Whether it steers a terminal or a reader's eye in place of being seen: controls (C0, C1), the marks that reorder
    /// text, ends of lines, and all that takes no room. What joins the parts of an emoji or the letters of a word stays.
    package var isHidden: Bool {
        if value < 0x80 { return value < 0x20 || value == 0x7F }
        switch value {
        case 0x200C, 0x200D, 0xFE0E, 0xFE0F: return false
        default: break
        }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return true
        default: return properties.isDefaultIgnorableCodePoint
        }
    }
}
