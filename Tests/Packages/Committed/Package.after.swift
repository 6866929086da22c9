// swift-tools-version: 6.1
import PackageDescription

// Once `swift package adjoint` has written Generated.
let package = Package(
  name: "MyApp",
  dependencies: [.package(path: "../adjoint", traits: ["Plugins"])],
  targets: [
    .target(
      name: "MyAppKernels", dependencies: [.product(name: "CAdjoint", package: "adjoint")],
      path: "Generated/MyAppKernels"),
    .executableTarget(
      name: "MyApp", dependencies: ["MyAppKernels", .product(name: "Adjoint", package: "adjoint")],
      path: ".", exclude: ["Generated/MyAppKernels"], sources: ["Sources/MyApp", "Generated/MyApp"]),
  ])
