#if os(macOS) || os(Linux)
    import Foundation

    /// Python's clients, in an environment of their own.
    final class PythonPeers {
        private static let requirements = ["aiohttp==3.14.5", "gradio_client==2.7.2"]

        /// Why there are none.
        private(set) var absence: String?
        private var python = ""
        private let folder: URL

        /// Looks for them, where they are needed at all, and writes their scripts to a folder.
        init(_ options: Options, folder: URL, isNeeded: Bool) {
            self.folder = folder
            guard isNeeded, options.usesPython else {
                absence = isNeeded ? "--no-python was given." : nil
                return
            }
            do {
                python = try options.python ?? Self.environment()
                for (name, text) in Self.scripts {
                    try Data(text.utf8).write(to: folder.appendingPathComponent(name + ".py"))
                }
                guard try Self.run(python, ["-c", "import aiohttp, gradio_client"]) else {
                    throw BenchError("\(python) has no aiohttp and gradio_client.")
                }
            } catch {
                absence = "\(error)"
            }
        }

        func child(_ name: String, _ url: String) throws -> Child {
            try Child(python, [folder.appendingPathComponent(name + ".py").path, url], folder: folder)
        }

        /// The environment in the cache folder; made where it is missing.
        private static func environment() throws -> String {
            let variables = ProcessInfo.processInfo.environment
            let cache =
                variables["XDG_CACHE_HOME"].map { URL(fileURLWithPath: $0) }
                ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".cache")
            let folder = cache.appendingPathComponent("image-generators/bench")
            let python = folder.appendingPathComponent("bin/python").path
            let stamp = folder.appendingPathComponent("stamp")
            let wanted = requirements.joined(separator: " ")
            if (try? String(contentsOf: stamp, encoding: .utf8)) == wanted { return python }
            Console.note("Installing \(wanted) in \(folder.path) ...")
            try? FileManager.default.removeItem(at: folder)
            guard try run("/usr/bin/env", ["python3", "-m", "venv", folder.path]) else {
                throw BenchError("python3 -m venv failed.")
            }
            let install =
                ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"] + requirements
            guard try run(python, install) else { throw BenchError("pip could not install \(wanted).") }
            try Data(wanted.utf8).write(to: stamp)
            return python
        }

        private static func run(_ executable: String, _ words: [String]) throws -> Bool {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: executable)
            process.arguments = words
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus == 0
        }
    }
#endif
