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
/// - Parameters:
///   - name: the module's name, where it is not that of the folder; only for a single module.
///   - isWhole: whether `paths` are all files of that module, so that generated code of others is stale.
///   - using: other modules whose layers the models use.
///   - timings: takes the time of each stage.
/// - Throws: `Findings` with every mistake of the run.
public func generate(
  _ paths: [String], _ options: GenerateOptions = .init(), module name: String? = nil, isWhole: Bool = false,
  using: [UsedModule] = [], timings: StageTimings = StageTimings()
) throws(Findings) -> GeneratedTree {
  try onLargeStack { () throws(Findings) in try generateTree(paths, options, name, isWhole, using, timings) }
}

private func generateTree(
  _ paths: [String], _ options: GenerateOptions, _ name: String?, _ isWhole: Bool, _ using: [UsedModule],
  _ timings: StageTimings
) throws(Findings) -> GeneratedTree {
  // Files that are given a module's name are all of that module.
  let areFiles = name != nil && paths.allSatisfy { $0.hasSuffix(".swift") && fileStatus($0)?.isFolder != true }
  var modules = try timings.measure("find and read files") { () throws(Findings) in
    try areFiles ? findModule(ofFiles: paths) : findModules(paths)
  }
  if let name { try rename(&modules, name, paths) }
  if isWhole, modules.count == 1 { modules[0].isWhole = true }
  let used = try readModules(using)
  for index in modules.indices { modules[index].used = used }
  var files: [GeneratedTree.File] = []
  var folders: [String] = []
  var findings = clashes(of: modules)
  for module in modules {
    do {
      files += try generateModule(module, options, timings)
      // Of a part of a module, nothing says what is stale; standalone C may lie among a caller's own files.
      guard module.isWhole, !options.isStandalone else { continue }
      folders += options.kernels == .swift ? [module.name] : [module.name, kernelsModule(of: module)]
    } catch {
      findings += error.all
    }
  }
  if findings.isEmpty && files.isEmpty { findings = modules.map(nothingToGenerate) }
  // Modules that clash have files that clash, of which nothing needs to be said.
  let mayClash = findings.isEmpty
  for (path, files) in Dictionary(grouping: files, by: \.path) where mayClash && files.count > 1 {
    findings.append(
      Finding(
        "input.duplicate", "\(files.count) model files would be generated as '\(path)'; generate them apart",
        at: SourceSpan(file: paths[0], line: 1, column: 1)))
  }
  guard findings.isEmpty else { throw Findings(findings) }
  return GeneratedTree(files: files, folders: folders)
}

private func generateModule(
  _ module: ModuleSources, _ options: GenerateOptions, _ timings: StageTimings
) throws(Findings) -> [GeneratedTree.File] {
  let elaborated = try Stages.elaborated(module, timings)
  var files: [GeneratedTree.File] = []
  var findings: [Finding] = []
  var prefixes: [String: String] = [:]
  for source in module.files {
    let entries = elaborated.entryPoints.filter { $0.span.file == source.path }
    let classes = elaborated.classes.filter { $0.span.file == source.path }
    guard !entries.isEmpty || !classes.isEmpty else { continue }
    // Every C name of a file begins with the file's.
    if let other = prefixes.updateValue(source.path, forKey: prefixOfC(source.path)) {
      findings.append(
        Finding(
          "input.duplicate", "the C of this file and of '\(other)' would have the same names; rename one of them",
          at: SourceSpan(file: source.path, line: 1, column: 1)))
    }
    do {
      var glue = GlueSource(
        base: baseName(source.path), module: module.name, kernels: nil, classes: classes, entries: [])
      glue.imports = module.used.map(\.name).filter(elaborated.imports.contains)
      files += try generateFile(glue, of: module, options, entries, timings)
    } catch {
      findings += AdjointDriver.findings(from: error, in: entries.first)
    }
  }
  guard findings.isEmpty else { throw Findings(findings) }
  guard !files.isEmpty else {
    // A folder of modules may hold some without models.
    guard module.isOneOfMany else { throw Findings([nothingToGenerate(module)]) }
    return []
  }
  let kernels = kernelsModule(of: module)
  guard files.contains(where: { $0.path.hasPrefix(kernels + "/") }) else { return files }
  return files + [.init(path: "\(kernels)/include/module.modulemap", text: moduleMap(of: kernels))]
}

/// What is generated of one model file.
private func generateFile(
  _ start: GlueSource, of module: ModuleSources, _ options: GenerateOptions, _ entries: [EntryPoint],
  _ timings: StageTimings
) throws -> [GeneratedTree.File] {
  let base = start.base
  let scheduled = try schedule(entries, timings)
  let source = base + ".swift"
  if options.isStandalone {
    guard !entries.isEmpty else { return [] }
    return try timings.measure("write C") { try emitStandalone(module: nameOfC(base), source: source, scheduled) }.files
      .map { .init(path: $0.path, text: $0.text) }
  }
  var files: [GeneratedTree.File] = []
  var glue = start
  let interfaces: [[KernelInterface]]
  switch (options.kernels, entries.isEmpty) {
  case (_, true): interfaces = []
  case (.c, _):
    let c = try timings.measure("write C") {
      try emitC(module: nameOfC(base), source: source, owner: module.name, scheduled)
    }
    let target = kernelsModule(of: module)
    files += c.files.map { .init(path: "\(target)/\($0.path)", text: $0.text) }
    glue.kernels = target
    interfaces = c.interfaces
  case (.swift, _):
    let swift = try timings.measure("write Swift kernels") { try emitSwift(module: base, source: source, scheduled) }
    files += swift.files.map { .init(path: "\(module.name)/\($0.path)", text: $0.text) }
    interfaces = swift.interfaces
  }
  glue.entries = zip(scheduled, interfaces).map { CompiledEntry($0.entryPoint, interfaces: $1) }
  let text = try timings.measure("write glue") { try emitGlue(glue) }
  return files + [.init(path: "\(module.name)/\(base).adjoint.swift", text: text)]
}

/// The schedules of all entry points of a file; what is wrong with any is thrown together.
private func schedule(_ entries: [EntryPoint], _ timings: StageTimings) throws(Findings) -> [ScheduledEntryPoint] {
  var scheduled: [ScheduledEntryPoint] = []
  var findings: [Finding] = []
  for entry in entries {
    do { scheduled.append(try Stages.scheduled(entry, timings)) } catch {
      findings += AdjointDriver.findings(from: error, in: entry)
    }
  }
  guard findings.isEmpty else { throw Findings(findings) }
  return scheduled
}

private func nothingToGenerate(_ module: ModuleSources) -> Finding {
  Finding(
    "annotation.none",
    "there is nothing to generate: \(module.name) has no model (a final class that conforms to Module), and no function "
      + "with a parameter annotated with @Shape, @Like or @Traced",
    at: SourceSpan(file: module.files[0].path, line: 1, column: 1))
}
