import Adjoint
import Testing

/// What a stopped process has said.
func message(_ result: ExitTest.Result?) -> String {
  String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
}

/// Graphs and states. The numbers are those of Documentation/behaviours.md.
@Suite struct StateBehaviours1To17 {
  final class Block: Module {
    let linear: Linear
    init(_ linear: Linear) { self.linear = linear }
  }

  final class Pair: Module {
    let block2: Block
    let block1: Block
    init(_ first: Block, _ second: Block) { (block1, block2) = (first, second) }
  }

  @Test("behaviour 1: a shared sub-model is kept once, under its first path by name") func shared() {
    let linear = Linear(2, 3, rngs: Rngs(0))
    let pair = Pair(Block(linear), Block(linear))
    let (definition, values) = split(pair)
    #expect(values.names == ["block1.linear.bias", "block1.linear.kernel"])
    let copy = merge(definition, values)
    #expect(copy.block1.linear === copy.block2.linear)
    #expect(copy.block1.linear !== linear)
  }

  final class Ring: Module {
    @Param var weight: Tensor<Float>
    var me: Ring?
    init() { weight = Tensor<Float>([1]) }
  }

  @Test("behaviour 2: a cycle survives split and merge") func cycle() {
    let ring = Ring()
    ring.me = ring
    let (definition, values) = split(ring)
    #expect(values.names == ["weight"])
    let copy = merge(definition, values)
    #expect(copy.me === copy)
    let twin = clone(ring)
    #expect(twin.me === twin && twin !== ring)
    (ring.me, copy.me, twin.me) = (nil, nil, nil)
  }

  @Test("behaviour 2: what a cycle's state and structure keep goes away with them") func cyclesDoNotLeak() {
    final class Token: Sendable {}
    final class Link: Module {
      @Param var weight: Tensor<Float> = Tensor<Float>(1)
      let token: Token
      var next: Link?
      var list: [Link] = []
      var named: [String: Link] = [:]
      init(_ token: Token) { self.token = token }
    }
    weak var watched: Token?
    do {
      let token = Token()
      watched = token
      let (first, second) = (Link(token), Link(token))
      (first.next, second.list, second.named["back"]) = (second, [first], first)
      let (definition, values) = split(first)
      #expect(values.names == ["next.weight", "weight"])
      // A part of the state keeps the whole structure for as long as it is there itself.
      let part = values.filter(.paths("next"))
      #expect(part.names == ["next.weight"] && definition.layout.entries.count == 2)
      (first.next, second.list, second.named) = (nil, [], [:])
    }
    #expect(watched == nil)
  }

  @Test("behaviour 3: sharing is kept everywhere, and named by both paths on request") func oneMode() {
    let linear = Linear(2, 3, rngs: Rngs(0))
    let paths = findDuplicates(Pair(Block(linear), Block(linear))).map { $0.map(\.dotted) }
    #expect(paths == [["block1.linear", "block2.linear"]])
  }

  final class Weights: Module {
    let a: [Param]
    let b: Param
    init() {
      let (p, q) = (Param(Tensor<Float>(1)), Param(Tensor<Float>(2)))
      a = [p, q]
      b = p
    }
  }

  @Test("behaviour 4: gradients of a shared variable add up in one leaf, and an update reaches every place")
  func sharedVariable() {
    let weights = Weights()
    let grads = grad { (w: Weights) in w.a[0].value + w.a[1].value + w.b.value }(weights)
    #expect(grads.names == ["a.0", "a.1"])
    #expect(grads.leaves.map { Tensor<Float>($0.value).scalar } == [2, 1])
    update(weights, grads)
    #expect(weights.a[0].value.scalar == 2 && weights.b.value.scalar == 2 && weights.a[1].value.scalar == 1)
  }

  @Test("behaviour 5: a tied weight's gradient is the sum, by model and by state alike") func tied() {
    let weights = Weights()
    func loss(_ w: Weights) -> Tensor<Float> { w.a[0].value * 3 + w.b.value * 4 }
    #expect(Tensor<Float>(grad(loss)(weights)["a.0"]!).scalar == 7)
    let (definition, values) = split(weights)
    func pureLoss(_ definition: GraphDef<Weights>, _ values: State<Weights>) -> Tensor<Float> {
      loss(merge(definition, values))
    }
    #expect(Tensor<Float>(grad(pureLoss, argnums: .second)(definition, values)["a.0"]!).scalar == 7)
  }

  final class Net: Module {
    let linear: Linear
    let norm: BatchNorm
    let dropout: Dropout
    init() {
      let rngs = Rngs(0)
      linear = Linear(2, 3, rngs: rngs)
      norm = BatchNorm(3, rngs: rngs)
      dropout = Dropout(0.5, rngs: rngs)
    }
    func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { dropout(norm(linear(x))) }
  }

  @Test("behaviour 6: filters must be exhaustive; .rest makes them so") func exhaustive() {
    let model = Net()
    let error = #expect(throws: AdjointError.self) {
      try state(model).partitioned([.of(Param.self), .of(BatchStat.self)])
    }
    #expect(error?.description.contains("not exhaustive: none means dropout.rngs.count (RngCount)") == true)
    let (_, parameters, statistics, rest) = split(model, Param.self, BatchStat.self, .rest)
    #expect(parameters.names == ["linear.bias", "linear.kernel", "norm.bias", "norm.scale"])
    #expect(statistics.names == ["norm.mean", "norm.variance"])
    #expect(rest.names == ["dropout.rngs.count", "dropout.rngs.key"])
    let (_, parts) = split(
      model, filters: [.of(RngKey.self), .pathContains("norm"), .of(RngCount.self), .of(Param.self)])
    #expect(parts.map(\.count) == [1, 4, 1, 2])
  }

  @Test("behaviour 6: split stops where filters are not exhaustive") func exhaustiveStop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = split(Net(), Param.self, BatchStat.self)
    }
    #expect(message(result).contains("the filters are not exhaustive"))
  }

  @Test("behaviour 7: .rest before another filter is refused") func restLast() {
    let error = #expect(throws: AdjointError.self) { try state(Net()).partitioned([.rest, .of(Param.self)]) }
    #expect(error?.description == "split: .rest must be the last filter, it is number 1 of 2")
  }

  @Test("behaviour 8: merge names every variable that is missing, given twice or unknown") func mergeCounts() {
    let (definition, values) = split(Linear(2, 3, rngs: Rngs(0)))
    let missing = #expect(throws: AdjointError.self) {
      try definition.merged(with: [values.filter(.pathContains("bias"))])
    }
    #expect(missing?.description == "merge: kernel: missing")
    let twice = #expect(throws: AdjointError.self) { try definition.merged(with: [values, values]) }
    #expect(twice?.problems == ["bias: given twice", "kernel: given twice"])
    let bare = graphdef(Linear(2, 3, useBias: false, rngs: Rngs(0)))
    let unknown = #expect(throws: AdjointError.self) { try bare.merged(with: [values]) }
    #expect(unknown?.description == "merge: bias: Linear has no such variable")
  }

  @Test("behaviour 8: merge stops where a variable is missing") func mergeStop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (definition, values) = split(Linear(2, 3, rngs: Rngs(0)))
      _ = merge(definition, values.filter(.pathContains("bias")))
    }
    #expect(message(result).contains("merge: kernel: missing"))
  }

  @Test("behaviour 9: of several filters the first that means a variable takes it") func firstMatch() {
    let parts = state(Net(), filters: [.pathContains("bias"), .of(Param.self)])
    #expect(parts.map(\.names) == [["linear.bias", "norm.bias"], ["linear.kernel", "norm.scale"]])
    let all = state(Net(), filters: [.pathContains("bias"), .rest])
    #expect(all[0].names == ["linear.bias", "norm.bias"] && all[0].count + all[1].count == state(Net()).count)
  }

  final class Shows: Module {
    let linear: Linear
    var last: Intermediate?
    var seen: [String: Intermediate] = [:]
    var all: [Intermediate] = []
    init() { linear = Linear(2, 3, rngs: Rngs(0)) }
    func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
      let y = linear(x)
      let shown = Intermediate(y)
      (last, seen["h"]) = (shown, shown)
      all = [shown, Intermediate(x)]
      return y
    }
  }

  @Test("behaviour 10: pop takes variables out, shared ones once; the second time there are none") func popping() {
    let model = Shows()
    let y = model(Tensor<Float>([[1, 2]]))
    let popped = pop(model, Intermediate.self)
    #expect(popped.names == ["all.0", "all.1"])
    #expect(popped["all.0"].map { Tensor<Float>($0) } == y)
    #expect(model.last == nil && model.seen.isEmpty && model.all.isEmpty)
    #expect(pop(model, Intermediate.self).count == 0)
    #expect(state(model).names == ["linear.bias", "linear.kernel"])
  }

  @Test("behaviour 10: pop refuses what is part of an object for good") func popStop() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = pop(Net(), BatchStat.self)
    }
    #expect(message(result).contains("norm.mean is part of every BatchNorm"))
  }

  @Test("behaviour 11: an unknown name or another shape in update is refused, and nothing changes") func strictUpdate()
  {
    let model = Linear(2, 3, rngs: Rngs(0))
    let before = state(model)
    let wide = state(Linear(2, 4, rngs: Rngs(0)))
    let shapes = #expect(throws: AdjointError.self) { try wide.apply(to: model) }
    #expect(shapes?.problems.count == 2)
    let bare = Linear(2, 3, useBias: false, rngs: Rngs(0))
    let unknown = #expect(throws: AdjointError.self) { try before.apply(to: bare) }
    #expect(unknown?.description == "update: bias: Linear has no such variable")
    #expect(state(model) == before)
  }

  @Test("behaviour 12: a clone has its own variables, and its numbers in memory of their own once written")
  func cloning() {
    let model = Linear(2, 3, rngs: Rngs(0))
    let copy = clone(model)
    #expect(state(copy) == state(model))
    #expect(copy.$kernel !== model.$kernel)
    let before = model.kernel
    copy.$kernel.writePointer().assumingMemoryBound(to: Float.self)[0] = 99
    #expect(model.kernel == before && copy.kernel != before)
    copy.bias!.value = Tensor<Float>([1, 2, 3])
    #expect(model.bias!.value == Tensor<Float>.zeros([3]))
  }

  @Test("behaviour 13: graph definitions compare by configuration, statics and metadata") func definitions() {
    func definition(_ layer: Linear) -> GraphDef<Linear> { graphdef(layer) }
    let one = definition(Linear(2, 3, rngs: Rngs(0)))
    let same = definition(Linear(2, 3, rngs: Rngs(1)))
    #expect(one == same && one.hashValue == same.hashValue)
    #expect(one != definition(Linear(2, 3, useBias: false, rngs: Rngs(0))))
    #expect(graphdef(Dropout(0.5, rngs: Rngs(0))) != graphdef(Dropout(0.4, rngs: Rngs(0))))
    final class Noted: Module {
      let weight: Param
      init(_ note: String) { weight = Param(Tensor<Float>(1), metadata: ["axes": note]) }
    }
    #expect(graphdef(Noted("rows")) == graphdef(Noted("rows")))
    #expect(graphdef(Noted("rows")) != graphdef(Noted("columns")))
    #expect(merge(graphdef(Noted("rows")), state(Noted("rows"))).weight.variable.metadata == ["axes": "rows"])
    // What is said later counts too, and what was made before keeps what was said then.
    let noted = Noted("rows")
    let before = graphdef(noted)
    setMetadata(noted, Param.self, ["axes": "columns", "unit": "m"])
    #expect(noted.weight.variable.metadata == ["axes": "columns", "unit": "m"] && graphdef(noted) != before)
    #expect(clone(noted).weight.variable.metadata == noted.weight.variable.metadata)
    #expect(merge(before, state(noted)).weight.variable.metadata == ["axes": "rows"])
    setMetadata(noted, .pathContains("weight"), ["axes": "rows", "unit": nil])
    #expect(graphdef(noted) == before && graphdef(noted).hashValue == before.hashValue)
    setMetadata(noted, BatchStat.self, ["axes": "none"])
    #expect(graphdef(noted) == before)
  }

  final class Many: Module {
    let items: [Param]
    init(_ count: Int) { items = (0..<count).map { Param(Tensor<Float>(Float($0))) } }
  }

  @Test("behaviour 14: arrays are in the order of their places, 2 before 10") func arrayOrder() {
    let values = state(Many(12))
    #expect(values.names == (0..<12).map { "items.\($0)" })
    #expect(values.leaves.map { Tensor<Float>($0.value).scalar } == (0..<12).map { Float($0) })
  }

  @Test("behaviour 15: plain dictionaries and back; places stay numbers") func dictionaries() throws {
    let model = Many(12)
    let plain = state(model).pureDictionary
    #expect(plain["items"]?[11]?.tensor.map { Tensor<Float>($0).scalar } == 11)
    #expect(plain["items"]?["11"] == nil)
    let doubled = map(state(model)) { $0 * 2 }
    #expect(try state(model).replacing(with: doubled.pureDictionary) == doubled)
    // A format that has only names in its dictionaries.
    var names: PureDictionary = [:]
    for index in 0..<12 { names[.name(String(index))] = plain["items"]![.index(index)]! }
    let restored = PureDictionary(uniqueKeysWithValues: [("items", .dictionary(names))]).restoringIndices
    #expect(restored == plain)
    let unknown = #expect(throws: AdjointError.self) {
      try state(model).replacing(with: [
        "items": .dictionary([12: plain["items"]![0]!, 0: .tensor(Tensor<Float>([1]).erased)])
      ])
    }
    #expect(
      unknown?.problems == ["items.0: is f32[1], f32[] was expected", "items.12: the state has no such variable"])
    let optimizer = Optimizer(Linear(2, 3, rngs: Rngs(0)), Adam(learningRate: 0.1), wrt: Param.self)
    #expect(state(optimizer).pureDictionary["mu"]?["kernel"]?.tensor?.shape == [2, 3])
    #expect(try state(optimizer).replacing(with: state(optimizer).pureDictionary) == state(optimizer))
  }

  @Test("behaviour 16: duplicates are found with all their paths") func duplicates() {
    final class Holder: Module {
      let a: Linear
      let b: Linear
      init(_ linear: Linear) { (a, b) = (linear, linear) }
    }
    #expect(findDuplicates(Holder(Linear(1, 1, rngs: Rngs(0)))).map { $0.map(\.dotted) } == [["a", "b"]])
    #expect(findDuplicates(Weights()).map { $0.map(\.dotted) } == [["a.0", "b"]])
    #expect(findDuplicates(Net()).isEmpty)
  }

  @Test("behaviour 17: modules come children first, by name, the model last") func iteration() {
    let model = Net()
    let modules = iterModules(model)
    #expect(modules.map(\.path.dotted) == ["dropout.rngs", "dropout", "linear", "norm", ""])
    #expect(modules.last?.module === model)
    let nested = Pair(Block(Linear(1, 1, rngs: Rngs(0))), Block(Linear(1, 1, rngs: Rngs(0))))
    #expect(
      iterModules(nested).map(\.path.dotted) == ["block1.linear", "block1", "block2.linear", "block2", ""])
    #expect(model.module(at: "dropout.rngs") === model.dropout.rngs)
    #expect(model.variable(at: "linear.kernel") === model.linear.$kernel)
    #expect(model.module(at: "") === model && model.variable(at: "nowhere") == nil)
    #expect(iterVariables(model).map(\.path.dotted) == state(model).names)
  }
}
