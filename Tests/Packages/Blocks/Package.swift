// swift-tools-version: 6.1
import PackageDescription

// Layers for other packages' models: Swift alone, nothing generated.
let package = Package(
  name: "Blocks",
  products: [.library(name: "Blocks", targets: ["Blocks"])],
  dependencies: [.package(path: "../adjoint")],
  targets: [.target(name: "Blocks", dependencies: [.product(name: "Adjoint", package: "adjoint")])])
