import AdjointIR

extension Schedule {
  /// The schedule as text, for readers and for tests: buffers with their places, then kernels with their loops.
  public var text: String {
    var lines = ["schedule \(name)  arena \(arenaByteCount) bytes, live \(liveByteCount)"]
    for buffer in buffers { lines.append("  buffer \(buffer.name): \(buffer.type) \(place(buffer.storage))") }
    for kernel in kernels {
      lines.append("  kernel \(kernel.name)\(parts(kernel))")
      for source in kernel.sources { lines.append("    // \(source.role.rawValue) \(source.span)") }
      for formula in kernel.formulas { lines.append("    // \(formula)") }
      let printer = StatementPrinter(schedule: self, kernel: kernel)
      lines += kernel.body.flatMap { printer.lines($0, "    ") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// `  in at most 5 parts of i, multiples of 12, taken over in at most 16`.
  private func parts(_ kernel: Kernel) -> String {
    guard let division = kernel.division else { return "" }
    let loops = division.loops.map { kernel.variables[$0].name }.joined(separator: ", ")
    let unit = division.unit > 1 ? ", multiples of \(division.unit)" : ""
    let pieces = division.pieces > 1 ? ", taken over in at most \(division.pieces)" : ""
    return "  in at most \(division.parts) parts of \(loops)\(unit)\(pieces)"
  }

  private func place(_ storage: Buffer.Storage) -> String {
    switch storage {
    case .parameter(let number): "parameter \(number)"
    case .result(let number): "result \(number)" + (results[number].reuses.map { " reuses parameter \($0)" } ?? "")
    case .arena(let offset): "at \(offset)"
    case .local: "local"
    case .constant: "constant"
    }
  }
}

private struct StatementPrinter {
  let schedule: Schedule
  let kernel: Kernel

  private func name(_ variable: Int) -> String { kernel.variables[variable].name }

  func lines(_ statement: Statement, _ indent: String) -> [String] {
    func all(_ statements: [Statement]) -> [String] { statements.flatMap { lines($0, indent + "  ") } }
    switch statement {
    case .loop(let loop, let body): return ["\(indent)for \(header(loop))"] + all(body)
    case .define(let variable, let value):
      return ["\(indent)\(kernel.variables[variable].dtype) \(name(variable)) = \(text(value))"]
    case .store(let buffer, let index, let value):
      return ["\(indent)\(schedule.buffers[buffer].name)[\(text(index))] = \(text(value))"]
    case .accumulate(let buffer, let index, let reduction, let value):
      return ["\(indent)\(schedule.buffers[buffer].name)[\(text(index))] \(reduction.rawValue)= \(text(value))"]
    case .reduce(let nest):
      let loops = nest.loops.map(header).joined(separator: ", ")
      let lanes = nest.lanes > 1 ? " in \(nest.lanes) lanes" : ""
      let values = nest.accumulators.map { accumulator in
        let combine: String
        switch accumulator.combine {
        case .reduce(let reduction): combine = reduction.rawValue
        case .argument(let largest): combine = largest ? "argmax" : "argmin"
        }
        let dtype = kernel.variables[accumulator.variable].dtype
        return "\(indent)  \(dtype) \(name(accumulator.variable)) \(combine)= \(text(accumulator.value))"
      }
      return ["\(indent)combine \(loops)\(lanes)"] + all(nest.body) + values
    case .when(let condition, let body): return ["\(indent)when \(text(condition))"] + all(body)
    case .contract(let contraction):
      let loops = contraction.batch + [contraction.rows, contraction.columns]
      let first =
        "\(indent)\(name(contraction.accumulator)) = sum k < \(contraction.depth)"
        + (contraction.lanes > 1 ? " in \(contraction.lanes) lanes" : "")
        + ": \(text(contraction.left, contraction, contraction.rows))"
        + " · \(text(contraction.right, contraction, contraction.columns)) for "
        + loops.map(header).joined(separator: ", ")
      return [first] + all(contraction.epilogue)
    }
  }

  private func header(_ loop: Loop) -> String { "\(name(loop.variable)) < \(loop.extent)" }

  private func text(_ operand: Contraction.Operand, _ contraction: Contraction, _ free: Loop) -> String {
    var terms = zip(contraction.batch, operand.batchStrides).map {
      Index.Term(variable: $0.variable, coefficient: $1)
    }
    terms.append(.init(variable: free.variable, coefficient: operand.freeStride))
    let index = Index(constant: operand.offset, terms: terms)
    let start = index == Index() ? "" : "\(text(index)) + "
    return "\(schedule.buffers[operand.buffer].name)[\(start)\(operand.depthStride)k]"
  }

  private func text(_ index: Index) -> String {
    var parts = index.terms.map { $0.coefficient == 1 ? name($0.variable) : "\($0.coefficient)\(name($0.variable))" }
    if index.constant != 0 || parts.isEmpty { parts.append(String(index.constant)) }
    return parts.joined(separator: " + ")
  }

  private func text(_ expression: Expression) -> String {
    switch expression {
    case .load(let buffer, let index): return "\(schedule.buffers[buffer].name)[\(text(index))]"
    case .variable(let variable): return name(variable)
    case .constant(let value, let dtype):
      if dtype.isFloat { return "\(value)" }
      return dtype == .bool ? "\(value != 0)" : "\(Int64(exactly: value.rounded()) ?? 0)"
    case .index(let index): return "(\(text(index)))"
    case .call(let function, let arguments):
      return "\(function.rawValue)(\(arguments.map(text).joined(separator: ", ")))"
    case .compare(let comparison, let left, let right):
      return "\(comparison.rawValue)(\(text(left)), \(text(right)))"
    case .select(let predicate, let onTrue, let onFalse):
      return "select(\(text(predicate)), \(text(onTrue)), \(text(onFalse)))"
    case .convert(let value, to: let dtype): return "\(dtype)(\(text(value)))"
    case .bitcast(let value, to: let dtype): return "bits_\(dtype)(\(text(value)))"
    }
  }
}
