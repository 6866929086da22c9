// Written by Adjoint 0.1 from LayerNorm.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import AdjointRuntime

extension LayerNorm: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  public var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("bias", bias as Any),
      ModuleAttribute("epsilon", epsilon as Any),
      ModuleAttribute("features", features as Any),
      ModuleAttribute("scale", scale as Any),
    ]
  }
}

extension RMSNorm: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  public var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("epsilon", epsilon as Any),
      ModuleAttribute("features", features as Any),
      ModuleAttribute("scale", scale as Any),
    ]
  }
}
