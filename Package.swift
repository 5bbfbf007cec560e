// swift-tools-version: 6.0
import PackageDescription

// One list of settings for every target, so that no module is laxer than its neighbours.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A library that is also a product: every module can be depended upon alone.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> (Product, Target) {
    (
        .library(name: name, targets: [name]),
        .target(name: name, dependencies: dependencies, swiftSettings: settings)
    )
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestPace"], swiftSettings: settings)
}

/// The fuzz targets: a part of the tests, or the program of libFuzzer; see Tests/FuzzTests/README.md.
func fuzzTargets(_ dependencies: [Target.Dependency]) -> Target {
    let isProgram = Context.environment["FUZZING"] != nil
    let path = "Tests/FuzzTests"
    guard isProgram else {
        return .testTarget(
            name: "FuzzTests", dependencies: dependencies + ["TestPace"], path: path,
            exclude: ["LibFuzzer", "README.md", "fuzz"], swiftSettings: settings)
    }
    return .executableTarget(
        name: "fuzz", dependencies: dependencies, path: path, exclude: ["README.md", "fuzz"],
        sources: ["Targets", "Mutation", "LibFuzzer"], swiftSettings: settings)
}

let libraries = [
    library("GeneratorTransport", ["CurlShim"]),
    library("GeneratorCore", ["GeneratorTransport"]),
    library("Gradio", ["GeneratorCore", "GeneratorTransport"]),
    library("Flux1Schnell", ["Gradio", "GeneratorCore", "GeneratorTransport"]),
    library("G4F", ["Gradio", "GeneratorCore", "GeneratorTransport"]),
    library("Prodia", ["GeneratorCore", "GeneratorTransport"]),
    library("ImageGenerators", ["Flux1Schnell", "G4F", "Prodia", "Gradio", "GeneratorCore", "GeneratorTransport"]),
    library("GeneratorTesting", ["Gradio", "GeneratorCore", "GeneratorTransport", "EpollShim"]),
    library("ImagineCommand", ["ImageGenerators", "DemoPictures", "GeneratorTesting"]),
]

let package = Package(
    name: "image-generators",
    platforms: [.macOS(.v13), .iOS(.v16), .tvOS(.v16), .watchOS(.v9), .visionOS(.v1)],
    products: libraries.map(\.0) + [.executable(name: "imagine", targets: ["imagine"])],
    targets: libraries.map(\.1) + [
        // Finds libcurl at run time; empty except on Linux.
        .target(name: "CurlShim"),
        // Paints what the demo shows.
        .target(name: "DemoPictures", dependencies: ["GeneratorTesting"], swiftSettings: settings),
        // Shows Swift the calls of epoll; empty except on Linux.
        .target(name: "EpollShim"),
        .target(
            name: "TestPace", dependencies: ["GeneratorTransport"], path: "Tests/TestPace", swiftSettings: settings),
        // Collects what a provider yields, for the tests of all of them.
        .target(
            name: "ProviderRuns", dependencies: ["GeneratorCore"], path: "Tests/ProviderRuns", swiftSettings: settings),
        // Servers that go wrong at a chosen moment, and every provider to try them on.
        .target(
            name: "FaultyServers",
            dependencies: [
                "Flux1Schnell", "G4F", "Prodia", "Gradio", "GeneratorCore", "GeneratorTesting", "GeneratorTransport",
            ], path: "Tests/FaultyServers", exclude: ["README.md"], swiftSettings: settings),
        // Tries every fault on every provider over both transports; see Tests/FaultyServers/README.md.
        .executableTarget(
            name: "fault-matrix", dependencies: ["FaultyServers", "GeneratorTransport"], path: "Tests/FaultMatrix",
            swiftSettings: settings),
        // Reads Fixtures/gradio for the tests of both sides.
        .target(
            name: "GradioRecordings", dependencies: ["Gradio"], path: "Tests/GradioRecordings", swiftSettings: settings),
        .executableTarget(name: "imagine", dependencies: ["ImagineCommand"], swiftSettings: settings),
        // Measures the package; see `imagine-bench --help`.
        .target(name: "BenchmarkLimits"),
        .executableTarget(
            name: "imagine-bench",
            dependencies: [
                "ImageGenerators", "Flux1Schnell", "Gradio", "GeneratorCore", "GeneratorTesting", "GeneratorTransport",
                "BenchmarkLimits",
            ], swiftSettings: settings),
        tests("GeneratorCoreTests", ["Gradio", "GeneratorCore", "GeneratorTesting", "GeneratorTransport"]),
        tests("GeneratorTransportTests", ["GeneratorTransport", "GeneratorTesting", "CurlShim"]),
        tests(
            "DocumentationTests",
            [
                "ImageGenerators", "Flux1Schnell", "G4F", "Prodia", "Gradio", "GeneratorCore", "GeneratorTesting",
                "DemoPictures", "GeneratorTransport",
            ]),
        tests("FaultMatrixTests", ["FaultyServers", "GeneratorCore", "GeneratorTransport"]),
        tests("ImageGeneratorsTests", ["ImageGenerators", "GeneratorCore", "GeneratorTransport"]),
        tests(
            "ImagineCommandTests",
            [
                "ImagineCommand", "ImageGenerators", "DemoPictures", "GeneratorCore", "GeneratorTesting",
                "GeneratorTransport", "imagine",
            ]),
        tests("ImagineBenchTests", ["imagine-bench"]),
        tests(
            "GeneratorTestingTests",
            ["GeneratorTesting", "DemoPictures", "GradioRecordings", "Gradio", "GeneratorCore", "GeneratorTransport"]),
        tests(
            "GradioTests",
            ["Gradio", "ProviderRuns", "GradioRecordings", "GeneratorCore", "GeneratorTesting", "GeneratorTransport"]),
        tests(
            "Flux1SchnellTests",
            ["Flux1Schnell", "ProviderRuns", "Gradio", "GeneratorCore", "GeneratorTesting", "GeneratorTransport"]),
        tests(
            "G4FTests", ["G4F", "ProviderRuns", "Gradio", "GeneratorCore", "GeneratorTesting", "GeneratorTransport"]),
        tests("ProdiaTests", ["Prodia", "ProviderRuns", "GeneratorCore", "GeneratorTesting", "GeneratorTransport"]),
        fuzzTargets([
            "ImagineCommand", "Flux1Schnell", "Prodia", "GradioRecordings", "Gradio", "GeneratorTesting",
            "GeneratorCore",
            "GeneratorTransport",
        ]),
        tests(
            "GradioLabTests",
            [
                "Flux1Schnell", "G4F", "ProviderRuns", "Gradio", "GeneratorCore", "GeneratorTesting",
                "GeneratorTransport", "imagine",
            ]),
    ]
)
