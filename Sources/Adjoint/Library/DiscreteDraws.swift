// Further draws with JAX's numbers: exponential, signs, choices.

/// True with the probability that `probability` has at each place; `shape` may have further axes in front.
public func bernoulli(_ key: Key, _ probability: Tensor<Float>, _ shape: [Int]? = nil) -> Tensor<Bool> {
  let extents = shape ?? probability.shape
  return unitUniform(key, extents) .< probability.broadcast(to: extents)
}

/// Exponential with mean 1.
public func exponential(_ key: Key, _ shape: [Int]) -> Tensor<Float> {
  -log1p(-unitUniform(key, shape))
}

/// 1 or -1, each with probability 1/2.
public func rademacher(_ key: Key, _ shape: [Int]) -> Tensor<Int32> {
  select(unitUniform(key, shape) .< 0.5, Tensor<Int32>(1), Tensor<Int32>(-1))
}

/// An index of `axis`, drawn with the probabilities that softmax along it gives `logits`.
///
/// `shape` is the result's: the other axes of `logits`, with further axes in front for several draws of each.
public func categorical(_ key: Key, _ logits: Tensor<Float>, axis: Int, shape: [Int]? = nil) -> Tensor<Int32> {
  let place = axis < 0 ? axis + logits.rank : axis
  precondition(place >= 0 && place < logits.rank, "categorical: logits of shape \(logits.shape) have no axis \(axis)")
  var others: [Int] = []
  for index in 0..<logits.rank {
    if index != place {
      others.append(logits.shape[index])
    }
  }
  let result = shape ?? others
  precondition(
    result.count >= others.count && Array(result.suffix(others.count)) == others,
    "categorical: logits of shape \(logits.shape) along axis \(place) give \(others), which is no suffix of \(result)")
  let draws = Array(result.prefix(result.count - others.count))
  let noise = gumbel(key, draws + logits.shape)
  return (noise + logits).argmax(axis: draws.count + place)
}

/// Whole numbers below `count`, each equally likely, with or without repetition.
///
/// Without repetition it compares every pair of numbers, so `count` should be moderate.
public func choice(_ key: Key, _ count: Int, _ shape: [Int], replace: Bool = true) -> Tensor<Int32> {
  if replace {
    return randint(key, shape, low: 0, high: count)
  }
  let draws = drawCount(shape, of: count)
  let order = permutation(key, Tensor<Int32>.iota([count], axis: 0))
  return order.sliced(starts: [0], limits: [draws]).reshaped(shape)
}

/// Whole numbers below the number of elements of `probabilities`, each as likely as its element says.
public func choice(
  _ key: Key, _ shape: [Int], probabilities: Tensor<Float>, replace: Bool = true
) -> Tensor<Int32> {
  precondition(probabilities.rank == 1, "choice needs probabilities of one axis, not of shape \(probabilities.shape)")
  let count = probabilities.shape[0]
  if replace {
    let place = Tensor<Int32>.iota([count, count], axis: 1) .<= Tensor<Int32>.iota([count, count], axis: 0)
    let cumulative = select(place, probabilities.reshaped([1, count]), Tensor<Float>(0)).sum(axis: 1)
    let total = cumulative.sliced(starts: [count - 1], limits: [count]).reshaped([])
    let mark = total * (1 - unitUniform(key, shape))
    let isBelow = cumulative .< mark.reshaped(shape + [1])
    return isBelow.cast(to: Int32.self).sum(axis: shape.count)
  }
  let draws = drawCount(shape, of: count)
  // The largest of perturbed logarithms: Kool et al. (2019).
  let order = places(inOrderOf: -(gumbel(key, [count]) + log(probabilities)))
  return order.sliced(starts: [0], limits: [draws]).reshaped(shape)
}

/// Rows of `x` (its first axis), each equally likely, with or without repetition.
public func choice<Scalar: TensorScalar>(
  _ key: Key, rowsOf x: Tensor<Scalar>, _ shape: [Int], replace: Bool = true
) -> Tensor<Scalar> {
  precondition(x.rank >= 1, "choice needs a tensor with rows, not a scalar")
  return x.gathered(rows: choice(key, x.shape[0], shape, replace: replace))
}

/// Rows of `x` (its first axis), each as likely as its element of `probabilities` says.
public func choice<Scalar: TensorScalar>(
  _ key: Key, rowsOf x: Tensor<Scalar>, _ shape: [Int], probabilities: Tensor<Float>, replace: Bool = true
) -> Tensor<Scalar> {
  precondition(
    x.rank >= 1 && probabilities.shape == [x.shape[0]],
    "choice needs a probability for each row: x has shape \(x.shape), probabilities \(probabilities.shape)")
  return x.gathered(rows: choice(key, shape, probabilities: probabilities, replace: replace))
}

/// The rows of `x` (its first axis) in random order.
///
/// It compares every pair of rows, so there should be a moderate number of them; `permutation(key, count)` orders many
/// on the host.
public func permutation<Scalar: TensorScalar>(_ key: Key, _ x: Tensor<Scalar>) -> Tensor<Scalar> {
  precondition(x.rank >= 1, "permutation needs a tensor with rows, not a scalar")
  let count = x.shape[0]
  // ⌈3 ln count / ln (2³² - 1)⌉ rounds, after which equal bits are no matter.
  var rounds = 0
  for limit in [1, 1625, 2_642_245] {
    if count > limit {
      rounds += 1
    }
  }
  var source = key
  var order = Tensor<Int32>.iota([count], axis: 0)
  for _ in 0..<rounds {
    let keys = split(source, 2)
    source = keys[0]
    let places = places(inOrderOf: randomBits(keys[1], [count]))
    order = order.gathered(rows: places)
  }
  return x.gathered(rows: order)
}

/// The places of the elements from the smallest to the largest; equal ones keep their order.
func places<Scalar: TensorNumber>(inOrderOf values: Tensor<Scalar>) -> Tensor<Int32> {
  let count = values.shape[0]
  let mine = values.reshaped([count, 1])
  let other = values.reshaped([1, count])
  let isEarlier = Tensor<Int32>.iota([count, count], axis: 1) .< Tensor<Int32>.iota([count, count], axis: 0)
  let comesBefore = (other .< mine) .| ((other .== mine) .& isEarlier)
  let rank = comesBefore.cast(to: Int32.self).sum(axis: 1)
  // Which element has the rank p, for each p.
  let isThere = rank.reshaped([1, count]) .== Tensor<Int32>.iota([count, count], axis: 0)
  return isThere.cast(to: Int32.self).argmax(axis: 1)
}

/// The number of draws of a shape; stops where there are not so many numbers to draw.
func drawCount(_ shape: [Int], of count: Int) -> Int {
  var draws = 1
  for extent in shape {
    draws *= extent
  }
  precondition(draws <= count, "choice: \(draws) draws without repetition from \(count)")
  return draws
}
