import AdjointIR

extension Schedule {
  /// Says of each kernel that is worth it how it may be cut into parts. Comes after the memory is planned, since parts
  /// may not share what a whole kernel may.
  mutating func divideKernels(leastPart: Double) {
    var affinity = Affinity(self)
    for number in kernels.indices {
      kernels[number].division =
        DivisionChoice(schedule: self, affinity: affinity, kernel: kernels[number], leastPart: leastPart).best
      affinity.add(kernels[number])
    }
    for number in kernels.indices {
      let held = affinity.held(kernels[number])
      kernels[number].division?.held = held
    }
  }
}

/// The ways to cut one kernel.
private struct DivisionChoice {
  let schedule: Schedule
  let affinity: Affinity
  let kernel: Kernel
  let leastPart: Double

  /// Loops that could be cut together.
  private struct Cut {
    var loops: [Int]
    var extent: Int
    /// Smaller parts than this cut tiles or vectors.
    var unit: Int
    /// What every part has to do again, as a share of the whole.
    var repeated = 0.0

    /// The time of `parts` parts as a share of the whole, that of memory apart.
    func time(_ parts: Int) -> Double {
      let units = (extent + unit - 1) / unit
      return Double((units + parts - 1) / parts) / Double(units) + repeated
    }
  }

  /// The cut that balances best over numbers of threads that are common; nil where none pays.
  var best: Division? {
    let cost = KernelCost(kernel: kernel, buffers: schedule.buffers).nanoseconds
    let whole = cost + affinity.nanosecondsToGather(kernel)
    let parts = parts(of: whole, atLeast: leastPart)
    guard parts > 1 else { return nil }
    let check = DivisionCheck(schedule: schedule, kernel: kernel)
    var best: (cut: Cut, time: Double)?
    for cut in cuts(kernel.body) where cut.extent > cut.unit {
      let units = (cut.extent + cut.unit - 1) / cut.unit
      let time = [2, 3, 4, 8, 16].map { threads in
        let parts = min(parts, threads)
        let memory = affinity.nanoseconds(kernel, Set(cut.loops), extent: cut.extent, parts: min(parts, units))
        return cost * cut.time(parts) + memory
      }.reduce(0, +)
      guard time < best?.time ?? .infinity, check.holds(Set(cut.loops), extent: cut.extent) else { continue }
      best = (cut, time)
    }
    guard let (cut, _) = best else { return nil }
    let units = (cut.extent + cut.unit - 1) / cut.unit
    return Division(
      loops: cut.loops.sorted(), extent: cut.extent, unit: cut.unit, parts: min(parts, units),
      pieces: min(pieces(cost), units))
  }

  /// The most parts that threads may take over from each other: of products, since other kernels wait for memory, which
  /// comes best in long pieces, and such that each takes a while, since taking one over means to wait for what the
  /// other core has.
  private func pieces(_ cost: Double) -> Int {
    let most = max(1, parts(of: cost, atLeast: 2 * leastPart))
    if leastPart == 0 { return most }
    let isProduct = kernel.body.contains { if case .contract = $0 { true } else { false } }
    guard isProduct, !affinity.isNear else { return 1 }
    return most
  }

  /// Into how many parts of that much work a kernel can be cut: a part of 0 ns is no bound, and infinity leaves one part.
  private func parts(of work: Double, atLeast least: Double) -> Int {
    least > 0 ? Int(min(Double(Division.mostParts), work / least)) : Division.mostParts
  }

  /// The ways to cut all of some statements that write, outermost loops first.
  private func cuts(_ statements: [Statement]) -> [Cut] {
    var common: [Cut]?
    for statement in statements {
      if case .define = statement { continue }
      let own = cuts(statement)
      guard let before = common else {
        common = own
        continue
      }
      // Loops that are cut together have one extent. Of several inside each other, the outer and the inner one come up.
      var joined: [Cut] = []
      for cut in before {
        for other in own where other.extent == cut.extent {
          let next = Cut(
            loops: cut.loops + other.loops, extent: cut.extent, unit: max(cut.unit, other.unit),
            repeated: max(cut.repeated, other.repeated))
          if joined.count < 8 { joined.append(next) }
        }
      }
      common = joined
    }
    return common ?? []
  }

  private func cuts(_ statement: Statement) -> [Cut] {
    switch statement {
    case .loop(let loop, let body):
      return [Cut(loops: [loop.variable], extent: loop.extent, unit: unit(of: loop, in: body))] + cuts(body)
    case .when(_, let body): return cuts(body)
    case .contract(let contraction):
      let (rows, columns) = (contraction.rows, contraction.columns)
      // Each part packs the other matrix for itself, which takes as long as two multiply-adds an element.
      return contraction.batch.prefix(1).map { Cut(loops: [$0.variable], extent: $0.extent, unit: 1) } + [
        Cut(
          loops: [columns.variable], extent: columns.extent, unit: DivisionChoice.panel,
          repeated: 2 / Double(max(1, columns.extent))),
        Cut(
          loops: [rows.variable], extent: rows.extent, unit: DivisionChoice.tile,
          repeated: 2 / Double(max(1, rows.extent))),
      ]
    case .define, .store, .accumulate, .reduce: return []
    }
  }

  /// Columns of a panel and rows of a tile, as large as any instruction set has them.
  private static let (panel, tile) = (32, 12)

  /// Whole cache lines, where a loop runs along them.
  private func unit(of loop: Loop, in body: [Statement]) -> Int {
    var isAlong = false
    for statement in body {
      visitIndices(statement) { if $0.coefficient(of: loop.variable) == 1 { isAlong = true } }
    }
    return isAlong ? 16 : 1
  }
}
