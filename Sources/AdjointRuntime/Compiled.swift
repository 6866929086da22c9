/// The namespace that generated twins of free entry points are added to: `Compiled.trainStep(…)`.
public enum Compiled {}

/// The compiled entry points that are methods of a model: `model.compiled.predict(x)`.
///
/// Generated code adds them in `extension CompiledModule where Model == …`.
public struct CompiledModule<Model: Module> {
  /// The model whose methods these are.
  public let model: Model
}

extension Module {
  /// The compiled twins of this model's entry points.
  public var compiled: CompiledModule<Self> { CompiledModule(model: self) }
}
