import AdjointDiagnostics
import Foundation
import SwiftDiagnostics
import SwiftOperators
import SwiftParser
import SwiftParserDiagnostics
import SwiftSyntax

/// One file of Swift, as the caller names it.
public struct SourceFile: Hashable, Sendable {
  /// The path that findings mention.
  public var name: String
  public var text: String
  /// The module that the file belongs to, where that is not the one being compiled.
  public var module: String?

  /// Makes a source file.
  public init(name: String, text: String, module: String? = nil) {
    self.name = name
    self.text = text
    self.module = module
  }
}

extension Declarations {
  /// Parses the library and the user's files and gathers what they declare. The order of the files does not matter.
  convenience init(sources: [SourceFile], library: [SourceFile]) {
    self.init()
    for file in library { modules[file.name] = Self.library }
    for file in sources { modules[file.name] = file.module }
    moduleNames = Set(modules.values).union([Self.library])
    var operators = Self.ownOperators
    var parsed: [(file: SourceFile, tree: SourceFileSyntax)] = []
    for file in sources.sorted(by: { ($0.name, $0.text) < ($1.name, $1.text) }) {
      if let finding = Nesting.findingBeforeParsing(file) {
        findings.append(finding)
        continue
      }
      let tree = Parser.parse(source: file.text)
      if let finding = Nesting.finding(in: tree, file) {
        findings.append(finding)
        continue
      }
      report(ParseDiagnosticsGenerator.diagnostics(for: tree), in: tree, file.name)
      operators.addSourceFile(tree) { _ in }
      parsed.append((file, tree))
    }
    var trees = parsedLibraries.trees(of: library).map { file, tree in (file, tree, true) }
    for (file, tree) in parsed {
      let folded = operators.foldAll(tree) { error in
        let place = SourceLocationConverter(fileName: file.name, tree: tree)
          .location(for: Self.position(of: error))
        let span = SourceSpan(file: file.name, line: place.line, column: place.column)
        self.findings.append(Finding("syntax.operator", error.message, at: span))
      }
      trees.append((file, folded.as(SourceFileSyntax.self) ?? tree, false))
    }
    let readers = trees.map { file, tree, isLibrary in
      (reader: Reader(file: file.name, tree: tree, isLibrary: isLibrary), tree: tree)
    }
    readImports(readers.filter { !$0.reader.isLibrary })
    // A name that several modules declare is qualified by all of them but the one that is compiled.
    var owners: [String: Set<String>] = [:]
    for (reader, tree) in readers {
      for name in Self.typeNames(tree) { owners[name, default: []].insert(modules[reader.file] ?? "") }
    }
    for (reader, tree) in readers {
      let module = modules[reader.file]
      collectTypes(tree, reader) { name in
        guard let module, (owners[name]?.count ?? 0) > 1 else { return name }
        return "\(module).\(name)"
      }
    }
    for (reader, tree) in readers { collectRest(tree, reader) }
    orderEntryPoints()
  }

  /// Swift's operators and Adjoint's.
  fileprivate static var ownOperators: OperatorTable {
    var operators = OperatorTable.standardOperators
    operators.addSourceFile(Parser.parse(source: Self.operatorSource)) { _ in }
    return operators
  }

  /// The operators that Adjoint adds to Swift's, and those of Swift's SIMD types, which the table leaves out.
  private static let operatorSource = """
    precedencegroup ExponentiationPrecedence { higherThan: MultiplicationPrecedence associativity: right }
    infix operator ** : ExponentiationPrecedence
    infix operator .== : ComparisonPrecedence
    infix operator .!= : ComparisonPrecedence
    infix operator .< : ComparisonPrecedence
    infix operator .<= : ComparisonPrecedence
    infix operator .> : ComparisonPrecedence
    infix operator .>= : ComparisonPrecedence
    prefix operator .!
    infix operator .& : LogicalConjunctionPrecedence
    infix operator .| : LogicalDisjunctionPrecedence
    infix operator .^ : LogicalDisjunctionPrecedence
    """

  private func report(_ diagnostics: [Diagnostic], in tree: SourceFileSyntax, _ file: String) {
    let converter = SourceLocationConverter(fileName: file, tree: tree)
    for diagnostic in diagnostics {
      let place = diagnostic.location(converter: converter)
      findings.append(
        Finding(
          "syntax", diagnostic.message, at: SourceSpan(file: file, line: place.line, column: place.column)))
    }
  }

  private static func position(of error: OperatorError) -> AbsolutePosition {
    switch error {
    case .groupAlreadyExists, .operatorAlreadyExists: AbsolutePosition(utf8Offset: 0)
    case .missingGroup(_, let node), .missingOperator(_, let node): node.positionAfterSkippingLeadingTrivia
    case .incomparableOperators(let node, _, _, _): node.positionAfterSkippingLeadingTrivia
    }
  }

  /// What each file imports, and what the modules that it imports hand on.
  private func readImports(_ files: [(reader: Reader, tree: SourceFileSyntax)]) {
    var handedOn: [String: Set<String>] = [:]
    for (reader, tree) in files {
      var names: Set<String> = []
      for item in tree.statements {
        guard case .decl(let syntax) = item.item, let node = syntax.as(ImportDeclSyntax.self),
          let name = node.path.first?.name.plainText
        else { continue }
        names.insert(name)
        let attributes = node.attributes.trimmedDescription
        // What is not public is seen too.
        if attributes.contains("@testable") { names.insert("@testable \(name)") }
        if attributes.contains("@_exported"), let module = modules[reader.file] {
          handedOn[module, default: []].insert(name)
        }
      }
      imports[reader.file] = names
    }
    for file in imports.keys where !handedOn.isEmpty {
      var pending = Array(imports[file]!)
      while let module = pending.popLast() {
        for name in handedOn[module] ?? [] where imports[file]!.insert(name).inserted { pending.append(name) }
      }
    }
  }

  private static func typeNames(_ tree: SourceFileSyntax) -> [String] {
    tree.statements.compactMap { item in
      guard case .decl(let syntax) = item.item else { return nil }
      return syntax.asProtocol((any NamedDeclSyntax).self).flatMap { named in
        syntax.is(FunctionDeclSyntax.self) ? nil : named.name.plainText
      }
    }
  }

  private func collectTypes(_ tree: SourceFileSyntax, _ reader: Reader, rename: (String) -> String) {
    for item in tree.statements {
      guard case .decl(let syntax) = item.item else { continue }
      for type in reader.typeDeclarations(syntax, outer: nil, rename: rename) {
        if let first = types[type.name] {
          findings.append(
            Finding(
              "name.duplicate", "the type '\(type.name)' is declared twice", at: type.span,
              notes: [.init("the other declaration", at: first.span)]))
          continue
        }
        add(type)
      }
    }
  }

  private func add(_ type: TypeDeclaration) {
    types[type.name] = type
    type.isForeign = !isOwn(type.span.file)
    // What it is called in its own module.
    var name = type.name
    if let module = modules[type.span.file], name.hasPrefix(module + "."), types[module] == nil {
      name = String(name.dropFirst(module.count + 1))
    }
    typesByName[name, default: []].append(type)
  }

  private func collectRest(_ tree: SourceFileSyntax, _ reader: Reader) {
    for item in tree.statements {
      guard case .decl(let syntax) = item.item else { continue }
      switch Syntax(syntax).as(SyntaxEnum.self) {
      case .functionDecl(let node):
        let function = reader.function(node, in: nil)
        if function.name.first.map({ $0.isLetter || $0 == "_" }) ?? false {
          functions[function.name, default: []].append(function)
        } else {
          operators[function.name, default: []].append(function)
        }
      case .variableDecl(let node):
        for (syntax, binding) in zip(node.bindings, reader.bindings(node)) {
          guard case .binding(let name, let isLet) = binding.pattern.kind else { continue }
          let access = reader.access(node.modifiers)
          if let getter = binding.getter {
            computedGlobals[name, default: []].append(
              ComputedProperty(name: name, type: binding.type, getter: getter, access: access))
          } else {
            globals[name, default: []].append(
              StoredProperty(
                name: name, type: binding.type, initialiser: binding.initialiser, isLet: isLet, access: access,
                span: reader.span(syntax)))
          }
        }
      case .typeAliasDecl(let node):
        typealiases[node.name.plainText, default: []].append(
          TypeAlias(
            type: reader.type(node.initializer.value), access: reader.access(node.modifiers), span: reader.span(node)))
      case .extensionDecl(let node): collectExtension(node, reader)
      default: break
      }
    }
  }

  private func collectExtension(_ node: ExtensionDeclSyntax, _ reader: Reader) {
    var name = node.extendedType.trimmedDescription
    if node.extendedType.is(ArrayTypeSyntax.self) { name = "Array" }
    if let generic = name.firstIndex(of: "<") { name = String(name[..<generic]) }
    if case .named(let path, _)? = alias(name, from: reader.file)?.kind { name = path.joined(separator: ".") }
    let target: TypeDeclaration
    if let type = type(name, from: reader.file) {
      target = type
    } else if let type = builtinExtensions[name] {
      target = type
    } else {
      target = TypeDeclaration(name: name, kind: .struct, span: reader.span(node), isLibrary: reader.isLibrary)
      builtinExtensions[name] = target
    }
    reader.defaultAccess = reader.access(node.modifiers)
    for type in reader.add(node.memberBlock.members, to: target, isExtension: true, rename: { $0 }) { add(type) }
    reader.defaultAccess = "internal"
    if let clause = node.inheritanceClause { target.inherits += clause.inheritedTypes.map { reader.type($0.type) } }
  }

  private func orderEntryPoints() {
    let methods = types.values.flatMap { $0.methods.values.flatMap { $0 } + $0.staticMethods.values.flatMap { $0 } }
    entryPoints = (functions.values.flatMap { $0 } + methods)
      .filter { function in
        modules[function.span.file] == nil
          && function.parameters.contains { $0.attributes.contains { Self.annotations.contains($0.name) } }
      }
      .sorted { $0.span < $1.span }
  }

  /// The annotations that make a function an entry point.
  static let annotations: Set<String> = ["Shape", "Like", "Traced"]
}

/// The library's syntax, parsed once however often sources are elaborated. The library declares no operators and has no
/// errors of syntax: its own build sees to that.
private final class ParsedLibraries: @unchecked Sendable {
  private let lock = NSLock()
  private var known: [[SourceFile]: [(SourceFile, SourceFileSyntax)]] = [:]

  func trees(of library: [SourceFile]) -> [(SourceFile, SourceFileSyntax)] {
    lock.withLock {
      if let trees = known[library] { return trees }
      let operators = Declarations.ownOperators
      let trees = library.map { file in
        let tree = Parser.parse(source: file.text)
        return (file, operators.foldAll(tree) { _ in }.as(SourceFileSyntax.self) ?? tree)
      }
      known[library] = trees
      return trees
    }
  }
}

private let parsedLibraries = ParsedLibraries()
