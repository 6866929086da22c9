/// The module map of a C target with these public headers.
public func moduleMap(of module: String, headers: [String]) -> String {
  let lines = headers.sorted().map { "  header \"\($0)\"\n" }.joined()
  return "// Written by Adjoint \(generatorVersion). Do not edit.\nmodule \(module) {\n\(lines)  export *\n}\n"
}
