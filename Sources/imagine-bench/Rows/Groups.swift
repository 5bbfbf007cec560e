import Foundation

/// Everything that is measured.
enum Groups {
    /// The groups in order. What they have to read is written to the folder.
    static func all(_ options: Options, folder: URL) -> [Group] {
        [generation(options), crowd(options)] + streams(options)
            + events(options, EventStreams(folder: folder, isQuick: options.isQuick))
            + [downloads(options)] + tls(options) + multipart(options) + [poller(options), soak(options)]
    }
}
