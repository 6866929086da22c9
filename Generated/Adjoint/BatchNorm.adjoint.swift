// Written by Adjoint 0.1 from BatchNorm.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import AdjointRuntime

extension BatchNorm: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  public var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("bias", bias as Any),
      ModuleAttribute("epsilon", epsilon as Any),
      ModuleAttribute("features", features as Any),
      ModuleAttribute("mean", $mean),
      ModuleAttribute("momentum", momentum as Any),
      ModuleAttribute("scale", scale as Any),
      ModuleAttribute("useFastVariance", useFastVariance as Any),
      ModuleAttribute("useRunningAverage", useRunningAverage as Any),
      ModuleAttribute("variance", $variance),
    ]
  }
}
