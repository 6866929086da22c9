import Adjoint
import Testing

/// The kind of a counter, as a user declares one.
enum CountKind: VariableKind {}
typealias Count = VariableOf<CountKind, Int32>

/// What a step changes, and where the change arrives: eagerly here, compiled in the agreement tests. The numbers are
/// those of Documentation/behaviours.md.
@Suite struct StateBehaviours18To30 {
  final class Counter: Module {
    @Count var count: Tensor<Int32>
    var calls = 0
    init() { count = Tensor<Int32>(0) }
    func callAsFunction() {
      count = count + 1
      calls += 1
    }
  }

  @Test("behaviour 18: a counter that a step is given counts every step") func counts() {
    let counter = Counter()
    func step(_ counter: Counter) { counter() }
    step(counter)
    step(counter)
    #expect(counter.count.scalar == 2)
    #expect(state(counter, Count.self).names == ["count"])
  }

  @Test("behaviour 19: a captured counter counts once in eager code; compiled code refuses it") func captured() {
    let counter = Counter()
    let derivative = grad { (x: Tensor<Float>) -> Tensor<Float> in
      counter()
      return x * x
    }(Tensor<Float>(3))
    #expect(derivative.scalar == 6 && counter.count.scalar == 1)
  }

  @Test("behaviour 20: a pure step leaves the model as it was") func pureStep() {
    let counter = Counter()
    func step(_ definition: GraphDef<Counter>, _ values: State<Counter>) -> State<Counter> {
      let counter = merge(definition, values)
      counter()
      return state(counter)
    }
    let (definition, values) = split(counter)
    let after = step(definition, values)
    #expect(
      counter.count.scalar == 0 && Tensor<Int32>(values["count"]!).scalar == 0
        && Tensor<Int32>(after["count"]!).scalar == 1)
  }

  @Test("behaviour 21: a static attribute belongs to the structure; its change is a change of structure") func statics()
  {
    let counter = Counter()
    let before = graphdef(counter)
    counter()
    #expect(counter.calls == 1)
    #expect(graphdef(counter) != before)
    // What a definition says is what a merged model has.
    #expect(merge(before, state(counter)).calls == 0)
  }

  final class Two: Module {
    var a: Linear
    var b: Linear
    var me: Two?
    init() {
      let rngs = Rngs(0)
      (a, b) = (Linear(2, 2, rngs: rngs), Linear(2, 2, rngs: rngs))
    }
  }

  @Test("behaviour 22: sub-models change places and stay who they are") func swapping() {
    let two = Two()
    let (a, b) = (two.a, two.b)
    func step(_ two: Two) { (two.a, two.b) = (two.b, two.a) }
    step(two)
    #expect(two.a === b && two.b === a)
    #expect(state(two).a.kernel == b.kernel)
  }

  @Test("behaviour 23: a reference that a step adds is there afterwards") func addedReference() {
    let two = Two()
    func step(_ two: Two) { two.me = two }
    step(two)
    #expect(two.me === two)
    #expect(graphdef(two) != graphdef(Two()))
    two.me = nil
  }

  @Test("behaviour 24: a step that returns its model returns that very object") func sameObject() {
    let two = Two()
    func step(_ two: Two) -> Two { two }
    #expect(step(two) === two)
  }

  @Test("behaviour 25: a model that is given twice is one") func givenTwice() {
    let counter = Counter()
    func step(_ first: Counter, _ second: Counter) -> Int32 {
      first()
      return second.count.scalar
    }
    #expect(step(counter, counter) == 1)
  }

  @Test("behaviour 26: other values are the same structure, another shape is another") func structureOnly() {
    let (one, other) = (Linear(2, 3, rngs: Rngs(0)), Linear(2, 3, rngs: Rngs(1)))
    #expect(graphdef(one) == graphdef(other) && state(one) != state(other))
    #expect(graphdef(one) != graphdef(Linear(2, 4, rngs: Rngs(0))))
  }

  @Test("behaviour 27: the same seed makes the same model to the bit") func constructors() {
    #expect(state(Two()) == state(Two()))
  }

  @Test("behaviour 28: a state given up is used again; a value still held keeps its numbers") func givenUp() {
    let model = Linear(2, 3, rngs: Rngs(0))
    let held = state(model)
    let numbers = model.kernel.scalars
    model.$kernel.writePointer().assumingMemoryBound(to: Float.self)[0] = 5
    #expect(held.kernel.scalars == numbers && model.kernel.scalars[0] == 5)
    // Nobody else holds the new storage, so it is written where it is.
    let own = model.$kernel.writePointer()
    #expect(own == model.$kernel.writePointer())
  }

  @Test("behaviour 29: every key that is taken is counted") func keyCounts() {
    let rngs = Rngs(0)
    _ = Linear(2, 3, rngs: rngs)
    #expect(rngs["default"].count.scalar == 2)
    func step(_ rngs: Rngs) { _ = (rngs.dropout(), rngs.dropout()) }
    step(rngs)
    #expect(rngs["default"].count.scalar == 4)
    // A layer takes a stream of its own when it is made.
    let dropout = Dropout(0.5, rngs: rngs)
    _ = (dropout(Tensor<Float>.ones([3])), dropout(Tensor<Float>.ones([3])))
    #expect(rngs["default"].count.scalar == 5 && dropout.rngs!.count.scalar == 2)
  }

  final class Shared: Module {
    let first: Linear
    let second: Linear
    let norm1: BatchNorm
    let norm2: BatchNorm
    init() {
      let rngs = Rngs(0)
      first = Linear(3, 3, rngs: rngs)
      second = first
      (norm1, norm2) = (BatchNorm(3, rngs: rngs), BatchNorm(3, rngs: rngs))
    }
    func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { norm2(second(tanh(norm1(first(x))))) }
  }

  @Test("behaviour 30: training keeps what is shared shared, and what is not apart") func trainedSharing() {
    let model = Shared()
    let optimizer = Optimizer(model, Adam(learningRate: 0.01), wrt: Param.self)
    let x = normal(key(0), [8, 3])
    for _ in 0..<3 {
      optimizer.update(model, grad { (model: Shared) in ((model(x) - x) ** 2).mean() }(model))
    }
    #expect(model.first === model.second)
    #expect(state(optimizer).names.filter { $0.hasPrefix("mu") }.count == 6)
    #expect(model.norm1.mean != model.norm2.mean)
    let copy = merge(graphdef(model), state(model))
    #expect(copy.first === copy.second && copy.norm1 !== copy.norm2)
    #expect(state(copy) == state(model))
  }
}
