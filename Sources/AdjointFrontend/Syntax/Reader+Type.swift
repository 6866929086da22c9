import AdjointDiagnostics
import SwiftSyntax

extension Reader {
  /// Reads a type.
  func type(_ syntax: TypeSyntax) -> TypeNode {
    func node(_ kind: TypeNode.Kind) -> TypeNode {
      TypeNode(kind: kind, span: span(syntax), text: syntax.trimmedDescription)
    }
    switch Syntax(syntax).as(SyntaxEnum.self) {
    case .identifierType(let type):
      return node(.named([type.name.plainText], genericArguments(type.genericArgumentClause)))
    case .memberType(let type):
      guard case .named(let path, _) = self.type(type.baseType).kind else {
        return node(.unsupported(unknownSyntax(syntax)))
      }
      return node(.named(path + [type.name.plainText], genericArguments(type.genericArgumentClause)))
    case .arrayType(let type): return node(.array(self.type(type.element)))
    case .dictionaryType(let type): return node(.dictionary(self.type(type.key), self.type(type.value)))
    case .optionalType(let type): return node(.optional(self.type(type.wrappedType)))
    case .implicitlyUnwrappedOptionalType(let type): return node(.optional(self.type(type.wrappedType)))
    case .tupleType(let type):
      if type.elements.count == 1, let only = type.elements.first, only.firstName == nil { return self.type(only.type) }
      return node(
        .tuple(
          type.elements.map { element in
            let label = element.firstName?.plainText
            return (label == "_" ? nil : label, self.type(element.type))
          }))
    case .functionType(let type):
      if type.effectSpecifiers?.asyncSpecifier != nil {
        return node(.unsupported(refusal("fence.async", "asynchronous functions cannot be compiled", syntax)))
      }
      return node(.function(type.parameters.map { self.type($0.type) }, self.type(type.returnClause.type)))
    case .attributedType(let type):
      var base = self.type(type.baseType)
      for specifier in type.specifiers {
        switch specifier.trimmedDescription {
        case "inout": base.isInout = true
        case "consuming", "__owned", "sending": base.isConsuming = true
        case "borrowing", "__shared": break
        default: return node(.unsupported(unknownSyntax(syntax)))
        }
      }
      return base
    case .someOrAnyType(let type): return self.type(type.constraint)
    case .metatypeType(let type): return self.type(type.baseType)
    default: return node(.unsupported(unknownSyntax(syntax)))
    }
  }

  /// Reads `<A, B>`.
  func genericArguments(_ clause: GenericArgumentClauseSyntax?) -> [TypeNode] {
    guard let clause else { return [] }
    return clause.arguments.map { argument in
      switch argument.argument {
      case .type(let type): self.type(type)
      default:
        TypeNode(
          kind: .unsupported(unknownSyntax(argument)), span: span(argument), text: argument.trimmedDescription)
      }
    }
  }
}
