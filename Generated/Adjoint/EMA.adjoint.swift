// Written by Adjoint 0.1 from EMA.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import AdjointRuntime

extension EMA: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  public var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("decay", decay as Any),
      ModuleAttribute("slots", slots as Any),
      ModuleAttribute("wrt", wrt as Any),
    ]
  }
}
