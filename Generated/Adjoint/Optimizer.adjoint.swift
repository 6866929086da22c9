// Written by Adjoint 0.1 from Optimizer.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import AdjointRuntime

extension Optimizer: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  public var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("rule", rule as Any),
      ModuleAttribute("slots", slots as Any),
      ModuleAttribute("step", $step),
      ModuleAttribute("wrt", wrt as Any),
    ]
  }
}
