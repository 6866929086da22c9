import AdjointDiagnostics
import AdjointEmit
import AdjointFrontend
import AdjointIR
import AdjointSchedule
import AdjointTransforms

/// Generates everything for the models that `paths` name, in memory.
///
/// For a module `m` the tree has `m/<Model>.adjoint.swift` (glue, added to m's own target) and `MKernels/` (a C target),
/// or `m/<Model>.kernels.swift` beside the glue where kernels are Swift.
/// Standalone C is `<Model>.h` and `<Model>.c`.
/// The result depends on the sources alone, not on their order nor on where they lie.
///
/// - Parameter name: the module's name, where it is not that of the folder; only for a single module.
/// - Throws: `Findings` with every mistake of the run.
public func generate(
  _ paths: [String], _ options: GenerateOptions = .init(), module name: String? = nil
) throws(Findings) -> GeneratedTree {
  var files: [GeneratedTree.File] = []
  var folders: [String] = []
  var findings: [Finding] = []
  let modules = try findModules(paths)
  if let name, modules.count > 1 {
    throw Findings([
      Finding(
        "input.module",
        "--module \(name) names one module, but these are \(modules.count): \(modules.map(\.name).joined(separator: ", "))",
        at: SourceSpan(file: paths[0], line: 1, column: 1))
    ])
  }
  for var module in modules {
    if let name { module.name = name }
    do {
      files += try generateModule(module, options)
      // Standalone C may lie among a caller's own files.
      guard !options.isStandalone else { continue }
      folders += options.kernels == .c ? [module.name, kernelsModule(of: module)] : [module.name]
    } catch {
      findings += error.all
    }
  }
  guard findings.isEmpty else { throw Findings(findings) }
  return GeneratedTree(files: files, folders: folders)
}

/// The C target that goes with a module: `DigitsKernels` for `digits`.
func kernelsModule(of module: ModuleSources) -> String {
  Names.identifier(module.name).capitalisedFirst + "Kernels"
}

private func generateModule(
  _ module: ModuleSources, _ options: GenerateOptions
) throws(Findings) -> [GeneratedTree.File] {
  let elaborated = try Stages.elaborated(module)
  var files: [GeneratedTree.File] = []
  var headers: [String] = []
  var findings: [Finding] = []
  for source in module.files {
    let entries = elaborated.entryPoints.filter { $0.span.file == source.path }
    let classes = elaborated.classes.filter { $0.span.file == source.path }
    guard !entries.isEmpty || !classes.isEmpty else { continue }
    let base = baseName(source.path)
    do {
      let scheduled = try entries.map(Stages.scheduled)
      if options.isStandalone {
        guard !entries.isEmpty else { continue }
        let standalone = try emitStandalone(module: base, source: base + ".swift", scheduled)
        files += standalone.map { .init(path: $0.path, text: $0.text) }
        continue
      }
      var glue = GlueSource(base: base, module: module.name, kernels: nil, classes: classes, entries: [])
      let interfaces: [[KernelInterface]]
      switch (options.kernels, entries.isEmpty) {
      case (_, true): interfaces = []
      case (.c, _):
        let c = try emitC(module: base, source: base + ".swift", scheduled)
        let target = kernelsModule(of: module)
        files += c.files.map { .init(path: "\(target)/\($0.path)", text: $0.text) }
        headers.append("\(base).h")
        glue.kernels = target
        interfaces = c.interfaces
      case (.swift, _):
        let swift = try emitSwift(module: base, source: base + ".swift", scheduled)
        files += swift.files.map { .init(path: "\(module.name)/\($0.path)", text: $0.text) }
        interfaces = swift.interfaces
      }
      glue.entries = zip(scheduled, interfaces).map { CompiledEntry($0.entryPoint, interfaces: $1) }
      files.append(.init(path: "\(module.name)/\(base).adjoint.swift", text: try emitGlue(glue)))
    } catch {
      findings += AdjointDriver.findings(from: error, in: entries.first)
    }
  }
  guard findings.isEmpty else { throw Findings(findings) }
  guard !files.isEmpty else { throw Findings([noEntryPoint(module)]) }
  guard !headers.isEmpty else { return files }
  let map = moduleMap(of: kernelsModule(of: module), headers: headers)
  return files + [.init(path: "\(kernelsModule(of: module))/include/module.modulemap", text: map)]
}

private func noEntryPoint(_ module: ModuleSources) -> Finding {
  Finding(
    "annotation.none",
    "there is nothing to generate: \(module.name) has no model (a final class that conforms to Module), and no function "
      + "with a parameter annotated with @Shape, @Like or @Traced",
    at: SourceSpan(file: module.files[0].path, line: 1, column: 1))
}

private func baseName(_ path: String) -> String {
  let file = path.split(separator: "/").last.map(String.init) ?? path
  return file.hasSuffix(".swift") ? String(file.dropLast(6)) : file
}
