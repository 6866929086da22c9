import Adjoint

// Steps on a small model and on a large one, pure and stateful. Prints how many allocations a number of calls make; a
// pure step's state is given up each time. Arguments: which (or `all`), and how many calls.

@_silgen_name("cbench_allocation_count") func allocationCount() -> Int

func smallPure(_ steps: Int, _ x: Tensor<Float>) -> Int {
  var (graphdef, state) = split(Stack(depth: 2, rngs: Rngs(0)))
  var before = 0
  for index in 0..<steps + 3 {
    if index == 3 { before = allocationCount() }
    (graphdef, state) = Compiled.smallPure(graphdef, consume state, x: x)
  }
  return allocationCount() - before
}

func largePure(_ steps: Int, _ x: Tensor<Float>) -> Int {
  var (graphdef, state) = split(Stack(depth: 48, rngs: Rngs(0)))
  var before = 0
  for index in 0..<steps + 3 {
    if index == 3 { before = allocationCount() }
    (graphdef, state) = Compiled.largePure(graphdef, consume state, x: x)
  }
  return allocationCount() - before
}

func smallStateful(_ steps: Int, _ x: Tensor<Float>) -> Int {
  let model = Stack(depth: 2, rngs: Rngs(0))
  for _ in 0..<3 { Compiled.smallStateful(model, x: x) }
  let before = allocationCount()
  for _ in 0..<steps { Compiled.smallStateful(model, x: x) }
  return allocationCount() - before
}

func largeStateful(_ steps: Int, _ x: Tensor<Float>) -> Int {
  let model = Stack(depth: 48, rngs: Rngs(0))
  for _ in 0..<3 { Compiled.largeStateful(model, x: x) }
  let before = allocationCount()
  for _ in 0..<steps { Compiled.largeStateful(model, x: x) }
  return allocationCount() - before
}

let wanted = CommandLine.arguments[1]
let steps = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2])! : 1000
let x = Tensor<Float>(repeating: 0.25, shape: [1, 2])
precondition(allocationCount() > 0, "allocations are counted")
for (name, run) in [
  ("smallPure", smallPure), ("largePure", largePure), ("smallStateful", smallStateful),
  ("largeStateful", largeStateful),
] where [name, "all"].contains(wanted) { print(name, run(steps, x)) }
