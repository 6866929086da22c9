import AdjointDriver
import ArgumentParser

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Test the derivatives and the kernels of your entry points on random numbers; exit 1 where one is wrong.",
    discussion: """
      Every grad, valueAndGrad, vjp and jvp of an entry point is tested in Float64, one variable at a time: its forward \
      mode against central finite differences, its reverse mode against its forward mode by the dot-product test. The \
      generated C and Swift kernels are compiled and compared with the reference evaluation, to which eager runs agree. \
      The table has the worst deviation of each variable, relative to its largest number.
      """)

  @Argument(help: ArgumentHelp("The model file or folder.", valueName: "path"))
  var path: String

  @Argument(help: ArgumentHelp("Only the entry point of this name.", valueName: "function"))
  var function: String?

  @Option(help: "Chooses the random numbers.")
  var seed: UInt64 = 1

  @Option(help: "How often numbers are drawn.")
  var draws = 2

  func run() throws {
    try reportingFindings {
      let report = try check(path, function: function, seed: seed, draws: draws) { printError($0) }
      try printOutput(report.table)
      if !report.passes { throw ExitCode(1) }
    }
  }
}
