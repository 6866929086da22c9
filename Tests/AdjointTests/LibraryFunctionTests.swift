import Adjoint
import Testing

/// Activations, functions of axes and losses have JAX's values and gradients, kinks included.
@Suite struct LibraryFunctionTests {
  static let golden = Golden.library["functions"]

  static func function(named name: String) -> (Tensor<Float>) -> Tensor<Float> {
    switch name {
    case "relu": relu
    case "relu6": relu6
    case "leakyRelu": { leakyRelu($0) }
    case "elu": { elu($0) }
    case "celu": { celu($0) }
    case "selu": selu
    case "gelu": { gelu($0) }
    case "geluExact": { gelu($0, approximate: false) }
    case "silu": silu
    case "softplus": softplus
    case "sigmoid": { sigmoid($0) }
    case "logSigmoid": logSigmoid
    case "hardTanh": hardTanh
    case "hardSigmoid": hardSigmoid
    case "hardSilu": hardSilu
    case "softSign": softSign
    case "tanh": { tanh($0) }
    default: preconditionFailure("no function \(name)")
    }
  }

  @Test(arguments: golden["pointwise"].entries.map(\.key)) func pointwise(_ name: String) {
    let expected = Self.golden["pointwise"][name]
    let x = Self.golden["x"].tensor
    let f = Self.function(named: name)
    expectClose(f(x), expected["value"].tensor, name)
    let gradient = grad { (x: Tensor<Float>) in f(x).sum() }(x)
    expectClose(gradient, expected["gradient"].tensor, "\(name)'")
  }

  @Test(arguments: [-1, 0]) func rows(_ axis: Int) {
    let x = Self.golden["matrix"].tensor
    let w = Self.golden["weights"].tensor
    let table: [(String, (Tensor<Float>) -> Tensor<Float>)] = [
      ("softmax", { softmax($0, axis: axis) }), ("logSoftmax", { logSoftmax($0, axis: axis) }),
    ]
    for (name, f) in table {
      let expected = Self.golden["rows"]["\(name)\(axis)"]
      expectClose(f(x), expected["value"].tensor, name)
      let gradient = grad { (x: Tensor<Float>) in (f(x) * w).sum() }(x)
      expectClose(gradient, expected["gradient"].tensor, "\(name)'")
    }
    let expected = Self.golden["rows"]["logSumExp\(axis)"]
    let c =
      axis == -1
      ? w.sliced(starts: [0, 0], limits: [6, 1]).reshaped([6])
      : w.sliced(starts: [0, 0], limits: [1, 5]).reshaped([5])
    expectClose(logSumExp(x, axis: axis), expected["value"].tensor, "logSumExp")
    let gradient = grad { (x: Tensor<Float>) in (logSumExp(x, axis: axis) * c).sum() }(x)
    expectClose(gradient, expected["gradient"].tensor, "logSumExp'")
  }

  @Test func logSumExpOfInfinities() {
    let infinite = Float.infinity
    let x = Tensor<Float>([[infinite, 1], [-infinite, -infinite], [-infinite, 2]])
    #expect(logSumExp(x).scalars == [infinite, -infinite, 2])
    #expect(logSumExp(x, keepDims: true).shape == [3, 1])
  }

  @Test func crossEntropy() {
    let logits = Self.golden["matrix"].tensor
    let labels = Self.golden["labels"].int32Tensor
    let expected = Self.golden["softmaxCrossEntropy"]
    expectClose(softmaxCrossEntropy(logits: logits, labels: labels), expected["value"].tensor, "cross-entropy")
    let gradient = grad { (x: Tensor<Float>) in softmaxCrossEntropy(logits: x, labels: labels).mean() }(logits)
    expectClose(gradient, expected["gradient"].tensor, "cross-entropy'")
  }

  @Test func crossEntropyWithMoreAxes() {
    let logits = Self.golden["matrix"].tensor.reshaped([2, 3, 5])
    let labels = Self.golden["labels"].int32Tensor.reshaped([2, 3])
    let flat = Self.golden["softmaxCrossEntropy"]["value"].tensor
    expectClose(softmaxCrossEntropy(logits: logits, labels: labels), flat.reshaped([2, 3]), "cross-entropy")
  }

  @Test func squaredError() {
    let x = Self.golden["matrix"].tensor.sliced(starts: [0, 0], limits: [3, 5])
    let target = Self.golden["target"].tensor
    let expected = Self.golden["meanSquaredError"]
    expectClose(meanSquaredError(x, target), expected["value"].tensor, "squared error")
    let gradient = grad { (x: Tensor<Float>) in meanSquaredError(x, target) }(x)
    expectClose(gradient, expected["gradient"].tensor, "squared error'")
  }
}
