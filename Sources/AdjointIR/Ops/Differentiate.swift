/// A derivative of the function in the operation's one region, recorded by a front end and expanded by
/// `AdjointTransforms`, innermost first. The region's parameters are the differentiated arguments ("primals"); it may
/// use any value defined outside, which is then a constant of the function. Its results are the function's outputs,
/// followed by `auxiliaries` values that are passed on undifferentiated (aux outputs, mutated variables).
///
/// | mode | operands | results |
/// |---|---|---|
/// | `gradient` | primals | output (one scalar), auxiliaries, gradient of each primal |
/// | `forward` (jvp) | primals, their tangents | outputs, auxiliaries, tangent of each output |
/// | `reverse` (vjp) | primals, cotangents of the outputs | outputs, auxiliaries, cotangent of each primal |
public struct Differentiate: Op {
  public enum Mode: String, Hashable, Sendable { case gradient, forward, reverse }

  public var mode: Mode
  /// How many of the region's results, at the end, are auxiliaries.
  public var auxiliaries: Int

  /// Makes the op.
  public init(_ mode: Mode, auxiliaries: Int = 0) {
    self.mode = mode
    self.auxiliaries = auxiliaries
  }

  public static let name = "differentiate"
  public static let summary = "Derivative of the function in its region: gradient, jvp or vjp."
  public var attributes: String { "mode=\(mode.rawValue), auxiliaries=\(auxiliaries)" }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    guard regions.count == 1, let region = regions.first else {
      throw OpError("ir.region", "differentiate needs one region, got \(regions.count)")
    }
    let primals = region.parameters.map(\.type)
    let results = region.results.map(\.type)
    let outputs = Array(results.dropLast(auxiliaries))
    let auxiliaryTypes = Array(results.suffix(auxiliaries))
    for primal in primals where !primal.dtype.isFloat {
      throw OpError("grad.dtype", "only real numbers have derivatives, but an argument is \(primal)")
    }
    switch mode {
    case .gradient:
      guard operands == primals else {
        throw OpError("ir.operands", "the operands \(operands) are not the region's parameters \(primals)")
      }
      guard outputs.count == 1, outputs[0].shape.isEmpty, outputs[0].dtype.isFloat else {
        let got = outputs.map(\.description).joined(separator: ", ")
        throw OpError(
          "grad.scalar", "a gradient needs a loss that is a real scalar, but it is \(got); take its mean() or sum()")
      }
      return outputs + auxiliaryTypes + primals
    case .forward:
      guard operands == primals + primals else {
        throw OpError("jvp.tangents", "tangents must have the types of the arguments \(primals), got \(operands)")
      }
      return outputs + auxiliaryTypes + outputs
    case .reverse:
      guard operands == primals + outputs else {
        throw OpError("vjp.cotangents", "cotangents must have the types of the outputs \(outputs), got \(operands)")
      }
      return outputs + auxiliaryTypes + primals
    }
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    throw OpError("ir.unexpanded", "differentiate has no value before AdjointTransforms expands it")
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    throw OpError("ir.unexpanded", "an inner differentiate must be expanded before the outer one")
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    throw OpError("ir.unexpanded", "an inner differentiate must be expanded before the outer one")
  }

  public var lowering: Lowering { .expanded }
  public static let probes: [Probe] = []
}
