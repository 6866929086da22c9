import AdjointDiagnostics
import AdjointEmit
import AdjointIR

/// What the tests of entry points found.
public struct CheckReport: Sendable {
  /// One for each derivative, variable and test, and one for each result of the C.
  public var rows: [CheckRow]
  /// What was not tested, and why.
  public var remarks: [String]

  /// Whether every test passed.
  public var passes: Bool { rows.allSatisfy(\.passes) }

  /// The rows as a table: the worst deviation of each variable in each test.
  public var table: String {
    var lines = [["", "function", "line", "variable", "test", "deviation"]]
    for row in rows {
      lines.append(
        [row.passes ? "ok" : "FAILED", row.function, "\(row.line)", row.variable, row.test, scientific(row.deviation)])
    }
    let failed = rows.count { !$0.passes }
    let end = failed == 0 ? "\(rows.count) tests passed\n" : "\(failed) of \(rows.count) tests failed\n"
    return AdjointDriver.table(lines, numbers: [2, 5]) + remarks.map { $0 + "\n" }.joined() + end
  }
}

/// Tests the entry points of the models that a path names on random numbers: every derivative by finite differences and
/// by the dot-product test in Float64, and the generated C against the reference evaluation.
///
/// - Parameters:
///   - function: Only the entry points of this name.
///   - seed: Chooses the numbers.
public func check(_ path: String, function: String?, seed: UInt64) throws(Findings) -> CheckReport {
  var report = CheckReport(rows: [], remarks: [])
  for entry in try entryPoints(path, named: function) {
    do {
      let scheduled = try Stages.scheduled(entry)
      let c = try LoadedC(scheduled)
      if c == nil { report.remarks.append("\(entry.name): the C was not tested, there is no C compiler on the PATH") }
      for (number, specialisation) in entry.specialisations.enumerated() {
        report.rows += try checkDerivatives(entry, specialisation, seed: seed)
        if let c { report.rows += try checkAgreement(scheduled, number, c, seed: seed) }
      }
    } catch {
      throw Findings(findings(from: error, in: entry))
    }
  }
  return report
}

/// `1.2e-09`.
private func scientific(_ value: Double) -> String {
  guard value.isFinite, value > 0 else { return value == 0 ? "0" : "\(value)" }
  var exponent = 0
  var mantissa = value
  while mantissa >= 9.95 {
    mantissa /= 10
    exponent += 1
  }
  while mantissa < 0.995 {
    mantissa *= 10
    exponent -= 1
  }
  let tenths = Int((mantissa * 10).rounded())
  return "\(tenths / 10).\(tenths % 10)e\(exponent < 0 ? "-" : "+")\(abs(exponent) < 10 ? "0" : "")\(abs(exponent))"
}
