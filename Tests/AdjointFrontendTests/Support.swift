import AdjointDiagnostics
import AdjointFrontend
import AdjointIR
import AdjointTransforms
import Testing

/// Elaborates one file named `Model.swift`.
func elaborated(_ source: String) throws -> FrontendResult {
  try elaborate([SourceFile(name: "Model.swift", text: source)])
}

/// The first program of the only entry point, verified.
func program(_ source: String) throws -> Program {
  let result = try elaborated(source)
  let program = try #require(result.entryPoints.first?.specialisations.first?.program)
  try verify(program)
  return program
}

/// What a body that returns a `Double` is worth; `declarations` stand before it.
func value(_ body: String, declarations: String = "") throws -> Double {
  let source = "\(declarations)\nfunc f(@Shape(2) _ x: Tensor<Float>) -> Double {\n\(body)\n}"
  let result = try evaluate(try program(source), [Literal([2], [3, 4])], precision: .asTyped)
  return try #require(result.first).reals[0]
}

/// What a body that returns a `Tensor<Float>` computes of `x` = [3, 4].
func tensor(_ body: String, declarations: String = "") throws -> [Double] {
  let source = "\(declarations)\nfunc f(@Shape(2) _ x: Tensor<Float>) -> Tensor<Float> {\n\(body)\n}"
  let result = try evaluate(try program(source), [Literal([2], [3, 4])], precision: .asTyped)
  return try #require(result.first).reals
}

/// The findings of a file, each as `line:column id`.
func refusals(_ source: String) -> [String] {
  do {
    _ = try elaborated(source)
    return []
  } catch let findings as Findings {
    return findings.all.map { "\($0.span.line):\($0.span.column) \($0.id)" }
  } catch {
    return ["\(error)"]
  }
}

/// The findings of a body of an entry point, each as `line:column id`, lines counted in the body.
func refusals(body: String) -> [String] {
  do {
    _ = try elaborated("func f(@Shape(2) _ x: Tensor<Float>) -> Tensor<Float> {\n\(body)\n}")
    return []
  } catch let findings as Findings {
    return findings.all.map { "\($0.span.line - 1):\($0.span.column) \($0.id)" }
  } catch {
    return ["\(error)"]
  }
}
