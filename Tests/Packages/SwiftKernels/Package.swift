// swift-tools-version: 6.1
import PackageDescription

// One target, no C: kernels in Swift, written at every build.
let package = Package(
  name: "SwiftKernels",
  dependencies: [.package(path: "../adjoint", traits: ["Plugins"])],
  targets: [
    .executableTarget(
      name: "SwiftKernels",
      dependencies: [.product(name: "Adjoint", package: "adjoint"), .product(name: "CAdjoint", package: "adjoint")],
      plugins: [.plugin(name: "AdjointPlugin", package: "adjoint")])
  ])
