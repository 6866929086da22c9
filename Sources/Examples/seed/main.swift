import Adjoint
import Foundation

// Runs the four train steps of SeedModel.swift from the same start and prints what each of them reaches.

let x = normal(key(0), [1, 2])
let y = normal(key(1), [1, 3])
print("x", x, " y", y)
print("initial kernel", Linear(2, 3, rngs: Rngs(0)).kernel)

/// The parameters after some steps.
struct Reached {
  var kernel: Tensor<Float>
  var bias: Tensor<Float>
  var loss: Float
}

/// Takes `steps` steps of a stateful variant.
func run(_ steps: Int, _ step: (Linear, Tensor<Float>, Tensor<Float>) -> Void) -> Reached {
  let model = Linear(2, 3, rngs: Rngs(0))
  for _ in 0..<steps { step(model, x, y) }
  return Reached(kernel: model.kernel, bias: model.bias!.value, loss: Compiled.seedLoss(model, x: x, y: y).item())
}

/// Takes `steps` steps of a pure variant, and checks that each leaves the state it was given as it was.
func run(
  _ steps: Int,
  _ step: (GraphDef<Linear>, State<Linear>, Tensor<Float>, Tensor<Float>) -> (GraphDef<Linear>, State<Linear>)
) -> Reached {
  var (graphdef, state) = split(Linear(2, 3, rngs: Rngs(0)))
  for _ in 0..<steps {
    let (kernel, bias) = (state.kernel.scalars, state.bias!.scalars)
    let next = step(graphdef, state, x, y)
    precondition(state.kernel.scalars == kernel && state.bias!.scalars == bias, "a pure step changed its argument")
    (graphdef, state) = next
  }
  let model = merge(graphdef, state)
  return Reached(kernel: model.kernel, bias: model.bias!.value, loss: Compiled.seedLoss(model, x: x, y: y).item())
}

let variants: [(name: String, run: (Int) -> Reached)] = [
  ("stateful step, stateful grad", { run($0) { Compiled.statefulStep($0, x: $1, y: $2) } }),
  ("pure step, pure grad", { run($0) { Compiled.pureStep($0, $1, x: $2, y: $3) } }),
  ("stateful step, pure grad", { run($0) { Compiled.statefulStepPureGrad($0, x: $1, y: $2) } }),
  ("pure step, stateful grad", { run($0) { Compiled.pureStepStatefulGrad($0, $1, x: $2, y: $3) } }),
]

var allAgree = true
for steps in [0, 1, 10, 100] {
  print("\nafter \(steps) step\(steps == 1 ? "" : "s")")
  let reached = variants.map { $0.run(steps) }
  for (variant, result) in zip(variants, reached) {
    let name = variant.name.padding(toLength: 30, withPad: " ", startingAt: 0)
    print("  \(name) kernel \(result.kernel)  bias \(result.bias)  loss \(result.loss)")
    let first = reached[0]
    allAgree = allAgree && result.kernel.scalars == first.kernel.scalars && result.bias.scalars == first.bias.scalars
  }
}
print(allAgree ? "\nall four variants agree bit for bit" : "\nerror: the variants differ")
exit(allAgree ? 0 : 1)
