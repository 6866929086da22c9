import AdjointDiagnostics
import AdjointEmit
import AdjointIR
import AdjointTransforms
import Foundation

/// What the tests of entry points found.
public struct CheckReport: Sendable {
  /// One for each derivative, variable and test, and one for each result of each way to run.
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
/// by the dot-product test in Float64, and the generated C and Swift kernels against the reference evaluation; where it
/// is asked for, the source itself too, run eagerly with the library.
///
/// - Parameters:
///   - function: Only the entry points of this name.
///   - seed: Chooses the numbers.
///   - draws: How often numbers are drawn; the worst deviation counts.
///   - progress: Told of each entry point before it is tested, since a large one takes a while.
public func check(
  _ path: String, function: String?, seed: UInt64, draws: Int = 2, eager: EagerRuns = .none,
  progress: @escaping @Sendable (String) -> Void = { _ in }
) throws(Findings) -> CheckReport {
  let entries = try entryPoints(path, named: function)
  return try onLargeStack { () throws(Findings) in
    var report = CheckReport(rows: [], remarks: [])
    let programs = try eagerPrograms(eager, path, entries, &report, progress)
    defer { programs?.remove() }
    var place = 0
    var files: [String] = []
    for entry in entries where !files.contains(entry.span.file) { files.append(entry.span.file) }
    for file in files {
      var chosen: EntryPoint?
      do {
        let scheduled = try entries.filter { $0.span.file == file }.map { entry in
          chosen = entry
          return try Stages.scheduled(entry)
        }
        chosen = nil
        progress("compiling the kernels of \(scheduled[0].entryPoint.span.fileName)")
        var kernels: [LoadedKernels] = []
        let source = scheduled[0].entryPoint.span.fileName
        for (language, made) in [
          ("C", try LoadedKernels.c(scheduled, source: source)),
          ("Swift", try LoadedKernels.swift(scheduled, source: source)),
        ] {
          if let made {
            kernels.append(made)
          } else {
            report.remarks.append(
              "\(source): there is no \(language) compiler on the PATH, so its \(language) was not tested")
          }
        }
        for (number, scheduled) in scheduled.enumerated() {
          chosen = scheduled.entryPoint
          place += 1
          progress("checking \(scheduled.entryPoint.name), \(place) of \(entries.count)")
          try checkEntry(number, scheduled.entryPoint, kernels, programs, seed: seed, draws: draws, &report)
        }
      } catch {
        throw Findings(findings(from: error, in: chosen))
      }
    }
    return report
  }
}

/// The programs that run the source of entry points; nil, with a remark, where there is no library for them.
private func eagerPrograms(
  _ eager: EagerRuns, _ path: String, _ entries: [EntryPoint], _ report: inout CheckReport,
  _ progress: (String) -> Void
) throws(Findings) -> EagerPrograms? {
  do {
    let package: String
    switch eager {
    case .none: return nil
    case .ofPackage: package = try adjointPackage(for: path)
    case .library(let folder): package = URL(fileURLWithPath: folder).standardizedFileURL.path
    }
    let programs = try EagerPrograms(path, entries, package, progress: progress)
    report.remarks += programs.remarks
    return programs
  } catch let notRun as NotRun {
    report.remarks.append("\(path) is not run eagerly: \(notRun.reason)")
    return nil
  } catch {
    throw Findings(findings(from: error, in: nil))
  }
}

/// Adds the rows of one entry point, the worst of a few draws each.
private func checkEntry(
  _ number: Int, _ entry: EntryPoint, _ kernels: [LoadedKernels], _ programs: EagerPrograms?, seed: UInt64, draws: Int,
  _ report: inout CheckReport
) throws {
  for (place, specialisation) in entry.specialisations.enumerated() {
    let title = entry.name + (specialisation.sizes.isEmpty ? "" : " (\(specialisation.sizesText))")
    let expanded = try expandDerivatives(specialisation.program)
    var worst: [CheckRow] = []
    for draw in 0..<max(draws, 1) {
      let seed = seed &+ UInt64(draw)
      let arguments = try CheckNumbers.arguments(for: entry, expanded, seed: seed)
      var found = try checkDerivatives(title, specialisation.program, arguments, seed: seed)
      let programs = programs?.canRun(entry) == true ? programs : nil
      if !kernels.isEmpty || programs != nil {
        let reference = try Reference(expanded, arguments)
        let line = entry.span.line
        if let programs {
          do {
            let results = try programs.run(entry, place, arguments)
            found += try checkAgreement(title, line: line, reference, arguments, "eager", results)
          } catch let stop as NotRun {
            // It runs where it is compiled, so this is a failure.
            report.remarks.append("\(title), run eagerly, stops: \(stop.reason)")
            found += expanded.results.map { result in
              CheckRow(
                function: title, line: line, variable: result.name, test: "eager, reference evaluation",
                deviation: .infinity, tolerance: 0)
            }
          }
        }
        for kernels in kernels {
          let results = try kernels.run(number, place, arguments)
          found += try checkAgreement(title, line: line, reference, arguments, kernels.language, results)
        }
      }
      if worst.isEmpty { worst = found }
      for (row, again) in found.enumerated() where again.deviation > worst[row].deviation { worst[row] = again }
    }
    report.rows += worst
  }
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
