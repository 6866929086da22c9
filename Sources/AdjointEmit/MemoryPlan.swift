import AdjointIR
import AdjointSchedule

/// The buffers of a function's parameters and results, by number.
struct BufferEnds {
  var parameters: [Int: Int] = [:]
  var results: [Int: Int] = [:]

  init(_ buffers: [Buffer]) {
    for (number, buffer) in buffers.enumerated() {
      switch buffer.storage {
      case .parameter(let parameter): parameters[parameter] = parameters[parameter] ?? number
      case .result(let result): results[result] = results[result] ?? number
      case .arena, .constant, .local: break
      }
    }
  }
}

extension CFunction {
  /// What the function is called, returns and keeps where, for a reader.
  var memoryPlan: String {
    var text = CText()
    text.line("// \(signature)")
    text.line("//")
    let ends = BufferEnds(schedule.buffers)
    func name(_ buffer: Int?) -> String { buffer.flatMap { bufferNames[$0] } ?? "" }
    let parameters = schedule.parameters.indices.compactMap { number in
      ends.parameters[number].map { "\(schedule.parameters[number].name) \(schedule.buffers[$0].type.shape)" }
    }
    var inPlace = false
    let results = schedule.results.indices.compactMap { number in
      ends.results[number].map { place -> String in
        let (buffer, own) = (schedule.buffers[place], name(place))
        guard let reused = schedule.results[number].reuses else { return "\(own) \(buffer.type.shape)" }
        let isNamedAfterIt = own == "new_" + name(ends.parameters[reused])
        inPlace = inPlace || isNamedAfterIt
        let note = isNamedAfterIt ? "" : " (may be the memory of \(schedule.parameters[reused].name))"
        return "\(own) \(buffer.type.shape)\(note)"
      }
    }
    section("parameters", parameters, to: &text)
    section("results", results, to: &text)
    if inPlace { section("in place", ["every new_… may be given the memory of what it replaces"], to: &text) }
    var places: [Int: [String]] = [:]
    for buffer in schedule.buffers {
      guard case .arena(let offset) = buffer.storage else { continue }
      places[offset, default: []].append("\(buffer.name) \(buffer.type.shape)")
    }
    var arena = places.sorted { $0.key < $1.key }.map {
      "\($0.value.joined(separator: ", then ")) at \(grouped($0.key))"
    }
    let scratch = interface.arenaByteCount - schedule.arenaByteCount
    if scratch > 0 {
      let parts = schedule.kernels.map { self.parts($0) }.max() ?? 1
      let owners = parts > 1 ? " of up to \(parts) parts" : ""
      arena.append("packed panels\(owners) at \(grouped(schedule.arenaByteCount))")
    }
    section("arena", ["\(grouped(interface.arenaByteCount)) bytes"] + arena, to: &text)
    return text.text
  }

  private func section(_ title: String, _ items: [String], to text: inout CText) {
    guard !items.isEmpty else { return }
    let head = "//   " + title + String(repeating: " ", count: max(1, 13 - title.count))
    var line = head
    for (number, item) in items.enumerated() {
      let piece = (number == 0 ? "" : " · ") + item
      if line.count + piece.count > 118, number > 0 {
        text.line(line + " ·")
        line = "//" + String(repeating: " ", count: head.count - 2) + item
      } else {
        line += piece
      }
    }
    text.line(line)
  }

  /// `trainStep(model, optimizer, images: [32, 64], labels: [32]) -> loss`.
  var signature: String {
    let arguments = entryPoint.arguments.map { argument -> String in
      let label = argument.label.map { "\($0): " } ?? ""
      switch argument.kind {
      case .tensor(_, let dimensions):
        let sizes = dimensions.map { dimension in
          switch dimension {
          case .fixed(let size): "\(size)"
          case .named(let name): interface.sizes[name].map(String.init) ?? name
          }
        }
        return (argument.label == nil ? "" : label) + "[\(sizes.joined(separator: ", "))]"
      default: return label + argument.name
      }
    }
    let returned = schedule.results.compactMap { result in
      if case .returned = result.destination { result.name } else { nil }
    }
    let type = entryPoint.enclosingType.map { "\($0)." } ?? ""
    let arrow = returned.isEmpty ? "" : " -> " + returned.joined(separator: ", ")
    return "\(type)\(entryPoint.name)(\(arguments.joined(separator: ", ")))\(arrow)"
  }
}

/// A number with commas between groups of three digits.
func grouped(_ number: Int) -> String {
  var digits = String(number)
  var groups: [String] = []
  while digits.count > 3 {
    groups.append(String(digits.suffix(3)))
    digits.removeLast(3)
  }
  return ([digits] + groups.reversed()).joined(separator: ",")
}
