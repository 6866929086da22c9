/// A Swift file that gives each function of Swift kernels a symbol that a loader finds by the function's name.
public func swiftEntries(_ interfaces: [KernelInterface]) -> String {
  var text = CText(keepsBraces: true)
  for interface in interfaces {
    let name = interface.functionName
    text.line("@_cdecl(\"\(name)\")")
    text.block("public func entry_\(name)(_ arguments: UnsafeRawPointer, _ arena: UnsafeMutableRawPointer)") {
      $0.line("\(name)(arguments.assumingMemoryBound(to: \(interface.structName).self), arena)")
    }
    text.line()
  }
  return text.text
}

/// The module map of headers that lie beside it, as the module that Swift kernels import.
public func supportModuleMap(_ headers: [String]) -> String {
  "module CAdjoint {\n\(headers.map { "  header \"\($0)\"\n" }.joined())  export *\n}\n"
}
