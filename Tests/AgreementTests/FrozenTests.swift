import Adjoint
import AdjointEmit
import AdjointIR
import AdjointSchedule
import AdjointTransforms
import Testing

/// What `wrt:` leaves out is never written and costs no backward work.
@Suite struct FrozenTests {
  private func function(_ name: String) throws -> Harness.Function {
    try #require(try Harness.frozen.get().functions.first { $0.entry.name == name })
  }

  /// The C of one function alone.
  private func kernels(_ name: String) throws -> String {
    let entry = try function(name).entry
    let schedules = try entry.specialisations.map { try makeSchedule(try simplify(try expandDerivatives($0.program))) }
    let scheduled = ScheduledEntryPoint(entryPoint: entry, schedules: schedules)
    let files = try emitC(module: "Frozen", source: "FrozenFunctions.swift", [scheduled]).files
    return try #require(files.first { $0.path.hasSuffix(".kernels.h") }).text
  }

  /// The values that kernels compute, by their names in the C.
  private func computed(_ name: String) throws -> Set<String> {
    let lines = try kernels(name).split(separator: "\n").filter { $0.hasPrefix("// ") && $0.contains("] = ") }
    return Set(lines.map { String($0.dropFirst(3).prefix { $0 != "[" }) })
  }

  private func products(_ name: String) throws -> Int {
    let program = try simplify(try function(name).program)
    return program.body.operations.count { $0.op is DotGeneral }
  }

  @Test("the kernels of a step with frozen parameters hold no gradient of theirs")
  func gradients() throws {
    let hidden: Set = ["d_hidden", "d_hidden_bias", "d_hidden_kernel"]
    let output: Set = ["d_output_bias", "d_output_kernel"]
    let all = try computed("trainEverything")
    #expect(all.isSuperset(of: hidden) && all.isSuperset(of: output), "\(all.sorted())")
    for name in ["trainHead", "trainHeadOnly", "trainHeadPure"] {
      let found = try computed(name)
      #expect(found.isSuperset(of: output) && found.isDisjoint(with: hidden), "\(name): \(found.sorted())")
    }
    let body = try computed("trainBody")
    #expect(body.isSuperset(of: hidden) && body.isDisjoint(with: output), "\(body.sorted())")
  }

  @Test("a frozen layer costs no product of matrices that its gradient would need")
  func work() throws {
    // Forward 2; backward one for each kernel's gradient, and one to pass the second layer.
    #expect(try products("trainEverything") == 5)
    #expect(try products("trainHead") == 3 && products("trainHeadOnly") == 3 && products("trainHeadPure") == 3)
    #expect(try products("trainBody") == 4)
  }

  @Test("frozen parameters stay as they are to the bit; the rest is trained as before")
  func bits() throws {
    let harness = try Harness.frozen.get()
    let model = TwoLayers()
    let whole = layersTrainer(.of(Param.self))
    let before = state(model)
    let x = normal(key(3), [5, 8])
    let runs = [("trainHead", "output"), ("trainHeadOnly", "output"), ("trainBody", "hidden")]
    let full = try changes(of: "trainEverything", before, state(whole), x, harness)
    #expect(full.keys.sorted() == before.names)
    for (name, trained) in runs {
      let own = try changes(of: name, before, state(layersTrainer(.pathContains(trained))), x, harness)
      #expect(own.keys.sorted() == before.names.filter { $0.hasPrefix(trained) }, "\(name)")
      for (variable, value) in own { #expect(value == full[variable], "\(variable) of \(name)") }
    }
    // A pure step gives the frozen ones back as they are.
    let pure = try function("trainHeadPure")
    let slots = state(layersTrainer(.pathContains("output")))
    let arguments = pure.program.parameters.map { parameter -> AnyTensor in
      guard case .variable(let argument, let variable) = parameter.source else { return x.erased }
      return argument == 1 ? before.values[variable] : slots.values[variable]
    }
    let results = try harness.runC(pure, arguments)
    let head = try changes(of: "trainHead", before, slots, x, harness)
    for (result, value) in zip(pure.program.results, results) {
      guard case .returned(let leaf) = result.destination, leaf < before.count else { continue }
      #expect(value == head[before.names[leaf]] ?? before.values[leaf], "\(result.name)")
    }
  }

  /// What a compiled step makes of the model's variables, by name.
  private func changes(
    of name: String, _ state: State<TwoLayers>, _ slots: State<LayersTrainer>, _ x: Tensor<Float>, _ harness: Harness
  ) throws -> [String: AnyTensor] {
    let function = try function(name)
    let arguments = function.program.parameters.map { parameter -> AnyTensor in
      guard case .variable(let argument, let variable) = parameter.source else { return x.erased }
      return argument == 0 ? state.values[variable] : slots.values[variable]
    }
    let results = try harness.runC(function, arguments)
    var changed: [String: AnyTensor] = [:]
    for (result, value) in zip(function.program.results, results) {
      if case .variable(0, let variable) = result.destination { changed[state.names[variable]] = value }
    }
    return changed
  }
}
