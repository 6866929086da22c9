// Written by Adjoint 0.1 from Embed.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import AdjointRuntime

extension Embed: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  public var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("count", count as Any),
      ModuleAttribute("embedding", $embedding),
      ModuleAttribute("features", features as Any),
    ]
  }
}
