// Written by Adjoint 0.1 from Layer.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import AdjointRuntime

extension Activation: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  public var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("function", function as Any),
    ]
  }
}

extension Sequential: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  public var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("layers", layers as Any),
    ]
  }
}
