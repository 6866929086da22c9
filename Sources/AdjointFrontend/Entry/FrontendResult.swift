import AdjointDiagnostics
import AdjointIR
import AdjointLibrarySource
import Foundation

/// What the front end makes of the sources: the functions to compile and the models they are for.
public struct FrontendResult: Sendable {
  /// Every function with an annotated parameter, in the order of files and lines.
  public var entryPoints: [EntryPoint]
  /// The structure of every model that an entry point takes, and of every other one with a single possible `init`.
  public var models: [ModelGraph]
  /// The user's classes of models whose attributes code in another file can list, in the order of files and lines.
  public var classes: [ModelClass]
  /// The modules that the files import.
  public var imports: Set<String> = []

  /// Makes a result.
  public init(entryPoints: [EntryPoint], models: [ModelGraph], classes: [ModelClass] = []) {
    self.entryPoints = entryPoints
    self.models = models
    self.classes = classes
  }
}

/// Elaborates every entry point of the sources, whose order does not matter. All findings are reported together.
public func elaborate(_ sources: [SourceFile]) throws(Findings) -> FrontendResult {
  let library = LibrarySource.files.map { SourceFile(name: "Adjoint/\($0.name)", text: $0.source) }
  return try elaborate(sources, library: library)
}

/// As `elaborate`, with another library: what tests of the front end alone need.
func elaborate(_ sources: [SourceFile], library: [SourceFile]) throws(Findings) -> FrontendResult {
  // Evaluation recurses with the source, so it has a stack of its own that no reasonable source fills.
  let task = ElaborationTask(sources, library)
  let thread = Thread { task.run() }
  thread.stackSize = 1 << 30
  thread.start()
  task.done.wait()
  return try task.result.get()
}

/// The work and its result, handed from one thread to another by a semaphore.
private final class ElaborationTask: @unchecked Sendable {
  let sources: [SourceFile]
  let library: [SourceFile]
  let done = DispatchSemaphore(value: 0)
  var result: Result<FrontendResult, Findings> = .failure(Findings([]))

  init(_ sources: [SourceFile], _ library: [SourceFile]) {
    self.sources = sources
    self.library = library
  }

  func run() {
    result = Result { () throws(Findings) in
      var made = try elaborateAll(Declarations(sources: sources, library: library))
      made.entryPoints = made.entryPoints.map { $0.quoting(sources) }
      return made
    }
    done.signal()
  }
}

private func elaborateAll(_ declarations: Declarations) throws(Findings) -> FrontendResult {
  // What does not parse has no meaning that could be judged.
  guard declarations.findings.isEmpty else { throw Findings(declarations.findings) }
  var findings = Fence(declarations).findings()
  var entryPoints: [EntryPoint] = []
  var models: [ModelGraph] = []
  for function in declarations.entryPoints {
    do {
      let made = try EntryPointElaboration(declarations, function).run()
      entryPoints.append(made)
      for argument in made.arguments {
        switch argument.kind {
        case .object(let graph), .state(let graph), .graphDefinition(let graph):
          if !models.contains(graph) { models.append(graph) }
        default: break
        }
      }
    } catch {
      findings += error.all
    }
    if declarations.remainingSteps < 0 { break }
  }
  for graph in knowableModels(declarations) where !models.contains(where: { $0.typeName == graph.typeName }) {
    models.append(graph)
  }
  let all = Findings(findings)
  if all.hasErrors { throw all }
  var result = FrontendResult(entryPoints: entryPoints, models: models, classes: listableClasses(declarations))
  result.imports = declarations.imports.filter { declarations.isOwn($0.key) }.values.reduce([]) { $0.union($1) }
  return result
}

/// The user's classes of models of which every stored property is visible from another file.
private func listableClasses(_ declarations: Declarations) -> [ModelClass] {
  let elaborator = Elaborator(declarations, .standard())
  let classes = declarations.types.values.filter { type in
    declarations.isOwn(type.span.file) && type.kind == .class
      && elaborator.lineage(type).contains { $0.inherits("Module") }
      && !["private", "fileprivate"].contains(type.access) && type.stored.allSatisfy { type.isReadable($0.name) }
  }
  return classes.sorted { $0.span < $1.span }.map { type in
    ModelClass(
      name: type.name, access: type.access,
      attributes: type.stored.sorted { $0.name < $1.name }.map { .init(name: $0.name, isWrapped: $0.wrapper != nil) },
      span: type.span)
  }
}

/// The user's models that have a single possible `init`, by name. One that cannot be elaborated is none of an entry
/// point's, so nothing is said about it.
private func knowableModels(_ declarations: Declarations) -> [ModelGraph] {
  declarations.types.values.filter {
    declarations.isOwn($0.span.file) && $0.kind == .class && $0.genericParameters.isEmpty
  }
  .sorted { $0.name < $1.name }
  .compactMap { type in
    let elaborator = Elaborator(declarations, .standard())
    guard elaborator.lineage(type).contains(where: { $0.inherits("Module") }),
      case .object(let object)? = try? elaborator.onlyInstance(of: type, at: type.span)
    else { return nil }
    return elaborator.graph(of: object).graph
  }
}
