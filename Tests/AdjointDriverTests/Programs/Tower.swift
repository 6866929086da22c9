import Adjoint

/// Layers in a row, times a number.
final class Tower: Module {
  let layers: [Linear]
  let scale: Float

  /// All layers are one where `isTied`.
  init(width: Int, depth: Int, scale: Float = 0.5, isTied: Bool = false, rngs: Rngs) {
    let first = Linear(width, width, rngs: rngs)
    var made = [first]
    for _ in 1..<depth { made.append(isTied ? first : Linear(width, width, rngs: rngs)) }
    layers = made
    self.scale = scale
  }

  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    var h = x
    for layer in layers { h = tanh(layer(h)) }
    return h * scale
  }
}

extension Dim {
  /// The sizes of a batch.
  static let batch = Dim(2, 4)
}

func towerStep(
  @Like(Tower(width: 3, depth: 2, rngs: Rngs(0))) _ model: Tower,
  @Shape(.batch, 3) x: Tensor<Float>, @Traced rate: Float
) throws -> Tensor<Float> {
  let (loss, grads) = valueAndGrad(model) { model in (model(x) ** 2).mean() }
  let params = map(pure(state(model, Param.self)), grads) { p, g in p - rate * g }
  update(model, params)
  return loss
}

func tiedLoss(
  @Like(Tower(width: 3, depth: 2, isTied: true, rngs: Rngs(0))) _ model: Tower, @Shape(1, 3) x: Tensor<Float>
) -> Tensor<Float> {
  model(x).sum()
}

func pureLoss(
  @Like(Tower(width: 3, depth: 2, rngs: Rngs(0))) _ graphdef: GraphDef<Tower>, _ state: State<Tower>,
  @Shape(1, 3) x: Tensor<Float>
) -> Tensor<Float> {
  merge(graphdef, state)(x).sum()
}

/// A variable of which its maker says something.
final class Noted: Module {
  @Param var w: Tensor<Float>

  init(axes: String) {
    _w = Param(wrappedValue: Tensor<Float>([1, 2]), metadata: ["axes": axes])
  }
}

/// The code depends on what the maker said.
func notedScale(@Like(Noted(axes: "in")) _ model: Noted, @Shape(2) x: Tensor<Float>) throws -> Tensor<Float> {
  model.$w.metadata["axes"] == "in" ? x * model.w : x
}

/// The same structure as a value: what is said belongs to it.
func notedPure(
  @Like(Noted(axes: "in")) _ graphdef: GraphDef<Noted>, _ state: State<Noted>, @Shape(2) x: Tensor<Float>
) throws -> Tensor<Float> {
  merge(graphdef, state).w * x
}

/// A constant that other files do not see.
final class Hidden: Module {
  @Param var w: Tensor<Float>
  private let gain: Float

  init(gain: Float) {
    w = Tensor<Float>([1, 2])
    self.gain = gain
  }

  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { w * x * gain }
}

func hiddenPure(
  @Like(Hidden(gain: 2)) _ graphdef: GraphDef<Hidden>, _ state: State<Hidden>, @Shape(2) x: Tensor<Float>
) throws -> Tensor<Float> {
  merge(graphdef, state)(x)
}

/// Structures that differ in it are not equal.
func hiddenEquality(@Shape(2) x: Tensor<Float>) -> Tensor<Float> {
  let same = graphdef(Hidden(gain: 2)) == graphdef(Hidden(gain: 2))
  let differs = graphdef(Hidden(gain: 2)) != graphdef(Hidden(gain: 3))
  return same && differs ? x : -x
}
