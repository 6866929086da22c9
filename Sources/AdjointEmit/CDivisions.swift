import AdjointIR
import AdjointSchedule

extension CFunction {
  /// Local names where divided kernels are called, which no kernel may have.
  static let namesOfParts = ["a", "arrays", "part", "parts", "thread"]

  /// The most parts that a kernel is cut into.
  func parts(_ kernel: Kernel) -> Int { isPortable ? 1 : kernel.division?.parts ?? 1 }

  /// The function that runs the kernels in order, those that are divided on several threads, with what it needs: the
  /// arrays in one place, and for each divided kernel a function that runs one part of it.
  func dividedBody(
    kernelNames: [String], needs: [KernelNeeds], scratchOffset: Int, _ names: inout Names
  ) -> String {
    let arrays = names.unique(interface.functionName + "_arrays")
    var sections = [structure(arrays, needs)]
    var calls: [String] = []
    for (number, kernel) in schedule.kernels.enumerated() {
      let parts = parts(kernel)
      guard parts > 1 else {
        let values = values(
          kernel, needs[number], arrays: "arrays.", arguments: "arguments->", scratch: "arrays.scratch")
        calls.append("\(kernelNames[number])(\(values.joined(separator: ", ")));")
        continue
      }
      if let packing = needs[number].packing {
        let part = names.unique(kernelNames[number] + "_panels_part")
        sections.append(self.part(part, of: packing, arrays))
        let condition = packing.isForNarrowOnly ? "if (!WIDE_PANELS) " : ""
        calls.append("\(condition)adjoint_divide(\(part), &arrays, \(packing.parts), 1);")
      }
      let part = names.unique(kernelNames[number] + "_part")
      sections.append(self.part(part, of: kernel, kernelNames[number], needs[number], arrays))
      calls.append("adjoint_divide(\(part), &arrays, \(parts), \(kernel.division?.pieces ?? 1));")
    }
    var text = CText()
    text.line("// \(signature)")
    text.line("void VARIANT(\(interface.functionName))(const \(interface.structName) *arguments, void *arena) {")
    text.nested { inner in
      var fields = [".arguments = arguments"]
      for (buffer, offset) in arenaArrays {
        let type = schedule.buffers[buffer].type.dtype.cType
        fields.append(".\(bufferNames[buffer] ?? "") = (\(type) *)\(place(offset))")
      }
      if needs.contains(where: { $0.bytes(parts: 1) > 0 }) {
        fields.append(".scratch = \(scratchOffset == 0 ? "arena" : place(scratchOffset))")
      }
      inner.line("const \(arrays) arrays = {")
      inner.nested { for field in fields { $0.line(field + ",") } }
      inner.line("};")
      if fields.count == 1 { inner.line("(void)arena;") }
      for call in calls { inner.line(call) }
    }
    sections.append(text.text + "}\n")
    return sections.joined(separator: "\n")
  }

  private func place(_ offset: Int) -> String { offset == 0 ? "arena" : "((char *)arena + \(offset))" }

  /// The type of what parts of kernels are given.
  private func structure(_ name: String, _ needs: [KernelNeeds]) -> String {
    var text = CText()
    text.line("// What the kernels of \(entryPoint.name) work on. Large ones run in parts, on several threads: each")
    text.line("// part computes its elements in the order in which the whole kernel would.")
    text.line("typedef struct {")
    text.nested { inner in
      inner.line("const \(interface.structName) *arguments;")
      for (buffer, _) in arenaArrays {
        inner.line("\(schedule.buffers[buffer].type.dtype.cType) *\(bufferNames[buffer] ?? "");")
      }
      if needs.contains(where: { $0.bytes(parts: 1) > 0 }) { inner.line("char *scratch;") }
    }
    return text.text + "} \(name);\n"
  }

  /// The first line of a function that does some part of a kernel.
  private func head(_ name: String) -> String {
    "static void \(name)(const void *arrays, const int part, const int parts, const int thread) {"
  }

  /// A function that runs one part of a kernel.
  private func part(
    _ name: String, of kernel: Kernel, _ kernelName: String, _ needs: KernelNeeds, _ arrays: String
  ) -> String {
    guard let division = kernel.division else { return "" }
    let start = needs.sharedStride == 0 ? "a->scratch" : "a->scratch + \(needs.sharedStride)"
    var values = values(
      kernel, needs, arrays: "a->", arguments: "a->arguments->",
      scratch: "\(start) + (size_t)thread * \(needs.scratchStride)")
    let unit = needs.partUnit ?? "\(division.unit)"
    values.append("adjoint_part_start(\(division.extent), \(unit), part, parts)")
    values.append("adjoint_part_start(\(division.extent), \(unit), part + 1, parts)")
    var text = CText()
    text.line(head(name))
    text.nested { inner in
      inner.line("const \(arrays) *const a = arrays;")
      if needs.scratchBytes == 0 { inner.line("(void)thread;") }
      inner.line("\(kernelName)(\(values.joined(separator: ", ")));")
    }
    return text.text + "}\n"
  }

  /// A function that does one part of what parts of a kernel have in common: packs some columns of the right matrix.
  private func part(_ name: String, of packing: Packing, _ arrays: String) -> String {
    var text = CText()
    text.line(head(name))
    text.nested { inner in
      inner.line("const \(arrays) *const a = arrays;")
      inner.line("(void)thread;")
      for (limit, part) in [("begin", "part"), ("end", "part + 1")] {
        let unit = TilePlan.widestPanel
        inner.line("const int \(limit) = adjoint_part_start(\(packing.columns), \(unit), \(part), parts);")
      }
      let matrix = place(of: packing.buffer, arrays: "a->", arguments: "a->arguments->")
      inner.line(packing.call(matrix: matrix, panels: "a->scratch", begin: "begin", end: "end"))
    }
    return text.text + "}\n"
  }

  /// Where a buffer is.
  private func place(of buffer: Int, arrays: String, arguments: String) -> String {
    let name = bufferNames[buffer] ?? ""
    if case .arena = schedule.buffers[buffer].storage { return arrays + name }
    return arguments + name
  }

  /// What a kernel is called with.
  private func values(
    _ kernel: Kernel, _ needs: KernelNeeds, arrays: String, arguments: String, scratch: String
  ) -> [String] {
    var values = pointers(kernel, needs).map { place(of: $0, arrays: arrays, arguments: arguments) }
    if needs.sharedBytes > 0 { values.append(arrays + "scratch") }
    if needs.scratchBytes > 0 { values.append(scratch) }
    return values
  }
}
