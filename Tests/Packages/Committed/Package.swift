// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "MyApp",
  dependencies: [.package(path: "../adjoint", traits: ["Plugins"])],
  targets: [
    .executableTarget(name: "MyApp", dependencies: [.product(name: "Adjoint", package: "adjoint")])
  ])
