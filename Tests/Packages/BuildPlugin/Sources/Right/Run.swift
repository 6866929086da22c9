import Adjoint

/// Trains twenty steps, compiled and eagerly; returns the losses and the largest disagreement.
public func run() -> (losses: [Float], difference: Float) {
  let (model, same) = (Model(rngs: Rngs(0)), Model(rngs: Rngs(0)))
  let optimizer = Optimizer(model, SGD(learningRate: 0.1), wrt: Param.self)
  let sameOptimizer = Optimizer(same, SGD(learningRate: 0.1), wrt: Param.self)
  let (x, y) = (normal(key(1), [16, 4]), normal(key(2), [16, 2]))
  var (losses, difference): ([Float], Float) = ([], 0)
  for _ in 0..<20 {
    let loss = Compiled.trainStep(model, optimizer, x: x, y: y).item()
    let eager = trainStep(same, sameOptimizer, x: x, y: y).item()
    losses.append(loss)
    difference = max(difference, (loss - eager).magnitude)
  }
  return (losses, difference)
}
