internal import Foundation
package import GeneratorCore

/// An app for one piece of work. An answer that contradicts what it has said of itself makes that forgotten: it may be another
/// app by now. A class, because whoever waits for the app keeps it.
///
/// ```swift
/// let visit = try await place.visit(in: context)
/// do { return try await work(visit.app) } catch { throw try await visit.explained(error, in: context) }
/// ```
package final class GradioVisit: Sendable {
    /// The app.
    package let app: GradioApp
    private let place: GradioPlace
    /// By which URL it is remembered; `nil` where it is not.
    private let key: URL?
    /// Whether it has just been asked.
    private let isFresh: Bool

    init(to place: GradioPlace, _ app: GradioApp, known key: URL? = nil, isFresh: Bool = true) {
        self.place = place
        self.app = app
        self.key = key
        self.isFresh = isFresh
    }

    /// The error of the work, or what asking the app again says.
    /// - Parameters:
    ///   - error: The error.
    ///   - context: Sends the requests.
    /// - Returns: What to throw.
    /// - Throws: What asking the app again throws: where the Space is gone, that says why.
    @inline(never)
    package func explained(_ error: any Error, in context: GenerationContext) async throws -> any Error {
        guard let key, let error = error as? GenerationError else { return error }
        if error.contradictsDescription { place.forget(key) }
        // Where another app has taken its place, that is asked anew.
        guard !isFresh, error.wasAccepted == false, error.mayConcernSpace else { return error }
        do {
            let present = try await place.connect(false, in: context)
            if present.config.appID != app.config.appID || present.url != app.url { place.forget(key) }
        } catch {
            place.forget(key)
            throw error
        }
        return error
    }
}

extension GenerationError {
    /// Whether it shows that the app is not what it once said: no such endpoint, or other arguments. An app's own failure
    /// does not, nor does a time-out.
    fileprivate var contradictsDescription: Bool {
        // The words are Gradio's own.
        [.notFound, .spaceUnavailable].contains(code) || underlying is GradioAppHasChanged
            || message.contains("receive enough input values")
    }
}
