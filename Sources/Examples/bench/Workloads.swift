import Adjoint
internal import BenchKernels

/// Every workload, in order; each is made when its turn comes, since some are large.
var workloads: [(id: String, title: String, make: () -> Workload)] {
  [
    ("W1", "Linear 2→3, batch 1, SGD", linear),
    ("W2a", "784-128-10, batch 32, SGD", descent),
    ("W2b", "784-512-512-10, batch 128, Adam", wide),
    ("W2c", "64-128-10 (digits), batch 32, Adam", digits),
    ("E1", "softmax cross-entropy, 128×1000", crossEntropy),
    ("E2", "LayerNorm, 256×768", layerNorm),
    ("E3", "bias + gelu, 256×3072", biasGelu),
    ("E4", "AdamW, 10 M parameters", adamW),
    ("E5", "768→3072→768 of a GPT-2 block, 256 rows", feedForward),
  ]
}

private func fill(_ layer: Linear, _ seed: UInt32) {
  let inputs = layer.kernel.shape[0]
  layer.kernel = tensor(layer.kernel.shape, seed, 2 / Float(inputs).squareRoot())
  layer.bias!.variable.value = tensor([layer.kernel.shape[1]], seed + 1, 0.1).erased
}

private func linear() -> Workload {
  func start() -> (Linear, Tensor<Float>, Tensor<Float>) {
    let model = Linear(2, 3, rngs: Rngs(0))
    fill(model, 10)
    return (model, tensor([1, 2], 1), tensor([1, 3], 2))
  }
  let (model, x, y) = start()
  return Workload(
    cost: .init(flops: 24), arenaBytes: Int(LINEAR_STEP_LINEAR_STEP_ARENA_BYTES),
    signature: {
      let (model, x, y) = start()
      return (0..<5).map { _ in Double(Compiled.linearStep(model, x: x, y: y).item()) }
    },
    run: { steps in for _ in 0..<steps { _ = Compiled.linearStep(model, x: x, y: y) } },
    kernel: linearKernel())
}

/// The C function alone.
private func linearKernel() -> (Int) -> Void {
  let memory = UnsafeMutableRawPointer.allocate(
    byteCount: 512 + Int(LINEAR_STEP_LINEAR_STEP_ARENA_BYTES), alignment: 64)
  memory.initializeMemory(as: UInt8.self, repeating: 0, count: 512)
  let floats = memory.assumingMemoryBound(to: Float.self)
  for (place, number) in numbers(64, 10, 1).enumerated() { floats[place] = number }
  return { steps in
    var arguments = linear_step_linear_step_arguments()
    arguments.bias = UnsafePointer(floats)
    arguments.kernel = UnsafePointer(floats + 16)
    arguments.x = UnsafePointer(floats + 32)
    arguments.y = UnsafePointer(floats + 48)
    arguments.new_bias = floats
    arguments.new_kernel = floats + 16
    arguments.loss = floats + 64
    for _ in 0..<steps { linear_step_linear_step(&arguments, memory + 512) }
  }
}

private func descent() -> Workload {
  func start() -> (SmallPerceptron, Tensor<Float>, Tensor<Int32>) {
    let model = SmallPerceptron(784, rngs: Rngs(0))
    fill(model.hidden, 10)
    fill(model.output, 12)
    return (model, tensor([32, 784], 1), classes(32, of: 10))
  }
  let (model, images, labels) = start()
  return Workload(
    cost: denseCost([784, 128, 10], batch: 32, bytesPerParameter: 8),
    arenaBytes: Int(PERCEPTRONS_DESCENT_STEP_ARENA_BYTES),
    signature: {
      let (model, images, labels) = start()
      return (0..<5).map { _ in Double(Compiled.descentStep(model, images: images, labels: labels).item()) }
    },
    run: { steps in for _ in 0..<steps { _ = Compiled.descentStep(model, images: images, labels: labels) } })
}

private func wide() -> Workload {
  func start() -> (WidePerceptron, Optimizer<WidePerceptron, Adam>, Tensor<Float>, Tensor<Int32>) {
    let model = WidePerceptron(rngs: Rngs(0))
    fill(model.first, 10)
    fill(model.second, 12)
    fill(model.output, 14)
    let optimizer = Optimizer(model, Adam(learningRate: 1e-3), wrt: Param.self)
    return (model, optimizer, tensor([128, 784], 1), classes(128, of: 10))
  }
  var (model, optimizer, images, labels) = start()
  return Workload(
    cost: denseCost([784, 512, 512, 10], batch: 128, bytesPerParameter: 24),
    arenaBytes: Int(PERCEPTRONS_WIDE_STEP_ARENA_BYTES),
    signature: {
      let (model, optimizer, images, labels) = start()
      return (0..<5).map { _ in Double(Compiled.wideStep(model, optimizer, images: images, labels: labels).item()) }
    },
    run: { steps in
      for _ in 0..<steps { _ = Compiled.wideStep(model, optimizer, images: images, labels: labels) }
    },
    restart: { (model, optimizer, images, labels) = start() })
}

private func digits() -> Workload {
  func start() -> (SmallPerceptron, Optimizer<SmallPerceptron, Adam>, Tensor<Float>, Tensor<Int32>) {
    let model = SmallPerceptron(64, rngs: Rngs(0))
    fill(model.hidden, 10)
    fill(model.output, 12)
    let optimizer = Optimizer(model, Adam(learningRate: 2e-3), wrt: Param.self)
    return (model, optimizer, tensor([32, 64], 1), classes(32, of: 10))
  }
  var (model, optimizer, images, labels) = start()
  return Workload(
    cost: denseCost([64, 128, 10], batch: 32, bytesPerParameter: 24),
    arenaBytes: Int(PERCEPTRONS_DIGITS_STEP_ARENA_BYTES),
    signature: {
      let (model, optimizer, images, labels) = start()
      return (0..<5).map { _ in Double(Compiled.digitsStep(model, optimizer, images: images, labels: labels).item()) }
    },
    run: { steps in
      for _ in 0..<steps { _ = Compiled.digitsStep(model, optimizer, images: images, labels: labels) }
    },
    restart: { (model, optimizer, images, labels) = start() })
}

private func crossEntropy() -> Workload {
  let (logits, labels) = (tensor([128, 1000], 1, 8), classes(128, of: 1000))
  let elements = Double(128 * 1000)
  return Workload(
    // Besides its exponential, each element is compared for the maximum, shifted, summed and scaled.
    cost: .init(
      bytes: 8 * elements, footprint: 8 * elements, exponentials: elements, otherOperations: 4 * elements),
    arenaBytes: Int(CHAINS_CROSS_ENTROPY_STEP_ARENA_BYTES),
    signature: {
      let (loss, gradient) = Compiled.crossEntropyStep(logits: logits, labels: labels)
      return [Double(loss.item()), energy(gradient)]
    },
    run: { steps in for _ in 0..<steps { _ = Compiled.crossEntropyStep(logits: logits, labels: labels) } })
}

private func layerNorm() -> Workload {
  let norm = LayerNorm(768, rngs: Rngs(0))
  norm.scale!.variable.value = tensor([768], 10).erased
  norm.bias!.variable.value = tensor([768], 11).erased
  let (x, upstream) = (tensor([256, 768], 1), tensor([256, 768], 2))
  let elements = Double(256 * 768)
  return Workload(
    // An element takes three operations for the sums of its row, four to be normalised, scaled and shifted, three for the
    // sums of the gradients of scale and bias, four for the two sums that the derivative needs, and four for that.
    cost: .init(bytes: 16 * elements, footprint: 16 * elements, otherOperations: 18 * elements),
    arenaBytes: Int(CHAINS_LAYER_NORM_STEP_ARENA_BYTES),
    signature: {
      let (y, gradient, parameters) = Compiled.layerNormStep(norm, x: x, upstream: upstream)
      return [energy(y), energy(gradient), energy(parameters.scale!), energy(parameters.bias!)]
    },
    run: { steps in for _ in 0..<steps { _ = Compiled.layerNormStep(norm, x: x, upstream: upstream) } })
}

private func biasGelu() -> Workload {
  let (x, bias, upstream) = (tensor([256, 3072], 1, 6), tensor([3072], 2), tensor([256, 3072], 3))
  let elements = Double(256 * 3072)
  return Workload(
    // Besides its tangent, an element of u = x + bias takes one sum for u, four operations for the tangent's argument
    // u·(c·u² + d), three for y, nine for the derivative and its product, and one for the sum of the bias's gradient.
    cost: .init(
      bytes: 16 * elements, footprint: 16 * elements, tangents: elements, otherOperations: 18 * elements),
    arenaBytes: Int(CHAINS_GELU_STEP_ARENA_BYTES),
    signature: {
      let (y, gradient, sums) = Compiled.geluStep(x: x, bias: bias, upstream: upstream)
      return [energy(y), energy(gradient), energy(sums)]
    },
    run: { steps in for _ in 0..<steps { _ = Compiled.geluStep(x: x, bias: bias, upstream: upstream) } })
}

private func adamW() -> Workload {
  func start() -> (Weights, Optimizer<Weights, AdamW>, State<Weights>) {
    let model = Weights()
    model.values = tensor([10_000_000], 2)
    let gradients = state(model)
    model.values = tensor([10_000_000], 1)
    return (model, Optimizer(model, AdamW(learningRate: 1e-3), wrt: Param.self), gradients)
  }
  let (model, optimizer, gradients) = start()
  return Workload(
    cost: .init(bytes: 28e7, footprint: 16e7, isInPlace: true),
    arenaBytes: Int(PARAMETER_UPDATE_PARAMETER_UPDATE_ARENA_BYTES),
    signature: {
      let (model, optimizer, gradients) = start()
      for _ in 0..<3 { Compiled.parameterUpdate(model, optimizer, gradients) }
      return [energy(model.values)]
    },
    run: { steps in for _ in 0..<steps { Compiled.parameterUpdate(model, optimizer, gradients) } })
}

private func feedForward() -> Workload {
  let model = FeedForward(rngs: Rngs(0))
  fill(model.expand, 10)
  fill(model.contract, 12)
  let (x, upstream) = (tensor([256, 768], 1), tensor([256, 768], 2))
  var cost = denseCost([768, 3072, 768], batch: 256, bytesPerParameter: 8, inputGradient: true)
  cost.tangents = Double(256 * 3072)
  return Workload(
    cost: cost,
    arenaBytes: Int(FEED_FORWARD_FEED_FORWARD_STEP_ARENA_BYTES),
    signature: {
      let (y, gradient, parameters) = Compiled.feedForwardStep(model, x: x, upstream: upstream)
      return [
        energy(y), energy(gradient), energy(parameters.expand.kernel), energy(parameters.expand.bias!),
        energy(parameters.contract.kernel), energy(parameters.contract.bias!),
      ]
    },
    run: { steps in for _ in 0..<steps { _ = Compiled.feedForwardStep(model, x: x, upstream: upstream) } })
}
