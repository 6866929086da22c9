import AdjointDiagnostics
import AdjointIR

extension EntryPoint {
  /// The entry point with the text of every source line that its operations come from.
  func quoting(_ sources: [SourceFile]) -> EntryPoint {
    var places: Set<SourceSpan> = []
    func collect(_ region: Region) {
      for operation in region.operations {
        places.insert(SourceSpan(file: operation.span.file, line: operation.span.line, column: 0))
        for inner in operation.regions { collect(inner) }
      }
    }
    for specialisation in specialisations { collect(specialisation.program.body) }
    var result = self
    for source in sources {
      let wanted = places.filter { $0.file == source.name }
      guard !wanted.isEmpty else { continue }
      let lines = source.text.split(omittingEmptySubsequences: false) { $0.isNewline }
      for place in wanted where place.line >= 1 && place.line <= lines.count {
        result.excerpts[place] = String(lines[place.line - 1].drop { $0 == " " || $0 == "\t" })
      }
    }
    return result
  }
}
