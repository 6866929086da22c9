// Written by Adjoint 0.1 from GroupNorm.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import AdjointRuntime

extension GroupNorm: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  public var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("bias", bias as Any),
      ModuleAttribute("epsilon", epsilon as Any),
      ModuleAttribute("features", features as Any),
      ModuleAttribute("groups", groups as Any),
      ModuleAttribute("scale", scale as Any),
    ]
  }
}
