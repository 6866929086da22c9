// swift-tools-version: 6.1
import PackageDescription

// What a user links (Adjoint, AdjointRuntime, CAdjoint) depends on no other package; swift-syntax and friends are
// built for the tool alone.
let package = Package(
  name: "adjoint",
  platforms: [.macOS(.v14)],
  products: [
    .library(name: "Adjoint", targets: ["Adjoint"]),
    .library(name: "CAdjoint", targets: ["CAdjoint"]),
    .executable(name: "adjointc", targets: ["adjointc"]),
    .plugin(name: "AdjointPlugin", targets: ["AdjointPlugin"]),
    .plugin(name: "AdjointAssemblyPlugin", targets: ["AdjointAssemblyPlugin"]),
    .plugin(name: "AdjointCommandPlugin", targets: ["AdjointCommandPlugin"]),
    .executable(name: "seed", targets: ["seed"]),
    .executable(name: "digits", targets: ["digits"]),
    .executable(name: "bench", targets: ["bench"]),
  ],
  traits: [
    .trait(
      name: "Plugins",
      description: "Build the tool that AdjointPlugin and 'swift package adjoint' run, unless ADJOINTC names one.")
  ],
  dependencies: [
    .package(url: "https://github.com/swiftlang/swift-syntax", from: "603.0.1"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.0.1"),
  ],
  targets: [
    // The runtime side.
    .target(name: "CAdjoint"),
    .target(name: "AdjointRuntime", dependencies: ["CAdjoint"]),
    .target(name: "Adjoint", dependencies: ["AdjointRuntime", "CAdjoint"]),

    // The compiler, from left to right.
    .target(name: "AdjointDiagnostics"),
    .target(name: "AdjointIR", dependencies: ["AdjointDiagnostics"]),
    .target(name: "AdjointTransforms", dependencies: ["AdjointIR"]),
    .target(name: "AdjointLibrarySource", resources: [.embedInCode("Library")]),
    .target(
      name: "AdjointFrontend",
      dependencies: [
        "AdjointIR", "AdjointDiagnostics", "AdjointLibrarySource",
        .product(name: "SwiftSyntax", package: "swift-syntax"),
        .product(name: "SwiftParser", package: "swift-syntax"),
        .product(name: "SwiftParserDiagnostics", package: "swift-syntax"),
        .product(name: "SwiftDiagnostics", package: "swift-syntax"),
        .product(name: "SwiftOperators", package: "swift-syntax"),
      ]),
    .target(name: "AdjointSchedule", dependencies: ["AdjointIR"]),
    .target(
      name: "AdjointTemplates", path: "Templates",
      resources: [.embedInCode("C"), .embedInCode("Swift"), .embedInCode("Standalone"), .embedInCode("Support")]),
    .target(
      name: "AdjointEmit",
      dependencies: [
        "AdjointDiagnostics", "AdjointIR", "AdjointSchedule", "AdjointTemplates",
        .product(name: "Mustache", package: "swift-mustache"),
      ]),
    .target(
      name: "AdjointDriver",
      dependencies: [
        "AdjointDiagnostics", "AdjointIR", "AdjointFrontend", "AdjointTransforms", "AdjointSchedule", "AdjointEmit",
        "AdjointTemplates",
      ]),
    .executableTarget(
      name: "adjointc",
      dependencies: ["AdjointDriver", .product(name: "ArgumentParser", package: "swift-argument-parser")]),

    // Without the trait they depend on nothing: builds of this package, where no target uses them, would otherwise
    // build the tool and swift-syntax a second time, for the machine that builds.
    .plugin(
      name: "AdjointPlugin", capability: .buildTool(),
      dependencies: [.target(name: "adjointc", condition: .when(traits: ["Plugins"]))],
      path: "Sources/Plugins/AdjointPlugin"),
    .plugin(
      name: "AdjointAssemblyPlugin", capability: .buildTool(),
      dependencies: [.target(name: "adjointc", condition: .when(traits: ["Plugins"]))],
      path: "Sources/Plugins/AdjointAssemblyPlugin"),
    .plugin(
      name: "AdjointCommandPlugin",
      capability: .command(
        intent: .custom(verb: "adjoint", description: "Write, or verify, the package's generated code."),
        permissions: [.writeToPackageDirectory(reason: "Generated code is written to the folder Generated.")]),
      dependencies: [.target(name: "adjointc", condition: .when(traits: ["Plugins"]))],
      path: "Sources/Plugins/AdjointCommandPlugin"),

    // Examples, on committed generated code: each folder has a link to its part of Generated.
    .target(name: "SeedKernels", dependencies: ["CAdjoint"], path: "Generated/SeedKernels"),
    .executableTarget(name: "seed", dependencies: ["Adjoint", "SeedKernels"], path: "Sources/Examples/seed"),
    .target(name: "DigitsKernels", dependencies: ["CAdjoint"], path: "Generated/DigitsKernels"),
    .executableTarget(
      name: "digits", dependencies: ["Adjoint", "DigitsKernels"], path: "Sources/Examples/digits",
      resources: [.copy("Data")]),
    .target(name: "BenchKernels", dependencies: ["CAdjoint"], path: "Generated/BenchKernels"),
    .target(name: "CBench", dependencies: ["CAdjoint"]),
    .executableTarget(
      name: "bench", dependencies: ["Adjoint", "CAdjoint", "BenchKernels", "CBench"], path: "Sources/Examples/bench",
      exclude: ["Figures", "Peers"]),

    // Input that may break the tool, random and seeded.
    .target(name: "TestSupport", path: "Tests/Support"),
    .target(
      name: "FuzzCases", dependencies: ["AdjointDriver", "AdjointDiagnostics", "TestSupport"], path: "Tests/Fuzz/Cases"),
    .executableTarget(name: "fuzz", dependencies: ["AdjointDriver", "FuzzCases"], path: "Tests/Fuzz/Command"),

    .testTarget(name: "AdjointRuntimeTests", dependencies: ["AdjointRuntime", "CAdjoint", "TestSupport"]),
    .testTarget(name: "AdjointTests", dependencies: ["Adjoint", "TestSupport"]),
    .testTarget(name: "AdjointIRTests", dependencies: ["AdjointIR"]),
    .testTarget(name: "AdjointTransformsTests", dependencies: ["AdjointTransforms"]),
    .testTarget(name: "AdjointScheduleTests", dependencies: ["AdjointSchedule", "AdjointTransforms"]),
    .testTarget(
      name: "AdjointEmitTests", dependencies: ["AdjointEmit", "AdjointTransforms", "CAdjoint", "TestSupport"],
      exclude: ["Programs"]),
    .testTarget(
      name: "AdjointFrontendTests", dependencies: ["AdjointFrontend", "AdjointTransforms", "TestSupport"]),
    .testTarget(
      name: "AdjointDriverTests",
      dependencies: [
        "AdjointDriver", "AdjointIR", "AdjointTransforms", "FuzzCases", "adjointc", "Adjoint", "TestSupport",
      ],
      exclude: ["Programs"]),
    .testTarget(name: "StandaloneTests", exclude: ["train.mjs"]),
    .testTarget(name: "AgreementTests", dependencies: ["Adjoint", "AdjointDriver", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu11
)

// Only with a toolchain that has libFuzzer, and built with `--sanitize fuzzer`: its runtime brings the main function.
if Context.environment["ADJOINT_LIBFUZZER"] != nil {
  package.targets.append(
    .executableTarget(
      name: "libfuzzer", dependencies: ["FuzzCases"], path: "Tests/Fuzz/LibFuzzer",
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]))
}
