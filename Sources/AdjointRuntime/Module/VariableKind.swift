/// What a variable is for. A kind of one's own is an empty enum:
///
/// ```swift
/// enum CountKind: VariableKind {}
/// typealias Count = VariableOf<CountKind, Int32>
/// ```
public protocol VariableKind: Sendable {}

extension VariableKind {
  /// The kind as paths, filters and checkpoints spell it: the type's name without a trailing `Kind`.
  public static var kindName: String {
    let name = String(describing: Self.self)
    return name.count > 4 && name.hasSuffix("Kind") ? String(name.dropLast(4)) : name
  }
}

/// The kind of `Param`.
public enum ParamKind: VariableKind {}
/// The kind of `BatchStat`.
public enum BatchStatKind: VariableKind {}
/// The kind of `Cache`.
public enum CacheKind: VariableKind {}
/// The kind of `Intermediate`.
public enum IntermediateKind: VariableKind {}
/// The kind of `Perturbation`.
public enum PerturbationKind: VariableKind {}
/// The kind of `RngKey`.
public enum RngKeyKind: VariableKind {}
/// The kind of `RngCount`.
public enum RngCountKind: VariableKind {}
/// The kind of `OptState`.
public enum OptStateKind: VariableKind {}

/// A trainable parameter: what `grad` differentiates with respect to.
public typealias Param = VariableOf<ParamKind, Float>
/// A running statistic of batches.
public typealias BatchStat = VariableOf<BatchStatKind, Float>
/// Something kept between calls, such as attention's keys and values.
public typealias Cache = VariableOf<CacheKind, Float>
/// A value kept for inspection.
public typealias Intermediate = VariableOf<IntermediateKind, Float>
/// Zeros that are added to a value on a model's way, so that `grad(model, wrt: .of(Perturbation.self))` is the gradient by
/// that value.
public typealias Perturbation = VariableOf<PerturbationKind, Float>
/// The key of a random stream.
public typealias RngKey = VariableOf<RngKeyKind, UInt32>
/// How many keys a random stream has given out.
public typealias RngCount = VariableOf<RngCountKind, UInt32>
/// An optimiser's state.
public typealias OptState = VariableOf<OptStateKind, Float>
