// Written by Adjoint 0.1 from Dropout.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import AdjointRuntime

extension Dropout: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  public var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("deterministic", deterministic as Any),
      ModuleAttribute("rate", rate as Any),
      ModuleAttribute("rngs", rngs as Any),
    ]
  }
}
