import Adjoint

// The functional API inside of compiled code: walks, paths, plain dictionaries, parts of states, filters, metadata. Each
// function has a pure twin over the same model. All arithmetic is by element, so that every run gives the same bits.

enum FormCountKind: VariableKind {}
typealias FormCount = VariableOf<FormCountKind, Int32>

final class FormLeaf: Module {
  @Param(metadata: ["axes": "rows"]) var w: Tensor<Float> = Tensor<Float>.zeros([3])
  @Param var bias: Tensor<Float>
  @BatchStat var seen: Tensor<Float>
  @FormCount var calls: Tensor<Int32>
  let scale: Float

  init(_ seed: Int, scale: Float) {
    w = normal(key(seed), [3])
    _bias = Param(wrappedValue: normal(key(seed + 100), [3]), metadata: ["axes": "none"])
    seen = Tensor<Float>.zeros([3])
    calls = Tensor<Int32>(0)
    self.scale = scale
  }

  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    seen = seen * 0.5 + x
    calls += 1
    sow("h", w * x)
    sow(FormCount.self, "calls", calls, combining: +)
    return w * x * scale + bias
  }
}

final class FormTree: Module {
  let branches: [FormLeaf]
  let named: [String: FormLeaf]
  /// The same object as the first branch.
  let tied: FormLeaf
  let held: Param?
  let missing: Param?
  /// Is added to what comes out of the branches.
  @Perturbation var shift: Tensor<Float>
  let rngs: Rngs

  init() {
    branches = [FormLeaf(1, scale: 0.5), FormLeaf(2, scale: 2)]
    named = ["b": FormLeaf(3, scale: 1), "a": FormLeaf(4, scale: 3)]
    tied = branches[0]
    held = Param(Tensor<Float>.ones([3]), metadata: ["axes": "columns"])
    missing = nil
    shift = Tensor<Float>.zeros([3])
    rngs = Rngs(params: 0, dropout: 1)
  }

  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    var h = x * held!.value
    for branch in branches { h = branch(h) }
    return tied(named["a"]!(h + shift) - named["b"]!(x))
  }
}

func formIteration(_ model: FormTree, @Shape(3) x: Tensor<Float>) -> Tensor<Float> {
  var order = 0
  for (path, module) in iterModules(model) {
    order += 1
    if let leaf = module as? FormLeaf {
      leaf.w = leaf.w * 0.5 + Float(order)
      if path.first == .name("named") { leaf.bias = leaf.bias - 1 }
      if case .index(let place)? = path.last { leaf.bias = leaf.bias * Float(place + 2) }
    }
  }
  var known = 0
  for (path, variable) in iterVariables(model) {
    if path.dotted.hasSuffix(".w") || path.count == 1 { known += 1 }
    if variable.kind == "BatchStat" { variable.value = (Tensor<Float>(variable.value) + Float(path.count)).erased }
  }
  return x * Float(known) + Float(findDuplicates(model)[0].count) * model.tied.w
}

func formDictionary(_ model: FormTree, @Shape(3) x: Tensor<Float>) throws -> Tensor<Float> {
  let all = state(model)
  var plain = all.pureDictionary
  let kernel = Tensor<Float>(plain["branches"]![1]!["w"]!.tensor!)
  plain["held"] = .tensor((kernel * x).erased)
  let changed: PureDictionary = ["named": .dictionary(["a": .dictionary(["bias": .tensor(x.erased)])])]
  let next = try all.replacing(with: plain).replacing(with: changed)
  update(model, next)
  let leaves = next.pureDictionary.restoringIndices.leaves
  return Tensor<Float>(leaves[0].value) * Float(leaves.count)
}

func formParts(_ model: FormTree, @Shape(3) x: Tensor<Float>) throws -> Tensor<Float> {
  let all = state(model)
  let parts = try all.partitioned([.pathContains("w"), .of(BatchStat.self), .rest])
  let floats = try parts[0].merging(parts[1])
  let doubled = map(floats, floats, floats) { a, b, c in a * 2 + b * c }
  update(model, try all.merging(doubled))
  let some = try all.partitioned([.paths("named.a"), .of(FormCount.self)], isExhaustive: false)
  return x * Float(some[0].count * 10 + some[1].count) + Tensor<Float>(all["named.a.w"]!)
}

func formPaths(_ model: FormTree, @Shape(3) x: Tensor<Float>) -> Tensor<Float> {
  let box = model.variable(at: "tied.w")!
  box.value = (Tensor<Float>(box.value) - x).erased
  if model.variable(at: "tied.nothing") == nil { model.held!.value += x }
  let leaf = model.module(at: "named.b") as! FormLeaf
  leaf.seen = leaf.seen + Float(box.shape[0])
  let root = model.module(at: "") as! FormTree
  return root.branches[0].w + leaf(x)
}

func formClone(_ model: FormTree, @Shape(3) x: Tensor<Float>) -> Tensor<Float> {
  let copy = clone(model)
  let first = copy(x)
  copy.tied.w = copy.tied.w * 3
  let y = model(x) - copy.branches[0].w
  return first * y + clone(copy).held!.value
}

func formGradients(_ model: FormTree, @Shape(3) x: Tensor<Float>) -> Tensor<Float> {
  let (definition, all) = split(model)
  let (changed, grads) = stateGradients(definition, all, x)
  update(model, changed)
  let stateful = grad(model, wrt: .all(.of(Param.self), .not(.pathContains("bias")))) { model in
    (model(x) * x).sum()
  }
  update(model, map(state(model, Filter("shared") { _, path in path.last == .name("w") }), grads) { p, g in p - g })
  return stateful.branches[0].w + stateful["held"].map { Tensor<Float>($0) }!
}

private func stateGradients(
  _ definition: GraphDef<FormTree>, _ all: State<FormTree>, _ x: Tensor<Float>
) -> (State<FormTree>, State<FormTree>) {
  let ((_, changed), grads) = valueAndGrad(all, wrt: .pathContains("w")) { all in
    let model = merge(definition, all)
    return (model(x).sum(), state(model, .not(Param.self)))
  }
  func loss(_ definition: GraphDef<FormTree>, _ all: State<FormTree>) -> Tensor<Float> {
    (merge(definition, all)(x) * 2).sum()
  }
  let twice = grad(loss, argnums: .second(.pathContains("w")))(definition, all)
  return (changed, map(grads, twice) { g, h in g * 0.25 + h })
}

func formAux(_ model: FormTree, @Shape(3) x: Tensor<Float>) -> Tensor<Float> {
  func loss(_ model: FormTree, _ x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
    let y = model(x)
    return ((y * y).sum(), y)
  }
  let (_, other) = split(model)
  func pair(_ a: State<FormTree>, _ b: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
    ((a.held! * b * b).sum(), a.held! + b)
  }
  let ((_, y), (byModel, byX)) = valueAndGrad(loss, argnums: (.first(.pathContains("bias")), .second))(model, x)
  let ((byState, byB), sum) = grad(pair, argnums: (.first(.paths("held")), .second))(other, x)
  update(model, map(state(model, .pathContains("bias")), byModel) { p, g in p - 0.125 * g })
  return y + byX * byState.held! + byB * sum
}

func formMetadata(_ model: FormTree, @Shape(3) x: Tensor<Float>) -> Tensor<Float> {
  var scale: Float = 1
  for (_, variable) in model.variables {
    if variable.metadata["axes"] == "rows" { variable.value = (Tensor<Float>(variable.value) + x).erased }
    if variable.metadata.isEmpty { scale += 1 }
  }
  let copy = clone(model)
  return x * scale * (copy.held!.variable.metadata["axes"] == "columns" ? 2 : 3)
}

func formSown(_ model: FormTree, @Shape(3) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Int32>) {
  let ((_, grads), shown) = capture(model, Intermediate.self, FormCount.self) { model in
    valueAndGrad(model) { model in (model(x) + model(x)).sum() }
  }
  let twice = shown["branches.0.h"]
  let sum = shown.values("branches.0.calls", of: Int32.self)[0]
  return (twice[0] + twice[3] + grads.held! + shown.filter(Intermediate.self)["named.a.h"][1], sum)
}

func formEquality(_ model: FormTree, @Shape(3) x: Tensor<Float>) -> Tensor<Float> {
  let (definition, all) = split(model)
  let copy = merge(definition, all)
  let other = FormTree()
  let same = definition == graphdef(copy) && graphdef(clone(model)) == graphdef(other)
  let leaf = graphdef(model.branches[0])
  let differs = leaf != graphdef(model.branches[1]) && leaf == graphdef(model.tied)
  model.tied.bias = model.tied.bias + (differs ? 1 : 0)
  return same ? x * 2 : x
}

func formStreams(_ model: FormTree, @Shape(3) x: Tensor<Float>) -> Tensor<Float> {
  let noise = model.rngs.dropout.uniform([3])
  reseed(model, ["dropout": 7])
  let forked = model.rngs.fork()
  let mine = state(model, .stream("dropout"))
  let others = state(model, .all(.of(RngKey.self), .not(.stream("dropout"))))
  let draws = x * noise + forked.params.uniform([3]) + model.rngs.dropout.uniform([3])
  return draws * Float(mine.count * 10 + others.count)
}

/// The gradient by a value on the model's way, of which the code keeps zeros.
func formPerturbed(_ model: FormTree, @Shape(3) x: Tensor<Float>) -> Tensor<Float> {
  let (definition, all) = split(model)
  let stateful = grad(model, wrt: Perturbation.self) { model in (model(x) * x).sum() }
  let pure = grad(all, wrt: Perturbation.self) { all in (merge(definition, all)(x) * 2).sum() }
  return stateful.shift * 0.5 + pure.shift
}

// The pure twins: a state goes in, the next one comes out.

func formIterationPure(
  _ graphdef: GraphDef<FormTree>, _ state: State<FormTree>, @Shape(3) x: Tensor<Float>
) -> (State<FormTree>, Tensor<Float>) {
  let model = merge(graphdef, state)
  let y = formIteration(model, x: x)
  return (Adjoint.state(model), y)
}

func formDictionaryPure(
  _ graphdef: GraphDef<FormTree>, _ state: State<FormTree>, @Shape(3) x: Tensor<Float>
) throws -> (State<FormTree>, Tensor<Float>) {
  let model = merge(graphdef, state)
  let y = try formDictionary(model, x: x)
  return (Adjoint.state(model), y)
}

func formPartsPure(
  _ graphdef: GraphDef<FormTree>, _ state: State<FormTree>, @Shape(3) x: Tensor<Float>
) throws -> (State<FormTree>, Tensor<Float>) {
  let model = merge(graphdef, state)
  let y = try formParts(model, x: x)
  return (Adjoint.state(model), y)
}

func formPathsPure(
  _ graphdef: GraphDef<FormTree>, _ state: State<FormTree>, @Shape(3) x: Tensor<Float>
) -> (State<FormTree>, Tensor<Float>) {
  let model = merge(graphdef, state)
  let y = formPaths(model, x: x)
  return (Adjoint.state(model), y)
}

func formClonePure(
  _ graphdef: GraphDef<FormTree>, _ state: State<FormTree>, @Shape(3) x: Tensor<Float>
) -> (State<FormTree>, Tensor<Float>) {
  let model = merge(graphdef, state)
  let y = formClone(model, x: x)
  return (Adjoint.state(model), y)
}

func formGradientsPure(
  _ graphdef: GraphDef<FormTree>, _ state: State<FormTree>, @Shape(3) x: Tensor<Float>
) -> (State<FormTree>, Tensor<Float>) {
  let model = merge(graphdef, state)
  let y = formGradients(model, x: x)
  return (Adjoint.state(model), y)
}

func formAuxPure(
  _ graphdef: GraphDef<FormTree>, _ state: State<FormTree>, @Shape(3) x: Tensor<Float>
) -> (State<FormTree>, Tensor<Float>) {
  let model = merge(graphdef, state)
  let y = formAux(model, x: x)
  return (Adjoint.state(model), y)
}

func formMetadataPure(
  _ graphdef: GraphDef<FormTree>, _ state: State<FormTree>, @Shape(3) x: Tensor<Float>
) -> (State<FormTree>, Tensor<Float>) {
  let model = merge(graphdef, state)
  let y = formMetadata(model, x: x)
  return (Adjoint.state(model), y)
}

func formSownPure(
  _ graphdef: GraphDef<FormTree>, _ state: State<FormTree>, @Shape(3) x: Tensor<Float>
) -> (State<FormTree>, Tensor<Float>, Tensor<Int32>) {
  let model = merge(graphdef, state)
  let (y, calls) = formSown(model, x: x)
  return (Adjoint.state(model), y, calls)
}

func formEqualityPure(
  _ graphdef: GraphDef<FormTree>, _ state: State<FormTree>, @Shape(3) x: Tensor<Float>
) -> (State<FormTree>, Tensor<Float>) {
  let model = merge(graphdef, state)
  let y = formEquality(model, x: x)
  return (Adjoint.state(model), y)
}

func formStreamsPure(
  _ graphdef: GraphDef<FormTree>, _ state: State<FormTree>, @Shape(3) x: Tensor<Float>
) -> (State<FormTree>, Tensor<Float>) {
  let model = merge(graphdef, state)
  let y = formStreams(model, x: x)
  return (Adjoint.state(model), y)
}

func formPerturbedPure(
  _ graphdef: GraphDef<FormTree>, _ state: State<FormTree>, @Shape(3) x: Tensor<Float>
) -> (State<FormTree>, Tensor<Float>) {
  let model = merge(graphdef, state)
  let y = formPerturbed(model, x: x)
  return (Adjoint.state(model), y)
}
