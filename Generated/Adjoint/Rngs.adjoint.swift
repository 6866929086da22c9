// Written by Adjoint 0.1 from Rngs.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import AdjointRuntime

extension RngStream: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  public var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("count", $count),
      ModuleAttribute("key", $key),
      ModuleAttribute("name", name as Any),
    ]
  }
}

extension Rngs: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  public var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("streams", streams as Any),
    ]
  }
}
