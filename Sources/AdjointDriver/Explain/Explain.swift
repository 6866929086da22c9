import AdjointDiagnostics
import AdjointIR
import AdjointSchedule

/// What the compiler made of an entry point, for a reader: kernels with their work, the arena over time, what is kept
/// for the derivative and what is computed again, and where each variable's gradient comes from.
public struct Explanation: Sendable {
  /// The report.
  public var text: String
  /// The arena over time as a picture, one for each specialisation.
  public var pictures: [String]
}

/// Explains the entry point of a name.
///
/// - Throws: `Findings`, also where there is no such entry point.
public func explain(_ path: String, function: String) throws(Findings) -> Explanation {
  var text = ""
  var pictures: [String] = []
  for entry in try entryPoints(path, named: function) {
    let schedules: [Schedule]
    do { schedules = try Stages.scheduled(entry).schedules } catch { throw Findings(findings(from: error, in: entry)) }
    for (specialisation, schedule) in zip(entry.specialisations, schedules) {
      let sizes = specialisation.sizesText
      text += (text.isEmpty ? "" : "\n") + "\(entry.name)\(sizes.isEmpty ? "" : " (\(sizes))"), \(entry.span)\n"
      text += Report(entry, schedule).text
      pictures.append(arenaPicture(of: schedule, title: "\(entry.name)\(sizes.isEmpty ? "" : ", \(sizes)")"))
    }
  }
  return Explanation(text: text, pictures: pictures)
}

private struct Report {
  let entry: EntryPoint
  let schedule: Schedule
  let lifetimes: [Lifetime]

  init(_ entry: EntryPoint, _ schedule: Schedule) {
    self.entry = entry
    self.schedule = schedule
    lifetimes = Lifetime.all(of: schedule)
  }

  var text: String { kernels + arena + saved + recomputed + gradients }

  /// The lines of the model that are differentiated.
  private var differentiated: Set<Int> {
    Set(schedule.kernels.flatMap(\.sources).filter { $0.role == .adjoint }.map(\.span.line))
  }

  /// The differentiated lines that a kernel computes.
  private func primalLines(_ kernel: Kernel) -> Set<Int> {
    kernel.lineNumbers(.primal).intersection(differentiated)
  }

  private var kernels: String {
    var rows = [["kernel", "FLOPs", "bytes", "lines", "∂ lines"]]
    var total = (operations: 0, bytes: 0)
    for kernel in schedule.kernels {
      let cost = KernelCost(kernel, schedule)
      total.operations += cost.operations
      total.bytes += cost.bytes
      rows.append(
        [kernel.name, digits(cost.operations), digits(cost.bytes), kernel.lines(.primal), kernel.lines(.adjoint)])
    }
    rows.append(["\(schedule.kernels.count) kernels", digits(total.operations), digits(total.bytes), "", ""])
    return "\nKernels in order\n" + table(rows, numbers: [1, 2])
  }

  private var arena: String {
    let head =
      "\nArena: \(digits(schedule.arenaByteCount)) bytes, of which \(digits(schedule.liveByteCount)) are live at once\n"
    guard !lifetimes.isEmpty else { return head }
    var rows = [["offset", "bytes", "buffer", "kernels 1 to \(schedule.kernels.count)"]]
    for lifetime in lifetimes {
      let line = schedule.kernels.indices.map { kernel -> Character in
        kernel < lifetime.first || kernel > lifetime.last ? "." : "#"
      }
      let name = "\(lifetime.buffer.name) \(lifetime.buffer.type.shape)"
      rows.append([digits(lifetime.offset), digits(lifetime.buffer.type.byteCount), name, String(line)])
    }
    return head + table(rows, numbers: [0, 1])
  }

  /// What a kernel of the forward pass leaves for one of the backward pass alone. A value that the reader's own lines
  /// are computed from, such as a step size, is not of the differentiated function.
  private var savedLifetimes: [(lifetime: Lifetime, users: [Kernel])] {
    lifetimes.compactMap { lifetime in
      let writer = schedule.kernels[lifetime.first]
      let lines = writer.lineNumbers(.primal)
      guard !writer.hasAdjoint, !lines.isEmpty,
        let number = schedule.buffers.firstIndex(where: { $0.name == lifetime.buffer.name })
      else { return nil }
      let users = schedule.kernels[(lifetime.first + 1)...].filter {
        isBackward($0) && $0.reads.contains(number) && lines.isDisjoint(with: $0.lineNumbers(.primal))
      }
      return users.isEmpty ? nil : (lifetime, Array(users))
    }
  }

  /// Whether a kernel belongs to the backward pass alone.
  private func isBackward(_ kernel: Kernel) -> Bool { kernel.hasAdjoint && primalLines(kernel).isEmpty }

  private var saved: String {
    let saved = savedLifetimes
    guard !saved.isEmpty else { return "\nSaved for the backward pass: nothing\n" + readAgain }
    let bytes = saved.map(\.lifetime.buffer.type.byteCount).reduce(0, +)
    let rows = saved.map { saved in
      let users = saved.users.map(\.name).joined(separator: ", ")
      return ["\(saved.lifetime.buffer.name) \(saved.lifetime.buffer.type.shape)", "read again by \(users)"]
    }
    return "\nSaved for the backward pass: \(digits(bytes)) bytes\n" + table(rows, numbers: []) + readAgain
  }

  /// What the backward pass reads again of the arguments, which need not be saved.
  private var readAgain: String {
    let backward = schedule.kernels.filter(isBackward)
    let forward = Set(schedule.kernels.filter { !primalLines($0).isEmpty }.flatMap(\.reads))
    let names = schedule.buffers.indices.compactMap { number -> String? in
      guard case .parameter = schedule.buffers[number].storage, forward.contains(number),
        !schedule.buffers[number].type.shape.isEmpty,
        backward.contains(where: { $0.reads.contains(number) && !writes($0, into: number) })
      else { return nil }
      return schedule.buffers[number].name
    }
    return names.isEmpty ? "" : "Read again from the arguments: \(names.joined(separator: ", "))\n"
  }

  /// Whether a kernel only updates a variable: it reads the old value to write the new one.
  private func writes(_ kernel: Kernel, into parameter: Int) -> Bool {
    guard case .parameter(let number) = schedule.buffers[parameter].storage else { return false }
    return kernel.writes.contains { buffer in
      guard case .result(let result) = schedule.buffers[buffer].storage else { return false }
      return schedule.results[result].reuses == number
    }
  }

  /// Lines of the forward pass that a kernel of the backward pass runs again.
  private var recomputed: String {
    var seen: Set<Int> = []
    var rows: [[String]] = []
    for kernel in schedule.kernels {
      let inlined = Set(kernel.inlined.filter { $0.role == .primal }.map(\.span.line))
      let again = inlined.intersection(seen).subtracting(kernel.lineNumbers(.primal))
      if isBackward(kernel), !again.isEmpty {
        let text = again.sorted().map(String.init).joined(separator: ", ")
        rows.append([kernel.name, "line \(text): cheaper from what is in memory than kept there"])
      }
      if !isBackward(kernel) { seen.formUnion(primalLines(kernel).union(inlined)) }
    }
    return rows.isEmpty
      ? "\nComputed again in the backward pass: nothing\n"
      : "\nComputed again in the backward pass\n" + table(rows, numbers: [])
  }

  /// The kernel that makes each variable's new value, and what it reads of the backward pass and of what is saved for
  /// it. The state of an optimiser changes where its variables do.
  private var gradients: String {
    var rows: [[String]] = []
    for (number, result) in schedule.results.enumerated() {
      guard case .variable(let argument, let variable) = result.destination,
        entry.kind(ofVariable: variable, argument) != "OptState",
        let buffer = schedule.buffers.firstIndex(where: { $0.storage == .result(number) }),
        let kernel = schedule.kernels.last(where: { $0.writes.contains(buffer) })
      else { continue }
      let lines = kernel.lines(.adjoint)
      let read = kernel.reads.filter { isIntermediate($0) }.map { schedule.buffers[$0].name }
      let isGradient = !lines.isEmpty || read.contains { $0.hasPrefix("d_") }
      let of = read.isEmpty ? "" : (lines.isEmpty ? "" : ", ") + "from \(read.joined(separator: " and "))"
      let origin = isGradient ? (lines.isEmpty ? "" : "∂ line \(lines)") + of : "no gradient"
      rows.append([result.name, kernel.name, origin])
    }
    return rows.isEmpty
      ? "" : "\nVariables, the kernel that changes each, and where its gradient comes from\n" + table(rows, numbers: [])
  }

  /// Whether a buffer holds a tensor that the function computes or is given, and not a variable.
  private func isIntermediate(_ buffer: Int) -> Bool {
    if schedule.buffers[buffer].type.shape.isEmpty { return false }
    switch schedule.buffers[buffer].storage {
    case .arena: return true
    case .parameter(let parameter):
      if case .argument = schedule.parameters[parameter].source { return true }
      return false
    case .result, .local, .constant: return false
    }
  }
}

extension EntryPoint {
  /// The kind of a variable of an argument: `Param`, `OptState`, …
  fileprivate func kind(ofVariable variable: Int, _ argument: Int) -> String? {
    switch arguments[argument].kind {
    case .object(let graph), .state(let graph): graph.variables[variable].kind
    default: nil
    }
  }
}

/// Columns side by side; those in `numbers` end together.
func table(_ rows: [[String]], numbers: Set<Int>) -> String {
  let columns = rows.map(\.count).max() ?? 0
  let widths = (0..<columns).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
  return rows.map { row in
    var line = " "
    for (column, cell) in row.enumerated() {
      let space = String(repeating: " ", count: widths[column] - cell.count)
      line += " " + (numbers.contains(column) ? space + cell : cell + space) + " "
    }
    while line.hasSuffix(" ") { line.removeLast() }
    return line + "\n"
  }.joined()
}

/// A number with commas between groups of three digits.
func digits(_ number: Int) -> String {
  var text = ""
  for (place, digit) in String(number).reversed().enumerated() {
    if place > 0, place % 3 == 0, digit != "-" { text.append(",") }
    text.append(digit)
  }
  return String(text.reversed())
}
