import Adjoint

// Calls compiled code in ways that it refuses, and counts what it allocates. The first argument says which.

func digits() -> (model: DigitsModel, optimizer: Optimizer<DigitsModel, Adam>) {
  let model = DigitsModel(rngs: Rngs(0))
  return (model, Optimizer(model, Adam(learningRate: 2e-3), wrt: Param.self))
}

func tower(width: Int = 3, depth: Int = 2, scale: Float = 0.5, isTied: Bool = false) -> Tower {
  Tower(width: width, depth: depth, scale: scale, isTied: isTied, rngs: Rngs(0))
}

func images(_ shape: [Int]) -> Tensor<Float> { Tensor(repeating: 0.25, shape: shape) }

func labels(_ shape: [Int]) -> Tensor<Int32> { Tensor(repeating: 3, shape: shape) }

@_silgen_name("cbench_allocation_count") func allocationCount() -> Int

/// Prints how many allocations a call makes after its first ones, over a thousand calls.
func count(_ name: String, _ call: () -> Void) {
  for _ in 0..<3 { call() }
  let before = allocationCount()
  for _ in 0..<1000 { call() }
  let made = allocationCount() - before
  print(name, made)
}

func countAllocations() throws {
  let (model, optimizer) = digits()
  let (x, y) = (images([32, 64]), labels([32]))
  // The counter counts.
  let before = allocationCount()
  let kept = images([32, 64])
  print("counter works", allocationCount() > before && kept.count == x.count)
  count("trainStep") { _ = Compiled.trainStep(model, optimizer, images: x, labels: y) }
  let line = Linear(2, 3, rngs: Rngs(0))
  let (a, b) = (images([1, 2]), images([1, 3]))
  count("statefulStep") { Compiled.statefulStep(line, x: a, y: b) }
  count("statefulStepPureGrad") { Compiled.statefulStepPureGrad(line, x: a, y: b) }
  let high = tower()
  let c = images([4, 3])
  count("towerStep") { _ = try! Compiled.towerStep(high, x: c, rate: 0.125) }
}

switch CommandLine.arguments[1] {
case "allocations": try countAllocations()
case "works":
  let (model, optimizer) = digits()
  print(Compiled.trainStep(model, optimizer, images: images([32, 64]), labels: labels([32])).shape)
  print(try Compiled.towerStep(tower(), x: images([4, 3]), rate: 0.1).shape)
  let (graphdef, state) = split(tower())
  print(Compiled.pureLoss(graphdef, state, x: images([1, 3])).shape)
  print(Compiled.tiedLoss(tower(isTied: true), x: images([1, 3])).shape)
case "images":
  let (model, optimizer) = digits()
  _ = Compiled.trainStep(model, optimizer, images: images([32, 63]), labels: labels([32]))
case "labels":
  let (model, optimizer) = digits()
  _ = Compiled.trainStep(model, optimizer, images: images([32, 64]), labels: labels([31]))
case "rank":
  let (model, optimizer) = digits()
  _ = Compiled.trainStep(model, optimizer, images: Tensor(1), labels: labels([32]))
case "split":
  _ = Compiled.evaluate(digits().model, images: images([100, 64]), labels: labels([100]))
case "splits":
  _ = Compiled.evaluate(digits().model, images: images([360, 64]), labels: labels([1437]))
case "features": Compiled.statefulStep(Linear(3, 3, rngs: Rngs(0)), x: images([1, 2]), y: images([1, 3]))
case "bias":
  Compiled.statefulStep(Linear(2, 3, useBias: false, rngs: Rngs(0)), x: images([1, 2]), y: images([1, 3]))
case "eager":
  let model = Linear(2, 3, rngs: Rngs(0))
  _ = grad { (x: Tensor<Float>) in Compiled.seedLoss(model, x: x, y: images([1, 3])) }(images([1, 2]))
case "layers": print(refusal { _ = try Compiled.towerStep(tower(depth: 3), x: images([4, 3]), rate: 0.1) })
case "width": print(refusal { _ = try Compiled.towerStep(tower(width: 4), x: images([4, 3]), rate: 0.1) })
case "scale": print(refusal { _ = try Compiled.towerStep(tower(scale: 0.25), x: images([4, 3]), rate: 0.1) })
case "tied": print(refusal { _ = try Compiled.towerStep(tower(isTied: true), x: images([4, 3]), rate: 0.1) })
case "batch": print(refusal { _ = try Compiled.towerStep(tower(), x: images([3, 3]), rate: 0.1) })
case "metadata":
  let x = Tensor<Float>([3, 4])
  print(try Compiled.notedScale(Noted(axes: "in"), x: x).scalars)
  print(refusal { _ = try Compiled.notedScale(Noted(axes: "out"), x: x) })
  let (graphdef, state) = split(Noted(axes: "in"))
  print(try Compiled.notedPure(graphdef, state, x: x).scalars)
  let (other, same) = split(Noted(axes: "out"))
  print(refusal { _ = try Compiled.notedPure(other, same, x: x) })
case "hidden":
  let x = Tensor<Float>([3, 4])
  let (graphdef, state) = split(Hidden(gain: 2))
  print(try Compiled.hiddenPure(graphdef, state, x: x).scalars)
  print(refusal { _ = try Compiled.hiddenPure(split(Hidden(gain: 3)).0, state, x: x) })
  print(Compiled.hiddenEquality(x: x) == hiddenEquality(x: x), hiddenEquality(x: x) == x)
case "again":
  let (graphdef, fitting) = split(tower())
  let more = state(tower(depth: 3))
  // What fits is known to fit from the first call on; what does not is refused all the same.
  for _ in 0..<3 { _ = Compiled.pureLoss(graphdef, fitting, x: images([1, 3])) }
  _ = Compiled.pureLoss(graphdef, more, x: images([1, 3]))
case "untied": _ = Compiled.tiedLoss(tower(), x: images([1, 3]))
case "graphdef":
  _ = Compiled.pureLoss(split(tower(depth: 3)).0, split(tower()).1, x: images([1, 3]))
case "state":
  _ = Compiled.pureLoss(split(tower()).0, split(tower(depth: 3)).1, x: images([1, 3]))
default: print("what is \(CommandLine.arguments[1])?")
}

/// The text of the error that a call throws.
func refusal(_ call: () throws -> Void) -> String {
  do {
    try call()
    return "nothing was refused"
  } catch {
    return "\(error)"
  }
}
