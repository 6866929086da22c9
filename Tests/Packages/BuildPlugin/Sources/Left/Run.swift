import Adjoint

/// Trains twenty steps, compiled and eagerly; returns the losses and the largest disagreement.
public func run() -> (losses: [Float], difference: Float) {
  let (model, same) = (Model(rngs: Rngs(0)), Model(rngs: Rngs(0)))
  let optimizer = Optimizer(model, Adam(learningRate: 1e-2), wrt: Param.self)
  let sameOptimizer = Optimizer(same, Adam(learningRate: 1e-2), wrt: Param.self)
  let x = normal(key(1), [16, 8])
  let y = Tensor<Int32>((0..<16).map { Int32($0 % 3) })
  var (losses, difference): ([Float], Float) = ([], 0)
  for _ in 0..<20 {
    let loss = Compiled.trainStep(model, optimizer, x: x, y: y).item()
    let eager = trainStep(same, sameOptimizer, x: x, y: y).item()
    losses.append(loss)
    difference = max(difference, (loss - eager).magnitude)
  }
  return (losses, difference)
}
