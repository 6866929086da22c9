import AdjointDiagnostics
import SwiftSyntax

extension Reader {
  /// Reads a declaration among statements.
  func declaration(_ syntax: DeclSyntax) -> [Statement] {
    let place = span(syntax)
    func refuse(_ finding: Finding) -> [Statement] { [Statement(kind: .unsupported(finding), span: place)] }
    switch Syntax(syntax).as(SyntaxEnum.self) {
    case .variableDecl(let node):
      if let finding = refusedModifier(node.modifiers) { return refuse(finding) }
      if let attribute = attributes(node.attributes).first {
        return refuse(
          Finding(
            "fence.local-wrapper", "the attribute '@\(attribute.name)' on a local variable cannot be compiled",
            at: attribute.span))
      }
      return [Statement(kind: .binding(bindings(node), isLet: node.bindingSpecifier.text == "let"), span: place)]
    case .functionDecl(let node): return [Statement(kind: .function(function(node, in: nil)), span: place)]
    case .structDecl, .classDecl, .enumDecl, .protocolDecl, .extensionDecl, .actorDecl, .typeAliasDecl:
      return refuse(
        refusal(
          "fence.local-type", "a type declared inside a function cannot be compiled; move it to file level", syntax))
    case .ifConfigDecl:
      return refuse(
        refusal(
          "fence.conditional-compilation",
          "'#if' cannot be compiled, since the generator does not know the build settings; use a static 'if'", syntax))
    default: return refuse(unknownSyntax(syntax))
    }
  }

  /// The bindings of a `let` or `var`; in `let a, b: Int` the type belongs to both.
  func bindings(_ node: VariableDeclSyntax) -> [BindingNode] {
    let isLet = node.bindingSpecifier.text == "let"
    var result: [BindingNode] = []
    var following: TypeNode?
    for binding in node.bindings.reversed() {
      let written = binding.typeAnnotation.map { type($0.type) }
      if let written { following = written } else if binding.initializer != nil { following = nil }
      var made = BindingNode(
        pattern: pattern(binding.pattern, isLet: isLet), type: written ?? following,
        initialiser: binding.initializer.map { expression($0.value) })
      if let block = binding.accessorBlock {
        let name = binding.pattern.trimmedDescription
        let accessors = accessors(block, name: name, type: written, enclosing: nil, isStatic: false)
        if let refusal = accessors.refusal {
          made.initialiser = Expression(.unsupported(refusal), at: refusal.span)
        } else {
          made.getter = accessors.getter
        }
      }
      result.append(made)
    }
    return result.reversed()
  }

  /// Modifiers of variables that are refused, each with its finding's id.
  private static let refusedModifiers = ["lazy": "fence.lazy", "weak": "fence.weak", "unowned": "fence.unowned"]

  func refusedModifier(_ modifiers: DeclModifierListSyntax) -> Finding? {
    for modifier in modifiers {
      guard let id = Self.refusedModifiers[modifier.name.text] else { continue }
      return refusal(id, "'\(modifier.name.text)' variables cannot be compiled", modifier)
    }
    return nil
  }

  func attributes(_ list: AttributeListSyntax) -> [AttributeNode] {
    list.compactMap { element in
      guard case .attribute(let node) = element else { return nil }
      let name = node.attributeName.trimmedDescription
      var list: [ArgumentNode]?
      var firstText: String?
      if case .argumentList(let written) = node.arguments {
        list = arguments(written)
        firstText = written.first?.expression.trimmedDescription
      }
      if node.arguments == nil, node.leftParen != nil { list = [] }
      return AttributeNode(
        name: name, type: type(node.attributeName), arguments: list, firstText: firstText, span: span(node))
    }
  }

  func access(_ modifiers: DeclModifierListSyntax) -> String {
    // `private(set)` says nothing about reading.
    for modifier in modifiers where modifier.detail == nil {
      switch modifier.name.text {
      case "public", "open": return "public"
      case "package", "private", "fileprivate": return modifier.name.text
      default: break
      }
    }
    return defaultAccess
  }

  func has(_ name: String, _ modifiers: DeclModifierListSyntax) -> Bool {
    modifiers.contains { $0.name.text == name }
  }

  func genericParameters(_ clause: GenericParameterClauseSyntax?) -> [String] {
    clause?.parameters.map { $0.name.plainText } ?? []
  }

  func parameters(_ clause: FunctionParameterClauseSyntax) -> [ParameterNode] {
    clause.parameters.map { node in
      let first = node.firstName.plainText
      return ParameterNode(
        label: first == "_" ? nil : first, name: (node.secondName ?? node.firstName).plainText, type: type(node.type),
        defaultValue: node.defaultValue.map { expression($0.value) }, isVariadic: node.ellipsis != nil,
        attributes: attributes(node.attributes), span: span(node))
    }
  }

  private func refusals(_ effects: FunctionEffectSpecifiersSyntax?) -> [Finding] {
    guard let keyword = effects?.asyncSpecifier else { return [] }
    return [refusal("fence.async", "an asynchronous function cannot be compiled; remove 'async'", keyword)]
  }

  /// Reads a function or method.
  func function(_ node: FunctionDeclSyntax, in enclosing: String?) -> FunctionDeclaration {
    FunctionDeclaration(
      name: node.name.plainText, parameters: parameters(node.signature.parameterClause),
      genericParameters: genericParameters(node.genericParameterClause),
      result: node.signature.returnClause.map { type($0.type) }, body: node.body.map { statements($0.statements) },
      isStatic: has("static", node.modifiers) || has("class", node.modifiers),
      isMutating: has("mutating", node.modifiers),
      isThrowing: node.signature.effectSpecifiers?.throwsClause != nil, access: access(node.modifiers),
      attributes: attributes(node.attributes), refusals: refusals(node.signature.effectSpecifiers),
      span: span(node.name), enclosingType: enclosing, isLibrary: isLibrary)
  }

  /// Reads an initialiser.
  func initialiser(_ node: InitializerDeclSyntax, in enclosing: String) -> FunctionDeclaration {
    FunctionDeclaration(
      name: "init", role: .initialiser, parameters: parameters(node.signature.parameterClause),
      genericParameters: genericParameters(node.genericParameterClause),
      body: node.body.map { statements($0.statements) },
      isThrowing: node.signature.effectSpecifiers?.throwsClause != nil, isFailable: node.optionalMark != nil,
      access: access(node.modifiers), refusals: refusals(node.signature.effectSpecifiers),
      span: span(node.initKeyword), enclosingType: enclosing, isLibrary: isLibrary)
  }

  /// The getter and setter of a computed property or subscript; or why they cannot be read.
  func accessors(
    _ block: AccessorBlockSyntax, name: String, type: TypeNode?, enclosing: String?, isStatic: Bool,
    parameters: [ParameterNode] = [], isSubscript: Bool = false
  ) -> (getter: FunctionDeclaration?, setter: FunctionDeclaration?, refusal: Finding?) {
    func make(_ role: FunctionDeclaration.Role, _ body: CodeBlockItemListSyntax, _ parameters: [ParameterNode])
      -> FunctionDeclaration
    {
      let isGetter = role == .getter || role == .subscriptGetter
      return FunctionDeclaration(
        name: name, role: role, parameters: parameters, result: isGetter ? type : nil, body: statements(body),
        isStatic: isStatic, isMutating: !isGetter, span: span(block), enclosingType: enclosing, isLibrary: isLibrary)
    }
    switch block.accessors {
    case .getter(let body):
      return (make(isSubscript ? .subscriptGetter : .getter, body, parameters), nil, nil)
    case .accessors(let list):
      var getter: FunctionDeclaration?
      var setter: FunctionDeclaration?
      for accessor in list {
        switch (accessor.accessorSpecifier.text, accessor.body) {
        case ("get", let body?):
          getter = make(isSubscript ? .subscriptGetter : .getter, body.statements, parameters)
        case ("set", let body?), ("nonmutating set", let body?):
          let value = accessor.parameters?.name.plainText ?? "newValue"
          let type = type ?? TypeNode(kind: .named(["Any"], []), span: span(accessor), text: "Any")
          let parameter = ParameterNode(label: "newValue", name: value, type: type, span: span(accessor))
          setter = make(isSubscript ? .subscriptSetter : .setter, body.statements, parameters + [parameter])
        case (_, nil): break
        case (let kind, _):
          return (
            nil, nil,
            refusal("fence.accessor", "the accessor '\(kind)' cannot be compiled; use 'get' and 'set'", accessor)
          )
        }
      }
      return (getter, setter, nil)
    }
  }
}
