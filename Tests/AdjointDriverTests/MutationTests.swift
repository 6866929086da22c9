import AdjointIR
import AdjointTransforms
import Foundation
import Testing

@testable import AdjointDriver

/// What `adjointc check` would find if a derivative rule were wrong: each rule of each op in the registry is broken in
/// turn, on the operands that its own file says it is tested on.
@Suite("Wrong derivative rules are caught") struct MutationTests {
  enum Rule: String, Hashable { case jvp, transpose }

  /// A rule of an op, by the op's name.
  struct Asked: Hashable, CustomStringConvertible {
    var op: String
    var rule: Rule
    var description: String { "\(op).\(rule.rawValue)" }
  }

  /// A way to be wrong.
  enum Fault: Hashable, CustomStringConvertible {
    /// Half as large again; where the rule says zero, what comes in goes out.
    case scaled
    /// The wrong sign.
    case negated
    /// Nothing for one operand.
    case without(operand: Int)

    var description: String {
      switch self {
      case .scaled: "scaled"
      case .negated: "negated"
      case .without(let operand): "without operand \(operand)"
      }
    }
  }

  @Test("of every op", arguments: 0..<OpRegistry.all.count)
  func everyRule(index: Int) throws {
    let op = OpRegistry.all[index]
    let cases = try Self.cases(of: op)
    var asked: Set<Asked> = []
    for subject in cases {
      let log = RuleLog()
      let rows = try checkDerivatives(
        op.name, subject.program, subject.arguments, seed: subject.seed, rules: log.recording)
      for row in rows { #expect(row.passes, "\(op.name), seed \(subject.seed): \(row)") }
      asked.formUnion(log.asked)
    }
    for rule in [Rule.jvp, .transpose] where asked.contains(Asked(op: op.name, rule: rule)) {
      let operands = rule == .jvp ? cases.map { $0.program.body.parameters.count }.max() ?? 0 : 3
      for fault in [Fault.scaled, .negated] + (0..<operands).map({ Fault.without(operand: $0) }) {
        var applied = false
        let caught = try cases.contains { subject in
          let log = RuleLog()
          let rules = log.breaking(Asked(op: op.name, rule: rule), fault)
          let rows = try checkDerivatives(op.name, subject.program, subject.arguments, seed: subject.seed, rules: rules)
          applied = applied || log.changed
          return rows.contains { !$0.passes }
        }
        #expect(caught || !applied, "\(op.name).\(rule.rawValue) \(fault) passes")
      }
    }
  }

  /// Every rule that any op's derivative asks for is one that the op's own cases ask for, and so is broken above.
  @Test func noRuleIsForgotten() throws {
    var asked: Set<Asked> = []
    var own: Set<Asked> = []
    for op in OpRegistry.all {
      for subject in try Self.cases(of: op) {
        let log = RuleLog()
        _ = try checkDerivatives(op.name, subject.program, subject.arguments, seed: subject.seed, rules: log.recording)
        asked.formUnion(log.asked)
        own.formUnion(log.asked.filter { $0.op == op.name })
      }
    }
    #expect(asked.subtracting(own).isEmpty, "\(asked.subtracting(own))")
    // What must be there whatever the probes are.
    for op in ["add", "multiply", "dot", "reduce", "gatherRows", "select", "pad", "concatenate"] {
      for rule in [Rule.jvp, .transpose] {
        #expect(own.contains { $0.op == op && $0.rule == rule }, "\(op).\(rule.rawValue)")
      }
    }
    #expect(own.count { $0.rule == .jvp } > 35)
    #expect(own.count { $0.rule == .transpose } > 15)
  }

  // MARK: Subjects

  struct Subject {
    var program: Program
    var arguments: [Literal]
    var seed: UInt64
  }

  /// Draws of an op's probes that a derivative can be taken of: forward mode of the op alone.
  static func cases(of op: any Op.Type) throws -> [Subject] {
    var cases: [Subject] = []
    for (number, probe) in op.probes.enumerated() {
      for draw in 0..<16 {
        let seed = UInt64(100 * number + draw + 1)
        var generator = ProbeGenerator(seed: seed)
        let drawn = probe.draw(&generator)
        let arguments = drawn.arguments(using: &generator)
        if let program = try program(drawn) {
          cases.append(Subject(program: program, arguments: arguments, seed: seed))
        }
      }
    }
    return cases
  }

  private static func program(_ drawn: Probe.Case) throws -> Program? {
    let results = try drawn.op.resultTypes(drawn.operands, regions: [])
    let real = drawn.operands.indices.filter { drawn.operands[$0].dtype.isFloat }
    guard !real.isEmpty, !results.isEmpty, results.allSatisfy(\.dtype.isFloat) else { return nil }
    let builder = Builder()
    let parameters = drawn.operands.map(builder.makeValue)
    let primals = real.map { parameters[$0] }
    let region = try builder.region(parameters: primals.map(\.type)) { moving in
      var operands = parameters
      for (position, value) in zip(real, moving) { operands[position] = value }
      return try builder.append(drawn.op, operands)
    }
    let outputs = try builder.append(Differentiate(.forward), primals + primals, regions: [region])
    return Program(
      name: "subject",
      parameters: parameters.indices.map { .init(name: "x\($0)", source: .argument($0)) },
      results: outputs.indices.map { .init(name: "y\($0)", destination: .returned(leaf: $0)) },
      body: Region(parameters: parameters, operations: builder.takeOperations(), results: outputs),
      nextValueID: builder.nextValueID)
  }
}

/// Rules that note what they are asked, and answer one question wrongly.
private final class RuleLog: @unchecked Sendable {
  private let lock = NSLock()
  private var rules: Set<MutationTests.Asked> = []
  private var didChange = false

  var asked: Set<MutationTests.Asked> { lock.withLock { rules } }
  /// Whether an answer was another than the op's own.
  var changed: Bool { lock.withLock { didChange } }

  private func note(_ operation: AdjointIR.Operation, _ rule: MutationTests.Rule) {
    _ = lock.withLock { rules.insert(.init(op: type(of: operation.op).name, rule: rule)) }
  }

  private func noteChange() { lock.withLock { didChange = true } }

  var recording: DerivativeRules {
    DerivativeRules(
      jvp: { operation, tangents, builder in
        self.note(operation, .jvp)
        return try DerivativeRules.ofOps.jvp(operation, tangents, builder)
      },
      transpose: { operation, linear, cotangents, builder in
        self.note(operation, .transpose)
        return try DerivativeRules.ofOps.transpose(operation, linear, cotangents, builder)
      })
  }

  func breaking(_ target: MutationTests.Asked, _ fault: MutationTests.Fault) -> DerivativeRules {
    DerivativeRules(
      jvp: { operation, tangents, builder in
        guard target == .init(op: type(of: operation.op).name, rule: .jvp) else {
          return try DerivativeRules.ofOps.jvp(operation, tangents, builder)
        }
        var tangents = tangents
        if case .without(let operand) = fault {
          guard operand < tangents.count, let tangent = tangents[operand], tangent.type.count > 0,
            tangents.count(where: { $0 != nil }) > 1
          else {
            return try DerivativeRules.ofOps.jvp(operation, tangents, builder)
          }
          self.noteChange()
          tangents[operand] = nil
          return try DerivativeRules.ofOps.jvp(operation, tangents, builder)
        }
        let right = try DerivativeRules.ofOps.jvp(operation, tangents, builder)
        guard right.contains(where: { $0 != nil }) else {
          // A rule that says zero.
          return operation.results.map { result in
            guard let tangent = tangents.compactMap({ $0 }).first(where: { $0.type == result.type }) else { return nil }
            self.noteChange()
            return tangent
          }
        }
        return try self.changed(right, fault, builder)
      },
      transpose: { operation, linear, cotangents, builder in
        let right = try DerivativeRules.ofOps.transpose(operation, linear, cotangents, builder)
        guard target == .init(op: type(of: operation.op).name, rule: .transpose) else { return right }
        if case .without(let operand) = fault {
          guard operand < right.count, let cotangent = right[operand], cotangent.type.count > 0,
            linear.contains(operand)
          else { return right }
          self.noteChange()
          var wrong = right
          wrong[operand] = nil
          return wrong
        }
        return try self.changed(right, fault, builder)
      })
  }

  private func changed(_ values: [Value?], _ fault: MutationTests.Fault, _ builder: Builder) throws -> [Value?] {
    try values.map { value in
      guard let value, value.type.count > 0 else { return value }
      noteChange()
      let factor = try builder.constant(fault == .negated ? -1 : 1.5, like: value)
      return try builder.emit(Multiply(), value, factor)
    }
  }
}
