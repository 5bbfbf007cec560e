/// Everything that is measured.
enum Groups {
    static func all(_ options: Options) -> [Group] { [generation(options)] + streams(options) }
}
