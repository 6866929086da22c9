// Written by Adjoint 0.1 from Metrics.swift. Do not edit: change the model and regenerate.
// swift-format-ignore-file

import AdjointRuntime

extension Average: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  public var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("argument", argument as Any),
      ModuleAttribute("count", $count),
      ModuleAttribute("total", $total),
    ]
  }
}

extension Accuracy: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  public var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("count", $count),
      ModuleAttribute("threshold", threshold as Any),
      ModuleAttribute("total", $total),
    ]
  }
}

extension Welford: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  public var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("argument", argument as Any),
      ModuleAttribute("count", $count),
      ModuleAttribute("m2", $m2),
      ModuleAttribute("mean", $mean),
    ]
  }
}

extension MultiMetric: ListedModule {
  /// The stored properties in the order of names: what split, state and clone find without reflection.
  public var listedAttributes: [ModuleAttribute] {
    [
      ModuleAttribute("metrics", metrics as Any),
    ]
  }
}
