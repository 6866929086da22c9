/// Update rules one after the other: each gets what the one before gives.
///
/// ```swift
/// Optimizer(model, chain(ClipByGlobalNorm(1), AdamW(learningRate: 1e-3)), wrt: Param.self)
/// ```
public func chain(_ parts: any GradientTransformation...) -> Chain {
  Chain(parts: parts)
}

/// Update rules one after the other; see `chain`.
public struct Chain: GradientTransformation {
  /// The rules, first to last.
  public let parts: [any GradientTransformation]

  /// Rules from an array.
  public init(parts: [any GradientTransformation]) {
    self.parts = parts
  }

  /// The slots of all rules by their own names. Where a rule before has a slot of that name, the rule's place in the
  /// chain follows the name.
  public func slots(for parameters: Tree) -> Slots {
    var all: Slots = [:]
    for (index, part) in parts.enumerated() {
      let own = part.slots(for: parameters)
      for name in own.keys.sorted() {
        all[slotName(name, of: index, after: all)] = own[name]!
      }
    }
    return all
  }

  /// The changes to add.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    passed(gradients, &slots, parameters, count, adds: false)
  }

  /// The parameters with the changes added, as the last rule adds its own.
  public func updated(
    _ parameters: Tree, _ gradients: Tree, _ slots: inout Slots, count: Tensor<Int32>
  ) -> Tree {
    if parts.isEmpty {
      return map(parameters, gradients) { p, g in p + g }
    }
    return passed(gradients, &slots, parameters, count, adds: true)
  }

  /// What the rules make of gradients, each of what the one before gives; `adds` says that the last one adds it to the
  /// parameters.
  func passed(
    _ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, _ count: Tensor<Int32>, adds: Bool
  ) -> Tree {
    var updates = gradients
    var before: Slots = [:]
    for (index, part) in parts.enumerated() {
      let names = part.slots(for: parameters).keys.sorted()
      var own: Slots = [:]
      for name in names {
        own[name] = slots[slotName(name, of: index, after: before)]!
      }
      if adds && index == parts.count - 1 {
        updates = part.updated(parameters, updates, &own, count: count)
      } else {
        updates = part.update(updates, &own, parameters, count: count)
      }
      for name in names {
        let place = slotName(name, of: index, after: before)
        slots[place] = own[name]!
        before[place] = own[name]!
      }
    }
    return updates
  }

  func slotName(_ name: String, of index: Int, after slots: Slots) -> String {
    if slots[name] == nil {
      return name
    }
    return "\(name)\(index)"
  }
}

/// Averages the gradients of `every` small batches and updates with them once, as one large batch would: the updates in
/// between are 0, and the inner rule's slots stay.
public struct MultiSteps: GradientTransformation {
  /// The rule that gets the averages.
  public let rule: any GradientTransformation
  /// How many gradients make one update.
  public let every: Int

  /// `rule` once in `every` updates.
  public init(_ rule: any GradientTransformation, every: Int) {
    precondition(every >= 1, "an update every \(every) steps")
    self.rule = rule
    self.every = every
  }

  /// The rule's slots, and `accumulated`, the average so far.
  public func slots(for parameters: Tree) -> Slots {
    var all = rule.slots(for: parameters)
    precondition(all["accumulated"] == nil, "a rule inside MultiSteps cannot have a slot named 'accumulated'")
    all["accumulated"] = parameters.zeros
    return all
  }

  /// The changes to add; 0 unless the average is complete.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    let place = (count - 1) % Int32(every)
    let isComplete = place .== Int32(every - 1)
    let share = (place + 1).cast(to: Float.self)
    let mean = map(gradients, slots["accumulated"]!) { g, sofar in sofar + (g - sofar) / share }
    var own: Slots = [:]
    let names = rule.slots(for: parameters).keys.sorted()
    for name in names {
      own[name] = slots[name]!
    }
    let updates = rule.update(mean, &own, parameters, count: (count - 1) / Int32(every) + 1)
    for name in names {
      slots[name] = map(slots[name]!, own[name]!) { old, new in select(isComplete, new, old) }
    }
    slots["accumulated"] = map(mean) { m in select(isComplete, 0, m) }
    return map(updates) { u in select(isComplete, u, 0) }
  }
}
