import Adjoint

let model = Linear(2, 3, rngs: Rngs(0))
let same = Linear(2, 3, rngs: Rngs(0))
let x = normal(key(1), [4, 2])
let y = normal(key(2), [4, 3])
for _ in 0..<10 {
  let (compiled, eager) = (Compiled.sgd(model, x: x, y: y).item(), sgd(same, x: x, y: y).item())
  precondition((compiled - eager).magnitude < 1e-5, "compiled \(compiled), eager \(eager)")
}
print("trained: true")
