import AdjointDiagnostics

extension Program {
  /// The program for a reader: one operation a line, with its types, role and source line. The same program always
  /// gives the same text.
  public var text: String {
    let printer = Printer(names: ValueNames(self))
    var lines = ["program \(name)("]
    for (index, value) in body.parameters.enumerated() {
      let source = parameters.indices ~= index ? "  // \(parameters[index].source)" : ""
      lines.append("  \(printer.declared([value])),\(source)")
    }
    lines.append(") {")
    lines += printer.lines(of: body, indent: "  ", end: nil)
    for (index, value) in body.results.enumerated() {
      let result = results.indices ~= index ? results[index] : nil
      let reuses = result?.reuses.map { reused in
        body.parameters.indices ~= reused ? ", in the buffer of \(printer.use(body.parameters[reused]))" : ""
      }
      let comment = result.map { "  // \($0.destination)\(reuses ?? "")" } ?? ""
      lines.append("  return \(result?.name ?? "?") = \(printer.use(value))\(comment)")
    }
    lines.append("}")
    return lines.joined(separator: "\n") + "\n"
  }
}

extension ParameterSource: CustomStringConvertible {
  public var description: String {
    switch self {
    case .variable(let argument, let variable): "variable \(variable) of argument \(argument)"
    case .argument(let argument): "argument \(argument)"
    case .property(let argument, let path):
      "property \(path.map(\.description).joined(separator: ".")) of argument \(argument)"
    }
  }
}

extension ResultDestination: CustomStringConvertible {
  public var description: String {
    switch self {
    case .variable(let argument, let variable): "variable \(variable) of argument \(argument)"
    case .returned(let leaf): "returned leaf \(leaf)"
    }
  }
}

/// Prints the parts of one program.
struct Printer {
  let names: ValueNames

  /// A value where it is used.
  func use(_ value: Value) -> String { "%\(names[value])" }

  /// Values where they are defined.
  func declared(_ values: [Value]) -> String {
    values.map { "\(use($0)): \($0.type)" }.joined(separator: ", ")
  }

  /// The first line of an operation, without its regions.
  func head(of operation: Operation) -> String {
    let operands = operation.operands.map(use).joined(separator: ", ")
    let attributes = operation.op.attributes
    let call = "\(type(of: operation.op).name)(\(operands))" + (attributes.isEmpty ? "" : " {\(attributes)}")
    return operation.results.isEmpty ? call : "\(declared(operation.results)) = \(call)"
  }

  func lines(of region: Region, indent: String, end: String?) -> [String] {
    var lines: [String] = []
    for operation in region.operations {
      let place = operation.span == .none ? "" : " \(operation.span.fileName):\(operation.span.line)"
      let comment = place.isEmpty && operation.role == .primal ? "" : "  // \(operation.role.rawValue)\(place)"
      var line = indent + head(of: operation)
      for nested in operation.regions {
        lines.append("\(line) (\(declared(nested.parameters))) {\(comment)")
        lines += self.lines(of: nested, indent: indent + "  ", end: "yield")
        line = indent + "}"
      }
      lines.append(operation.regions.isEmpty ? line + comment : line)
    }
    if let end { lines.append("\(indent)\(end) \(region.results.map(use).joined(separator: ", "))") }
    return lines
  }
}
