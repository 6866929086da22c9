import AdjointDiagnostics
import SwiftSyntax

extension Reader {
  /// Reads a class, struct, enum or protocol with the types nested in it; `rename` gives a shadowed name another.
  func typeDeclarations(_ syntax: DeclSyntax, outer: String?, rename: (String) -> String) -> [TypeDeclaration] {
    func qualified(_ name: TokenSyntax) -> String {
      rename((outer.map { $0 + "." } ?? "") + name.plainText)
    }
    func inherits(_ clause: InheritanceClauseSyntax?) -> [TypeNode] {
      clause?.inheritedTypes.map { type($0.type) } ?? []
    }
    let made: TypeDeclaration
    let members: MemberBlockItemListSyntax
    switch Syntax(syntax).as(SyntaxEnum.self) {
    case .classDecl(let node):
      made = TypeDeclaration(
        name: qualified(node.name), kind: .class, genericParameters: genericParameters(node.genericParameterClause),
        inherits: inherits(node.inheritanceClause), access: access(node.modifiers), span: span(node.name),
        isLibrary: isLibrary)
      members = node.memberBlock.members
    case .structDecl(let node):
      made = TypeDeclaration(
        name: qualified(node.name), kind: .struct, genericParameters: genericParameters(node.genericParameterClause),
        inherits: inherits(node.inheritanceClause), access: access(node.modifiers), span: span(node.name),
        isLibrary: isLibrary)
      members = node.memberBlock.members
    case .enumDecl(let node):
      made = TypeDeclaration(
        name: qualified(node.name), kind: .enum, genericParameters: genericParameters(node.genericParameterClause),
        inherits: inherits(node.inheritanceClause), access: access(node.modifiers), span: span(node.name),
        isLibrary: isLibrary)
      members = node.memberBlock.members
    case .protocolDecl(let node):
      made = TypeDeclaration(
        name: qualified(node.name), kind: .protocol, inherits: inherits(node.inheritanceClause),
        access: access(node.modifiers), span: span(node.name), isLibrary: isLibrary)
      members = node.memberBlock.members
    case .actorDecl(let node):
      made = TypeDeclaration(
        name: qualified(node.name), kind: .class, access: access(node.modifiers), span: span(node.name),
        isLibrary: isLibrary)
      made.refusals.append(refusal("fence.actor", "an actor cannot be compiled; use a final class", node))
      return [made]
    default: return []
    }
    return [made] + add(members, to: made, isExtension: false, rename: rename)
  }

  /// Adds the members of a type or of an extension, and returns the types nested in it.
  @discardableResult
  func add(
    _ members: MemberBlockItemListSyntax, to type: TypeDeclaration, isExtension: Bool, rename: (String) -> String
  ) -> [TypeDeclaration] {
    var nested: [TypeDeclaration] = []
    for member in members {
      switch Syntax(member.decl).as(SyntaxEnum.self) {
      case .variableDecl(let node): addProperty(node, to: type)
      case .functionDecl(let node):
        let method = function(node, in: type.name)
        if method.isStatic {
          type.staticMethods[method.name, default: []].append(method)
        } else {
          type.methods[method.name, default: []].append(method)
        }
      case .initializerDecl(let node):
        type.initialisers.append(initialiser(node, in: type.name))
        if !isExtension { type.hasOwnInitialiser = true }
      case .subscriptDecl(let node): addSubscript(node, to: type)
      case .enumCaseDecl(let node):
        for element in node.elements {
          let payload = element.parameterClause?.parameters.map { parameter in
            let label = parameter.firstName?.plainText
            return (
              label: label == "_" ? nil : label, type: self.type(parameter.type),
              defaultValue: parameter.defaultValue.map { expression($0.value) }
            )
          }
          type.cases.append(
            EnumCase(
              name: element.name.plainText, payload: payload ?? [],
              rawValue: element.rawValue.map { expression($0.value) }))
        }
      case .typeAliasDecl(let node): type.typealiases[node.name.plainText] = self.type(node.initializer.value)
      case .classDecl, .structDecl, .enumDecl, .protocolDecl, .actorDecl:
        nested += typeDeclarations(member.decl, outer: type.name, rename: rename)
      case .deinitializerDecl(let node):
        type.refusals.append(
          refusal("fence.deinit", "'deinit' has no meaning in compiled code; remove it", node))
      case .ifConfigDecl(let node):
        type.refusals.append(
          refusal(
            "fence.conditional-compilation",
            "'#if' cannot be compiled, since the generator does not know the build settings", node))
      case .macroExpansionDecl(let node):
        type.refusals.append(
          refusal("fence.macro", "a macro cannot be compiled, since it is not expanded here", node))
      default: break
      }
    }
    return nested
  }

  private static let ignoredAttributes: Set<String> = [
    "inlinable", "inline", "usableFromInline", "discardableResult", "available", "escaping", "MainActor", "Sendable",
    "preconcurrency", "unchecked", "frozen", "warn_unqualified_access",
  ]

  private func addProperty(_ node: VariableDeclSyntax, to type: TypeDeclaration) {
    let isStatic = has("static", node.modifiers) || has("class", node.modifiers)
    let wrapper = attributes(node.attributes).first { !Self.ignoredAttributes.contains($0.name) }
    if let finding = refusedModifier(node.modifiers) { type.refusals.append(finding) }
    let read = bindings(node)
    for (syntax, binding) in zip(node.bindings, read) {
      guard case .binding(let name, let isLet) = binding.pattern.kind else {
        type.refusals.append(
          refusal("fence.property-pattern", "a stored property needs a name of its own; declare them singly", syntax))
        continue
      }
      if let block = syntax.accessorBlock {
        let parts = accessors(block, name: name, type: binding.type, enclosing: type.name, isStatic: isStatic)
        if let refusal = parts.refusal { type.refusals.append(refusal) }
        if type.kind == .protocol, parts.getter == nil { continue }
        let computed = ComputedProperty(
          name: name, type: binding.type, getter: parts.getter, setter: parts.setter, access: access(node.modifiers))
        if isStatic {
          type.staticComputed[name, default: []].append(computed)
        } else {
          type.computed[name, default: []].append(computed)
        }
        continue
      }
      let stored = StoredProperty(
        name: name, type: binding.type, initialiser: binding.initialiser, isLet: isLet, wrapper: wrapper,
        access: access(node.modifiers), span: span(syntax))
      if isStatic { type.staticStored[name, default: []].append(stored) } else { type.stored.append(stored) }
    }
  }

  private func addSubscript(_ node: SubscriptDeclSyntax, to type: TypeDeclaration) {
    guard let block = node.accessorBlock else { return }
    // A subscript's parameter has a label only where two names are written.
    let parameters = parameters(node.parameterClause).enumerated().map { index, parameter in
      var parameter = parameter
      let syntax = node.parameterClause.parameters[
        node.parameterClause.parameters.index(node.parameterClause.parameters.startIndex, offsetBy: index)]
      if syntax.secondName == nil { parameter.label = nil }
      return parameter
    }
    let parts = accessors(
      block, name: "subscript", type: self.type(node.returnClause.type), enclosing: type.name, isStatic: false,
      parameters: parameters, isSubscript: true)
    if let refusal = parts.refusal { type.refusals.append(refusal) }
    type.subscripts.append(.init(parameters: parameters, getter: parts.getter, setter: parts.setter))
  }
}
