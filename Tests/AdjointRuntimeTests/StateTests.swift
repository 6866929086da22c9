import AdjointRuntime
import Testing

@Suite struct StateTests {
  @Test func leavesComeInAttributeOrderAndSharedOnesOnce() {
    let state = state(House())
    #expect(
      state.names == [
        "again.bias", "again.kernel", "any.0.bias", "any.0.kernel", "any.1.weight", "bias", "layers.0.bias",
        "layers.0.kernel", "layers.2.bias", "layers.2.kernel", "mean", "named.a.bias", "named.a.kernel",
        "named.b.bias", "named.b.kernel", "some.bias", "some.kernel", "mu.kernel", "visits",
      ])
    #expect(state.layout.entries.map(\.kind)[10] == "BatchStat")
    #expect(state.layout.entries.last?.kind == "Visits")
  }

  @Test func twelveElementsAreInNumericOrder() {
    final class Tower: Module {
      let layers = (0..<12).map { Layer($0 + 1) }
    }
    #expect(state(Tower(), Param.self).names.filter { $0.hasSuffix("bias") } == (0..<12).map { "layers.\($0).bias" })
  }

  @Test func typedAccess() {
    let model = House()
    model.layers[2].bias = Tensor([3, 4])
    var state = state(model)
    #expect(state.zebra.kernel == Tensor(repeating: 1, shape: [3, 2]))
    #expect(state.zebra == state.again)
    #expect(state.layers[2].bias == Tensor([3, 4]))
    #expect(state.some?.kernel.shape == [7, 2])
    #expect(state.none == nil)
    #expect(state.bias == Tensor([1, 2]))
    #expect(state.noBias == nil)
    #expect(state.visits.scalar == 3)
    // The shared layer is one, by whichever name it is written.
    state.zebra.bias = Tensor([8, 9])
    #expect(state.again.bias == Tensor([8, 9]))
    #expect(model.zebra.bias != Tensor([8, 9]))
    #expect(state["again.bias"] == Tensor<Float>([8, 9]).erased)
  }

  @Test func splitAndMergeAreInverse() {
    let model = House()
    let (graphdef, values) = split(model)
    let merged = merge(graphdef, values)
    #expect(state(merged) == values)
    #expect(split(merged).0 == graphdef)
    #expect(split(merged).0.hashValue == graphdef.hashValue)
    #expect(merged.zebra === merged.again)
    #expect(merged.layers[1] === merged.zebra)
    #expect(merged.zebra !== model.zebra)
    #expect(merged.mode == .train)
    #expect(merged.names == ["a"])
    #expect(merged.function(1) == 2)
    #expect(merged.none == nil)
    #expect(merged.any[1] is Leaf)
    #expect(merged.table.entries[0].label == "mu.kernel")
  }

  @Test func aStructureKeepsWhatTheModelWas() {
    let model = House()
    let (graphdef, values) = split(model)
    model.mode = .evaluate
    model.visits = Tensor(9)
    let merged = merge(graphdef, values)
    #expect(merged.mode == .train)
    #expect(merged.visits.scalar == 3)
    #expect(split(model).0 != graphdef)
  }

  @Test func structuresCompareByConfiguration() {
    #expect(GraphDef(of: House()) == GraphDef(of: House()))
    #expect(GraphDef(of: House(names: ["b"])) != GraphDef(of: House()))
    #expect(GraphDef(of: Layer(2)) != GraphDef(of: Layer(3)))
    let apart = House()
    apart.rate = 0.25
    #expect(GraphDef(of: apart) != GraphDef(of: House()))
  }

  @Test func structuresDescribeThemselves() {
    let ring = Ring(1)
    ring.next = ring
    #expect(
      GraphDef(of: ring).description.hasSuffix(".Ring() also at next\nvalue: Param f32[]"),
      "\(GraphDef(of: ring))")
    ring.next = nil
    #expect(
      GraphDef(of: Layer(2)).description.contains(".Layer(width: 2)\nbias: Param f32[2]\nkernel: Param f32[2, 2]"))
  }

  @Test func cyclesAreKept() {
    let (first, second) = (Ring(1), Ring(2))
    first.next = second
    second.next = first
    let (graphdef, values) = split(first)
    #expect(values.names == ["next.value", "value"])
    let merged = merge(graphdef, values)
    #expect(merged.next?.next === merged)
    #expect(merged.value.scalar == 1)
    first.next = nil
    merged.next = nil
  }

  @Test func tiedVariablesStayTied() {
    let model = Tied(1)
    #expect(state(model).names == ["first"])
    #expect(state(model).second == Tensor([1]))
    let copy = clone(model)
    copy.second = Tensor([5])
    #expect(copy.first == Tensor([5]))
    #expect(model.first == Tensor([1]))
  }

  @Test func inheritedAttributesCount() {
    let model = Derived()
    #expect(state(model).names == ["added", "inherited"])
    let copy = clone(model)
    copy.inherited = Tensor([7])
    #expect(model.inherited == Tensor([1]))
    #expect(copy.added == Tensor([2]))
  }

  @Test func clonesLiveAndDieAlone() {
    final class Counted: Module {
      @Param var value: Tensor<Float> = Tensor([1])
      let token: Token
      init(_ token: Token) { self.token = token }
    }
    final class Token: Sendable {}
    weak var watched: Token?
    weak var clonedModel: Counted?
    do {
      let model = Counted(Token())
      watched = model.token
      for _ in 0..<100 {
        let copy = clone(model)
        #expect(copy.token === model.token)
        clonedModel = copy
      }
      #expect(clonedModel == nil)
      #expect(watched != nil)
    }
    #expect(watched == nil)
  }

  @Test func filters() {
    let model = House()
    #expect(state(model, BatchStat.self).names == ["mean"])
    #expect(state(model, .any(BatchStat.self, Visits.self)).names == ["mean", "visits"])
    #expect(state(model, .all(.of(Param.self), .pathContains("layers"))).count == 4)
    #expect(state(model, .not(Param.self)).names == ["mean", "mu.kernel", "visits"])
    #expect(state(model, .paths("named.a", "visits")).names == ["named.a.bias", "named.a.kernel", "visits"])
    #expect(state(model, Cache.self).count == 0)
    let (_, parameters, stats, rest) = split(model, Param.self, BatchStat.self, .rest)
    #expect(parameters.count == 16)
    #expect(stats.names == ["mean"])
    #expect(rest.names == ["mu.kernel", "visits"])
    #expect(merge(split(model).0, parameters, stats, rest).visits.scalar == 3)
  }

  @Test func filtersMustTakeEverything() async {
    await #expect(processExitsWith: .failure) { _ = split(House(), Param.self, BatchStat.self) }
    await #expect(processExitsWith: .failure) { _ = split(House(), Filter.rest, Filter.of(Param.self)) }
  }

  @Test func updateChangesInPlaceOrNotAtAll() throws {
    let model = Layer(3)
    var values = state(model)
    values.kernel = Tensor(repeating: 4, shape: [3, 2])
    update(model, values)
    #expect(model.kernel[2, 1] == 4)
    update(model, values.filter(.paths("bias")))
    #expect(model.kernel[2, 1] == 4)

    // A wrong shape and an unknown name are both told, and nothing changes.
    let before = state(model)
    let wrong = state(Layer(2))
    let error = try #require(throws: AdjointError.self) { try wrong.apply(to: model) }
    #expect(error.description == "update: kernel: is f32[2, 2], f32[3, 2] was expected")
    #expect(state(model) == before)
    let ring = Ring(1)
    ring.next = Ring(2)
    let unknown = #expect(throws: AdjointError.self) { try state(ring).apply(to: Ring(5)) }
    #expect(unknown?.problems == ["next.value: Ring has no such variable"])
  }

  @Test func mergeNamesWhatIsMissing() {
    let (graphdef, values) = split(Layer(3))
    let error = #expect(throws: AdjointError.self) { try graphdef.merged(with: [values.filter(.paths("bias"))]) }
    #expect(error?.problems == ["kernel: missing"])
    let twice = #expect(throws: AdjointError.self) {
      try graphdef.merged(with: [values, values.filter(.paths("bias"))])
    }
    #expect(twice?.problems == ["bias: given twice"])
  }

  @Test func mapsNeedTheSameNames() async {
    let (first, second) = (state(Layer(3)), state(Layer(3, 3)))
    let sum = map(first, second) { a, b in
      Tensor(shape: a.shape, zip(a.scalars, b.scalars).map { $0 + $1 })
    }
    #expect(sum.bias == Tensor([2, 2]))
    await #expect(processExitsWith: .failure) {
      _ = map(state(Layer(3)), state(Layer(3), .paths("bias"))) { a, _ in a }
    }
  }

  @Test func namesThatAreNotUniqueAreRefused() async {
    final class Dotted: Module {
      let named: [String: Layer] = ["a.b": Layer(1)]
      let deep: [String: Layer] = ["x": Layer(1)]
    }
    #expect(state(Dotted()).names.contains("named.a.b.kernel"))
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      final class Inner: Module { let b = Layer(1) }
      final class Twice: Module { let named: [String: any Module] = ["a.b": Layer(1), "a": Inner()] }
      _ = state(Twice())
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("two variables of Twice are called named.a.b.bias"))
  }

  @Test func aFilterCalledRestIsNotTheRest() throws {
    let layers = Filter("rest") { _, path in path.first?.description == "layers" }
    #expect(try state(House()).partitioned([layers, .rest])[0].count == 4)
  }

  @Test func lazyModulesHaveTheirNames() {
    final class Late: Module {
      lazy var layer = Layer(2)
      let first = Leaf()
    }
    let model = Late()
    #expect(state(model).names == ["first.weight"])
    model.layer.bias = Tensor([3, 4])
    #expect(state(model).names == ["first.weight", "layer.bias", "layer.kernel"])
    #expect(merge(graphdef(model), state(model)).layer.bias == Tensor([3, 4]))
  }

  @Test func modulesHiddenInOtherObjectsAreRefused() async {
    class Plain {
      let numbers: [Float] = [1, 2]
      let names = ["a": ["b"]]
      var me: Plain?
      let work: () -> Void = {}
    }
    final class Holding: Module {
      let plain = Plain()
      let layer = Layer(1)
    }
    let model = Holding()
    model.plain.me = model.plain
    #expect(state(model).names == ["layer.bias", "layer.kernel"])
    #expect(clone(model).plain === model.plain)
    model.plain.me = nil
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      struct Pair { let label = 1, layers: [Layer] = [Layer(1)] }
      class Base { let pair: Pair? = Pair() }
      final class Helper: Base { let me = 1 }
      final class Hiding: Module { let helper = Helper() }
      _ = state(Hiding())
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("Hiding.helper is a Helper, which is no Module"))
    #expect(message.contains("a module in pair"))
  }

  @Test func modulesHiddenInStructsAreRefused() async {
    await #expect(processExitsWith: .failure) {
      struct Box { let layer = Layer(1) }
      final class Hiding: Module { let box = Box() }
      _ = state(Hiding())
    }
  }
}
