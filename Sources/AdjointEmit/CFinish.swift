import AdjointIR
import AdjointSchedule

/// C of what happens to a product's elements where it goes on while the next tile is summed: a structure of what it
/// works on, and a function that runs one stage of one row.
struct FinishWriter {
  private let plan: FinishPlan
  private let contraction: Contraction
  private let type: DType
  /// Expressions over the structure's fields.
  private var expressions: CExpressions
  private let names: (tile: String, row: String, stage: String, vector: String, unfinished: String)
  private let next: (row: String, column: String)
  private let place: (row: String, column: String)
  /// What each row asks for, for the next tile.
  private let asked: [(buffer: Int, index: Index)]
  /// What the structure's fields are called outside.
  private let outerNames: [Int: String]
  private let bufferNames: [Int: String]
  private let written: Set<Int>
  private let number: Int

  /// What the structure and the function are called.
  private var structure: String { KernelText.ownName + "_tile" + (number == 0 ? "" : "_\(number + 1)") }
  private var function: String { KernelText.ownName + "_finish" + (number == 0 ? "" : "_\(number + 1)") }

  /// - Parameter place: What holds the row and the column where a tile begins.
  init(
    _ plan: FinishPlan, _ contraction: Contraction, place: (row: String, column: String),
    _ statements: inout CStatements
  ) {
    self.plan = plan
    self.contraction = contraction
    self.place = place
    type = statements.dtype(contraction.accumulator)
    number = statements.needs.helpers.count
    names = (
      statements.derivedName("tile"), statements.derivedName("row"), statements.derivedName("stage"),
      statements.derivedName("vector"), statements.derivedName("unfinished")
    )
    let (i, j) = (statements.name(contraction.rows.variable), statements.name(contraction.columns.variable))
    next = (statements.derivedName(i + "_next"), statements.derivedName(j + "_next"))
    var variableNames = statements.expressions.variableNames
    for variable in plan.kernel.variables[variableNames.count...] {
      variableNames.append(statements.names.unique(variable.name))
    }
    outerNames = Dictionary(uniqueKeysWithValues: plan.outer.map { ($0, variableNames[$0]) })
    for variable in plan.outer { variableNames[variable] = "\(names.tile)->\(variableNames[variable])" }
    let outside = statements.expressions
    bufferNames = outside.bufferNames
    expressions = CExpressions(
      kernel: plan.kernel, buffers: outside.buffers,
      bufferNames: outside.bufferNames.mapValues { [tile = names.tile] in "\(tile)->\($0)" },
      variableNames: variableNames, loopIndices: outside.loopIndices, signs: outside.signs)
    expressions.vectorsAlong = contraction.columns.variable
    expressions.scalars = Set(plan.outer)
    written = Set(statements.kernel.writes)
    let held = statements.kernel.division?.held ?? []
    var asked: [(buffer: Int, index: Index)] = []
    for step in plan.stages.joined() {
      for (buffer, index) in loads(step.value)
      where index.terms.count == 2 && !held.contains(buffer)
        && outside.buffers[buffer].type.byteCount > EarlyLine.nearBytes
        && !asked.contains(where: { $0.buffer == buffer && $0.index == index })
      {
        asked.append((buffer, index))
      }
    }
    self.asked = asked
  }

  /// The structure and the function.
  func helper() -> String {
    var text = CText()
    writeStructure(&text)
    text.line()
    text.line("// Stage by stage, what happens to a row of a tile's sums.")
    text.line(
      "ADJOINT_INLINE void \(function)(void *\(names.unfinished), const \(type.cType) *sums, "
        + "const int \(names.row), const int \(names.stage)) {")
    text.nested { writeStages(&$0) }
    text.line("}")
    return text.text
  }

  private func writeStructure(_ text: inout CText) {
    text.line("// A tile with what happens to it.")
    text.line("typedef struct {")
    text.nested { fields in
      for buffer in plan.buffers {
        let constant = written.contains(buffer) ? "" : "const "
        fields.line("\(constant)\(type.cType) *\(bufferNames[buffer] ?? "");")
      }
      for variable in plan.outer { fields.line("\(type.cType) \(outerNames[variable] ?? "");") }
      for variable in plan.kept { fields.line("vector_\(type) \(expressions.variableNames[variable])[TILE_VECTORS];") }
      fields.line("int \(place.row), \(place.column);  // where it begins")
      fields.line("int \(next.row), \(next.column);  // where the next one does")
    }
    text.line("} \(structure);")
  }

  private func writeStages(_ text: inout CText) {
    let (i, j) = (name(contraction.rows.variable), name(contraction.columns.variable))
    text.line("\(structure) *const \(names.tile) = \(names.unfinished);")
    text.line("const int \(i) = \(names.tile)->\(place.row) + \(names.row);")
    if !asked.isEmpty {
      var ahead = expressions
      ahead.variableNames[contraction.rows.variable] = "(\(names.tile)->\(next.row) + \(names.row))"
      ahead.variableNames[contraction.columns.variable] = "\(names.tile)->\(next.column)"
      text.block("if (\(names.stage) == 0)") { inner in
        for (buffer, index) in asked { inner.line("ask_for_row_\(type)(&\(ahead.element(buffer, at: index)));") }
      }
    }
    text.directive("#pragma clang loop unroll(full)")
    let vector = names.vector
    text.block("for (int \(vector) = 0; \(vector) < TILE_VECTORS; \(vector)++)") { inner in
      inner.line("const int \(j) = \(names.tile)->\(place.column) + \(vector) * \(lanes);")
      var stored: Set<Int> = []
      for (stage, steps) in plan.stages.enumerated() {
        inner.block("if (\(names.stage) == \(stage))") { write(steps, stored, &$0) }
        stored.formUnion(steps.compactMap(\.defined).filter(plan.kept.contains))
      }
    }
  }

  private var lanes: String { type == .f32 ? "LANES" : "(LANES / 2)" }
  private var columns: String { type == .f32 ? "TILE_COLUMNS" : "(TILE_COLUMNS / 2)" }
  private func name(_ variable: Int) -> String { expressions.variableNames[variable] }

  /// Writes a stage, which finds the variables `stored` in the structure.
  private func write(_ steps: [FinishPlan.Step], _ stored: Set<Int>, _ text: inout CText) {
    var here = expressions
    func field(_ variable: Int) -> String { "\(names.tile)->\(name(variable))[\(names.vector)]" }
    for variable in stored { here.variableNames[variable] = field(variable) }
    if steps.contains(where: { $0.value.variables.contains(contraction.accumulator) }) {
      text.line(
        "const vector_\(type) \(name(contraction.accumulator)) = *(const vector_\(type) *)"
          + "&sums[\(names.row) * \(columns) + \(names.vector) * \(lanes)];")
    }
    for step in steps {
      switch step {
      case .define(let variable, let value) where plan.kept.contains(variable):
        text.line("\(field(variable)) = \(here.text(value));")
        text.line("ADJOINT_COMPUTED(\(field(variable)));")
        here.variableNames[variable] = field(variable)
      case .define(let variable, let value):
        text.line("const vector_\(type) \(name(variable)) = \(here.text(value));")
      case .store(let buffer, let at, let value):
        text.line("*(vector_\(type) *)&\(here.element(buffer, at: at)) = \(here.text(value));")
      }
    }
  }

  /// Declares the first tile, and that nothing of it is unfinished.
  func declare(_ text: inout CText) {
    var fields = plan.buffers.map { bufferNames[$0] ?? "" } + plan.outer.map { outerNames[$0] ?? "" }
    fields = fields.map { ".\($0) = \($0)" }
    text.line("_Alignas(64) \(type.cType) sums[TILE_ROWS * \(columns)];")
    text.line("\(structure) \(names.tile) = {\(fields.joined(separator: ", "))};")
    text.line("int \(names.unfinished) = 0;")
  }

  /// Says where the tile is that is summed next.
  func begin(_ text: inout CText) {
    text.line("\(names.tile).\(next.row) = \(place.row);")
    text.line("\(names.tile).\(next.column) = \(place.column);")
  }

  /// Sums it and finishes the one before; `operands` are the arguments that say what is summed.
  func writeSum(_ operands: String, height: String, _ text: inout CText) {
    text.line(
      "matmul_finishing_tile_\(type)(\(operands), \(height), sums, \(function), \(plan.stages.count), &\(names.tile), "
        + "\(names.unfinished));")
  }

  /// Leaves it to be finished.
  func end(height: String, _ text: inout CText) {
    text.line("\(names.tile).\(place.row) = \(place.row);")
    text.line("\(names.tile).\(place.column) = \(place.column);")
    text.line("\(names.unfinished) = \(height);")
  }

  /// Finishes the last tile.
  func writeEnd(_ text: inout CText) {
    text.line(
      "finish_rows_\(type)(&\(names.tile), sums, \(function), \(plan.stages.count), \(names.unfinished));")
  }
}
