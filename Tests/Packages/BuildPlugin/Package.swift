// swift-tools-version: 6.3;(experimentalCGen)
import PackageDescription

// C kernels and glue written at every build. One model uses a layer of another package, the other one of another
// target; their files, classes and functions have the same names.
let package = Package(
  name: "BuildPlugin",
  dependencies: [.package(path: "../adjoint", traits: ["Plugins"]), .package(path: "../Blocks")],
  targets: [
    .target(
      name: "LeftKernels", dependencies: [.product(name: "CAdjoint", package: "adjoint")],
      plugins: [.plugin(name: "AdjointPlugin", package: "adjoint")]),
    .target(
      name: "Left",
      dependencies: [
        "LeftKernels", .product(name: "Adjoint", package: "adjoint"), .product(name: "Blocks", package: "Blocks"),
      ],
      plugins: [.plugin(name: "AdjointPlugin", package: "adjoint")]),
    .target(name: "Gates", dependencies: [.product(name: "Adjoint", package: "adjoint")]),
    .target(
      name: "RightKernels", dependencies: [.product(name: "CAdjoint", package: "adjoint")],
      plugins: [.plugin(name: "AdjointPlugin", package: "adjoint")]),
    .target(
      name: "Right", dependencies: ["RightKernels", "Gates", .product(name: "Adjoint", package: "adjoint")],
      plugins: [.plugin(name: "AdjointPlugin", package: "adjoint")]),
    .executableTarget(name: "Trainer", dependencies: ["Left", "Right"]),
  ])
