import AdjointDiagnostics
import AdjointIR

/// Elaborates one entry point: one program for each combination of the sizes of its dimensions.
struct EntryPointElaboration {
  let declarations: Declarations
  let function: FunctionDeclaration

  init(_ declarations: Declarations, _ function: FunctionDeclaration) {
    self.declarations = declarations
    self.function = function
  }

  func run() throws(Findings) -> EntryPoint {
    let dimensions = try namedDimensions()
    let count = dimensions.reduce(1) { min($0, Elaborator.Limits.specialisations + 1) * $1.sizes.count }
    guard count <= Elaborator.Limits.specialisations else {
      throw Findings([
        Finding(
          "limit.specialisations",
          "the sizes of its dimensions have \(count) combinations or more, and each would be code of its own; at most "
            + "\(Elaborator.Limits.specialisations) are possible", at: function.span)
      ])
    }
    var findings: [Finding] = []
    var runs: [EntryPointRun] = []
    for sizes in combinations(dimensions) {
      let run = EntryPointRun(declarations, function, sizes: sizes)
      do { try run.elaborate() } catch let finding as Finding { run.elaborator.findings.append(finding) } catch {
        run.elaborator.findings.append(
          Finding("internal", "elaboration stopped: \(error)", at: function.span))
      }
      // Nothing calls an entry point: what is wrong with the call is wrong with the function.
      findings += run.elaborator.findings.map { finding in
        var finding = finding
        if finding.span == .none { finding.span = function.span }
        return finding
      }
      runs.append(run)
      // What does not end for one size does not end for the others, and each would take as long.
      if findings.contains(where: { $0.id.hasPrefix("limit.") }) { break }
    }
    guard findings.isEmpty, let first = runs.first else { throw Findings(findings) }
    var entry = EntryPoint(
      name: function.name, enclosingType: function.enclosingType, access: function.access,
      isThrowing: function.isThrowing, arguments: first.arguments, returnTypeText: function.result?.text,
      returns: first.returns,
      specialisations: runs.map { EntryPoint.Specialisation(sizes: $0.sizes, program: $0.program!) },
      span: function.span)
    entry.readsMetadata = runs.contains { $0.elaborator.readsMetadata }
    return entry
  }

  /// The dimensions with several sizes that the annotations name, by name.
  private func namedDimensions() throws(Findings) -> [(name: String, sizes: [Int])] {
    let elaborator = Elaborator(declarations, .standard())
    var found: [String: [Int]] = [:]
    do {
      for parameter in function.parameters {
        for attribute in parameter.attributes where attribute.name == "Shape" {
          for argument in attribute.arguments ?? [] {
            let (name, sizes) = try elaborator.dimension(argument.expression)
            if sizes.count > 1 { found[name] = sizes }
          }
        }
      }
    } catch let finding as Finding {
      throw Findings([finding])
    } catch {
      throw Findings([Finding("annotation.shape", "this @Shape is not understood: \(error)", at: function.span)])
    }
    return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private func combinations(_ dimensions: [(name: String, sizes: [Int])]) -> [[String: Int]] {
    dimensions.reduce([[:]]) { partial, dimension in
      partial.flatMap { sizes in
        dimension.sizes.map { size in
          var sizes = sizes
          sizes[dimension.name] = size
          return sizes
        }
      }
    }
  }
}

extension Elaborator {
  /// The sizes of one dimension of a `@Shape`, and its name where it has one.
  func dimension(_ expression: Expression) throws -> (name: String, sizes: [Int]) {
    let value = try evaluate(expression, Scope(parent: nil), expected: .nominal("Dim", []))
    switch value {
    case .integer(let size, _) where size >= 0: return ("", [size])
    case .native(let dim as DimValue):
      if case .member(_, let name, _) = expression.kind { return (name, dim.sizes) }
      return (dim.sizes.map(String.init).joined(separator: " or "), dim.sizes)
    case .implicitMember(let name, _):
      throw error(
        "annotation.dim",
        "no dimension '.\(name)' is declared; write extension Dim { static let \(name) = Dim(…) }", at: expression.focus
      )
    default:
      throw error(
        "annotation.shape", "an extent is a number that is not negative or a Dim, not \(value.summary)",
        at: expression.span)
    }
  }
}
