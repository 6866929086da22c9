/// The module map of a C target. It names no header, so that it is the same for whichever model files of a module were
/// given: each public header in its folder is part of the module.
public func moduleMap(of module: String) -> String {
  "// Written by Adjoint \(generatorVersion). Do not edit.\nmodule \(module) {\n  umbrella \".\"\n  export *\n}\n"
}
