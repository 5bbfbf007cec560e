import Foundation

/// Everything that is measured.
enum Groups {
    /// - Parameter folder: Where files may be written while it lasts.
    static func all(_ options: Options, folder: URL) -> [Group] {
        [generation(options)] + streams(options)
            + events(options, EventStreams(folder: folder, isQuick: options.isQuick))
            + [downloads(options)] + multipart(options) + [poller(options)]
    }
}
