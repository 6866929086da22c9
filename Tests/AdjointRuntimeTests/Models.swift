import AdjointRuntime

/// Two parameters and a static attribute.
final class Layer: Module {
  @Param var kernel: Tensor<Float>
  @Param var bias: Tensor<Float>
  let width: Int

  init(_ width: Int, _ value: Float = 1) {
    self.width = width
    kernel = Tensor(repeating: value, shape: [width, 2])
    bias = Tensor(repeating: value / 2, shape: [2])
  }
}

enum VisitsKind: VariableKind {}
typealias Visits = VariableOf<VisitsKind, Int32>

enum Mode: Hashable { case train, evaluate }

/// Something of everything: sharing, arrays, optionals, dictionaries, tables, static attributes.
final class House: Module {
  let zebra: Layer
  let again: Layer
  let layers: [Layer]
  let any: [any Module]
  let named: [String: Layer]
  let none: Layer?
  let some: Layer?
  let bias: Param?
  let noBias: Param?
  let table: VariableTable
  @Visits var visits: Tensor<Int32>
  @BatchStat var mean: Tensor<Float>
  var mode = Mode.train
  var rate: Float = 0.5
  let names: [String]
  let function: (Float) -> Float

  init(names: [String] = ["a"]) {
    let shared = Layer(3)
    zebra = shared
    again = shared
    layers = [Layer(1), shared, Layer(2, 5)]
    any = [Layer(4), Leaf()]
    named = ["b": Layer(5), "a": Layer(6)]
    none = nil
    some = Layer(7)
    bias = Param(Tensor([1, 2]))
    noBias = nil
    table = VariableTable([.init("mu.kernel", Variable(kind: "OptState", Tensor<Float>([7, 8]).erased))])
    visits = Tensor(3)
    mean = Tensor([0.5])
    self.names = names
    function = { $0 + 1 }
  }
}

final class Leaf: Module {
  @Param var weight: Tensor<Float>

  init() { weight = Tensor(9) }
}

/// Refers to itself.
final class Ring: Module {
  @Param var value: Tensor<Float>
  var next: Ring?

  init(_ value: Float) { self.value = Tensor(value) }
}

/// Two attributes for one variable.
final class Tied: Module {
  @Param var first: Tensor<Float>
  @Param var second: Tensor<Float>

  init(_ value: Float) {
    let box = Param(Tensor([value]))
    _first = box
    _second = box
  }
}

class Base: Module {
  @Param var inherited: Tensor<Float>

  init() { inherited = Tensor([1]) }
}

final class Derived: Base {
  @Param var added: Tensor<Float>

  override init() {
    added = Tensor([2])
    super.init()
  }
}
