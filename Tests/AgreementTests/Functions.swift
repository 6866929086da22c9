import Adjoint

// One function an operation: its value and its gradient together, in the sizes of two dimensions. The tests run each of
// them eagerly, through the IR's reference evaluation and as generated C.

extension Dim {
  static let m = Dim(1, 4, 7)
  static let n = Dim(1, 5, 19)
}

/// The weights make every element's cotangent different.
private func weigh(_ y: Tensor<Float>) -> Tensor<Float> {
  let shape = y.shape
  return (y * cos(Tensor<Float>.iota(shape, axis: shape.count - 1) + 1)).sum()
}

func expAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(exp(x)) }
  return (exp(x), gradient(x))
}

func expm1Agreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(expm1(x)) }
  return (expm1(x), gradient(x))
}

func logAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(log(x * x + 0.1)) }
  return (log(x * x + 0.1), gradient(x))
}

func log1pAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(log1p(x * x)) }
  return (log1p(x * x), gradient(x))
}

func sqrtAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(sqrt(x * x + 0.2)) }
  return (sqrt(x * x + 0.2), gradient(x))
}

func rsqrtAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(rsqrt(x * x + 0.2)) }
  return (rsqrt(x * x + 0.2), gradient(x))
}

func tanhAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(tanh(x)) }
  return (tanh(x), gradient(x))
}

func sigmoidAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(sigmoid(x)) }
  return (sigmoid(x), gradient(x))
}

func erfAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(erf(x)) }
  return (erf(x), gradient(x))
}

func erfInvAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(erfInv(0.9 * tanh(x))) }
  return (erfInv(0.9 * tanh(x)), gradient(x))
}

func sinAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(sin(x)) }
  return (sin(x), gradient(x))
}

func cosAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(cos(x)) }
  return (cos(x), gradient(x))
}

func absAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(abs(x)) }
  return (abs(x), gradient(x))
}

func signAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(x * sign(x)) }
  return (x * sign(x), gradient(x))
}

func floorAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(x * floor(x)) }
  return (x * floor(x), gradient(x))
}

func negateAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(-x) }
  return (-x, gradient(x))
}

func squareAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(x ** 2) }
  return (x ** 2, gradient(x))
}

func cubeAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(x ** 3) }
  return (x ** 3, gradient(x))
}

func powerAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh((x * x + 0.3) ** 1.7) }
  return ((x * x + 0.3) ** 1.7, gradient(x))
}

func reluAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(relu(x)) }
  return (relu(x), gradient(x))
}

func geluTanhAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(gelu(x)) }
  return (gelu(x), gradient(x))
}

func geluErfAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(gelu(x, approximate: false)) }
  return (gelu(x, approximate: false), gradient(x))
}

func siluAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(silu(x)) }
  return (silu(x), gradient(x))
}

func softplusAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(softplus(x)) }
  return (softplus(x), gradient(x))
}

func softmaxRowsAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(softmax(x) * x) }
  return (softmax(x) * x, gradient(x))
}

func softmaxColumnsAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(softmax(x, axis: 0) * x) }
  return (softmax(x, axis: 0) * x, gradient(x))
}

func logSoftmaxRowsAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(logSoftmax(x)) }
  return (logSoftmax(x), gradient(x))
}

func logSumExpRowsAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(logSumExp(x)) }
  return (logSumExp(x), gradient(x))
}

func sumRowsAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(x.sum(axis: 1) * 2) }
  return (x.sum(axis: 1) * 2, gradient(x))
}

func sumColumnsKeptAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(x.sum(axis: 0, keepDims: true) * x) }
  return (x.sum(axis: 0, keepDims: true) * x, gradient(x))
}

func meanRowsAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(x.mean(axis: -1, keepDims: true) * x) }
  return (x.mean(axis: -1, keepDims: true) * x, gradient(x))
}

func maxRowsAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(x.max(axis: 1)) }
  return (x.max(axis: 1), gradient(x))
}

func minColumnsAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(x.min(axis: 0)) }
  return (x.min(axis: 0), gradient(x))
}

func transposedAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(x.transposed() * 3) }
  return (x.transposed() * 3, gradient(x))
}

func reshapedAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(x.reshaped([-1]) * 2) }
  return (x.reshaped([-1]) * 2, gradient(x))
}

func slicedAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(x.sliced(starts: [0, 0], limits: [1, 1]) * 5) }
  return (x.sliced(starts: [0, 0], limits: [1, 1]) * 5, gradient(x))
}

func concatenatedAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(concatenated([x, x * x], axis: 1)) }
  return (concatenated([x, x * x], axis: 1), gradient(x))
}

func broadcastAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(x.expandedDims(axis: 1) * x.expandedDims(axis: 0)) }
  return (x.expandedDims(axis: 1) * x.expandedDims(axis: 0), gradient(x))
}

func clippedAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(maximum(minimum(x, 0.5), -0.5)) }
  return (maximum(minimum(x, 0.5), -0.5), gradient(x))
}

func selectedAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(select(x .> 0, x * x, sin(x))) }
  return (select(x .> 0, x * x, sin(x)), gradient(x))
}

func stoppedAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(stopGradient(x) * x) }
  return (stopGradient(x) * x, gradient(x))
}

func gramAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let gradient = grad { (x: Tensor<Float>) in weigh(matmul(x, x.transposed())) }
  return (matmul(x, x.transposed()), gradient(x))
}

func addAgreement(@Shape(.m, .n) x: Tensor<Float>, @Shape(.n) y: Tensor<Float>) -> (
  Tensor<Float>, Tensor<Float>, Tensor<Float>
) {
  func loss(_ x: Tensor<Float>, _ y: Tensor<Float>) -> Tensor<Float> { weigh(x + y) }
  let dx = grad(loss, argnums: .first)(x, y)
  let dy = grad(loss, argnums: .second)(x, y)
  return (x + y, dx, dy)
}

func subtractAgreement(@Shape(.m, .n) x: Tensor<Float>, @Shape(.n) y: Tensor<Float>) -> (
  Tensor<Float>, Tensor<Float>, Tensor<Float>
) {
  func loss(_ x: Tensor<Float>, _ y: Tensor<Float>) -> Tensor<Float> { weigh(x - y) }
  let dx = grad(loss, argnums: .first)(x, y)
  let dy = grad(loss, argnums: .second)(x, y)
  return (x - y, dx, dy)
}

func multiplyAgreement(@Shape(.m, .n) x: Tensor<Float>, @Shape(.n) y: Tensor<Float>) -> (
  Tensor<Float>, Tensor<Float>, Tensor<Float>
) {
  func loss(_ x: Tensor<Float>, _ y: Tensor<Float>) -> Tensor<Float> { weigh(x * y) }
  let dx = grad(loss, argnums: .first)(x, y)
  let dy = grad(loss, argnums: .second)(x, y)
  return (x * y, dx, dy)
}

func divideAgreement(@Shape(.m, .n) x: Tensor<Float>, @Shape(.n) y: Tensor<Float>) -> (
  Tensor<Float>, Tensor<Float>, Tensor<Float>
) {
  func loss(_ x: Tensor<Float>, _ y: Tensor<Float>) -> Tensor<Float> { weigh(x / (y * y + 0.5)) }
  let dx = grad(loss, argnums: .first)(x, y)
  let dy = grad(loss, argnums: .second)(x, y)
  return (x / (y * y + 0.5), dx, dy)
}

func maximumAgreement(@Shape(.m, .n) x: Tensor<Float>, @Shape(.n) y: Tensor<Float>) -> (
  Tensor<Float>, Tensor<Float>, Tensor<Float>
) {
  func loss(_ x: Tensor<Float>, _ y: Tensor<Float>) -> Tensor<Float> { weigh(maximum(x, y)) }
  let dx = grad(loss, argnums: .first)(x, y)
  let dy = grad(loss, argnums: .second)(x, y)
  return (maximum(x, y), dx, dy)
}

func minimumAgreement(@Shape(.m, .n) x: Tensor<Float>, @Shape(.n) y: Tensor<Float>) -> (
  Tensor<Float>, Tensor<Float>, Tensor<Float>
) {
  func loss(_ x: Tensor<Float>, _ y: Tensor<Float>) -> Tensor<Float> { weigh(minimum(x, y)) }
  let dx = grad(loss, argnums: .first)(x, y)
  let dy = grad(loss, argnums: .second)(x, y)
  return (minimum(x, y), dx, dy)
}

func powerBothAgreement(@Shape(.m, .n) x: Tensor<Float>, @Shape(.n) y: Tensor<Float>) -> (
  Tensor<Float>, Tensor<Float>, Tensor<Float>
) {
  func loss(_ x: Tensor<Float>, _ y: Tensor<Float>) -> Tensor<Float> { weigh(pow(x * x + 0.4, y)) }
  let dx = grad(loss, argnums: .first)(x, y)
  let dy = grad(loss, argnums: .second)(x, y)
  return (pow(x * x + 0.4, y), dx, dy)
}

func addingProductAgreement(@Shape(.m, .n) x: Tensor<Float>, @Shape(.n) y: Tensor<Float>) -> (
  Tensor<Float>, Tensor<Float>, Tensor<Float>
) {
  func loss(_ x: Tensor<Float>, _ y: Tensor<Float>) -> Tensor<Float> {
    weigh(y.addingProduct(x, sin(y)).addingProduct(0.75, x).addingProduct(y, 2))
  }
  let dx = grad(loss, argnums: .first)(x, y)
  let dy = grad(loss, argnums: .second)(x, y)
  return (y.addingProduct(x, sin(y)).addingProduct(0.75, x).addingProduct(y, 2), dx, dy)
}

func hypotenuseAgreement(@Shape(.m, .n) x: Tensor<Float>, @Shape(.n) y: Tensor<Float>) -> (
  Tensor<Float>, Tensor<Float>, Tensor<Float>
) {
  func loss(_ x: Tensor<Float>, _ y: Tensor<Float>) -> Tensor<Float> { weigh(sqrt(x * x + y * y + 0.1)) }
  let dx = grad(loss, argnums: .first)(x, y)
  let dy = grad(loss, argnums: .second)(x, y)
  return (sqrt(x * x + y * y + 0.1), dx, dy)
}

func matmulAgreement(@Shape(.m, 6) x: Tensor<Float>, @Shape(6, .n) y: Tensor<Float>) -> (
  Tensor<Float>, Tensor<Float>, Tensor<Float>
) {
  func loss(_ x: Tensor<Float>, _ y: Tensor<Float>) -> Tensor<Float> { weigh(tanh(matmul(x, y))) }
  return (matmul(x, y), grad(loss, argnums: .first)(x, y), grad(loss, argnums: .second)(x, y))
}

func batchedDotAgreement(@Shape(3, .m, 2) x: Tensor<Float>, @Shape(3, .n, 2) y: Tensor<Float>) -> (
  Tensor<Float>, Tensor<Float>
) {
  func loss(_ x: Tensor<Float>) -> Tensor<Float> { weigh(dotGeneral(x, y, contracting: ([2], [2]), batch: ([0], [0]))) }
  return (dotGeneral(x, y, contracting: ([2], [2]), batch: ([0], [0])), grad(loss)(x))
}

func gatherAgreement(@Shape(.n, 3) table: Tensor<Float>, @Shape(.m) rows: Tensor<Int32>) -> (
  Tensor<Float>, Tensor<Float>
) {
  func loss(_ table: Tensor<Float>) -> Tensor<Float> { weigh(table.gathered(rows: rows)) }
  return (table.gathered(rows: rows), grad(loss)(table))
}

func argmaxAgreement(@Shape(.m, .n) x: Tensor<Float>) -> Tensor<Int32> { x.argmax(axis: 1) }

func oneHotAgreement(@Shape(.m) labels: Tensor<Int32>) -> Tensor<Float> { oneHot(labels, 5) }

func comparisonAgreement(@Shape(.m, .n) x: Tensor<Float>, @Shape(.n) y: Tensor<Float>) -> Tensor<Float> {
  (x .< y).cast(to: Float.self) + 2 * (x .>= y).cast(to: Float.self) + 4 * (x .== y).cast(to: Float.self)
}

func bitsAgreement(@Shape(.m) a: Tensor<Int32>, @Shape(.m) b: Tensor<Int32>) -> Tensor<UInt32> {
  let x = a.cast(to: UInt32.self)
  let y = b.cast(to: UInt32.self)
  let (first, second) = threefry2x32(x, y, x ^ y, x & y)
  return (first >> 3) ^ (second << 2) | ~x
}

func crossEntropyAgreement(@Shape(.m, .n) logits: Tensor<Float>, @Shape(.m) labels: Tensor<Int32>) -> (
  Tensor<Float>, Tensor<Float>
) {
  func loss(_ logits: Tensor<Float>) -> Tensor<Float> { softmaxCrossEntropy(logits: logits, labels: labels).mean() }
  let (value, gradient) = valueAndGrad(loss)(logits)
  return (value, gradient)
}

func secondDerivativeAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  func loss(_ x: Tensor<Float>) -> Tensor<Float> { weigh(sin(x) * exp(0.3 * x)) }
  func slope(_ x: Tensor<Float>) -> Tensor<Float> { weigh(grad(loss)(x)) }
  return (grad(loss)(x), grad(slope)(x))
}

func jvpAgreement(@Shape(.m, .n) x: Tensor<Float>, @Shape(.m, .n) t: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let (value, tangent) = jvp({ (x: Tensor<Float>) in softmax(x) * x }, x, t)
  return (value, tangent)
}

func vjpAgreement(@Shape(.m, .n) x: Tensor<Float>, @Shape(.m, .n) c: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let (value, pullback) = vjp({ (x: Tensor<Float>) in tanh(x) * x }, x)
  return (value, pullback(c))
}

/// Activations with kinks, at numbers on both sides of each.
func kinkedActivations(_ x: Tensor<Float>) -> Tensor<Float> {
  let wide = relu6(x * 4) + hardTanh(x * 1.5) + hardSigmoid(x * 4)
  return wide + leakyRelu(x) + elu(x) + celu(x, alpha: 0.5) + logSigmoid(x) + softSign(x)
}

func activationsAgreement(@Shape(.m, .n) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  (kinkedActivations(x), grad { (x: Tensor<Float>) in (kinkedActivations(x) * x).sum() }(x))
}

func squaredErrorAgreement(
  @Shape(.m, .n) x: Tensor<Float>, @Shape(.m, .n) y: Tensor<Float>
) -> (Tensor<Float>, Tensor<Float>) {
  (meanSquaredError(x, y), grad { (x: Tensor<Float>) in meanSquaredError(x, y).sum() }(x))
}

/// Every layer in one model.
final class Zoo: Module {
  let embed: Embed
  let layers: [Linear]
  let norm: LayerNorm
  let dropout: Dropout
  let head: Sequential

  init(rngs: Rngs) {
    embed = Embed(11, 6, rngs: rngs)
    layers = [Linear(6, 6, rngs: rngs), Linear(6, 6, rngs: rngs)]
    norm = LayerNorm(6, rngs: rngs)
    dropout = Dropout(0.25, rngs: rngs)
    head = Sequential(Activation(.silu), Linear(6, 3, useBias: false, rngs: rngs))
  }

  func callAsFunction(_ tokens: Tensor<Int32>) -> Tensor<Float> {
    var h = embed(tokens)
    for layer in layers { h = h + gelu(layer(h)) }
    return head(dropout(norm(h)))
  }
}

func zooForward(_ model: Zoo, @Shape(.m) tokens: Tensor<Int32>) -> Tensor<Float> { model(tokens) }

func zooStep(
  _ model: Zoo, _ optimizer: Optimizer<Zoo, AdamW>, @Shape(.m) tokens: Tensor<Int32>, @Shape(.m) labels: Tensor<Int32>
) -> Tensor<Float> {
  let (loss, grads) = valueAndGrad(model) { model in
    softmaxCrossEntropy(logits: model(tokens), labels: labels).mean()
  }
  optimizer.update(model, grads)
  return loss
}

func sgdStep(
  _ model: Zoo,
  @Like(Optimizer(Zoo(rngs: Rngs(0)), SGD(learningRate: 1e-2, momentum: 0.9), wrt: Param.self))
  _ optimizer: Optimizer<Zoo, SGD>, @Shape(.m) tokens: Tensor<Int32>, @Shape(.m) labels: Tensor<Int32>
) -> Tensor<Float> {
  let (loss, grads) = valueAndGrad(model) { model in
    softmaxCrossEntropy(logits: model(tokens), labels: labels).mean()
  }
  optimizer.update(model, grads)
  return loss
}
