// Written by Adjoint 0.1 from Linear.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import AdjointRuntime

extension Linear: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  public var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("bias", bias as Any),
      ModuleAttribute("inFeatures", inFeatures as Any),
      ModuleAttribute("kernel", $kernel),
      ModuleAttribute("outFeatures", outFeatures as Any),
    ]
  }
}
