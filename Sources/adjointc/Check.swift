import AdjointDriver
import ArgumentParser

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Test the derivatives and the kernels of your entry points on random numbers; exit 1 where one is wrong.",
    discussion: """
      Every grad, valueAndGrad, vjp and jvp of an entry point is tested in Float64, one variable at a time: its forward \
      mode against central finite differences, its reverse mode against its forward mode by the dot-product test. The \
      generated C and Swift kernels, and your source itself, run eagerly with the Adjoint library, are compiled and \
      compared with the reference evaluation. The table has the worst deviation of each variable, relative to its \
      largest number.

      The library is that of the package that the models lie in or that it depends on; where there is none, or your \
      source needs what it does not hold, the eager runs are left out and a line under the table says why.
      """)

  @Argument(help: ArgumentHelp("The model file or folder.", valueName: "path"))
  var path: String

  @Argument(help: ArgumentHelp("Only the entry point of this name.", valueName: "function"))
  var function: String?

  @Option(help: "Chooses the random numbers.")
  var seed: UInt64 = 1

  @Option(help: "How often numbers are drawn.")
  var draws = 2

  @Option(
    help: ArgumentHelp("The Adjoint package whose library runs your source eagerly.", valueName: "folder"))
  var adjoint: String?

  @Flag(inversion: .prefixedNo, help: "Run your source eagerly too.")
  var eager = true

  func validate() throws {
    if let adjoint, !isAdjointPackage(adjoint) {
      throw ValidationError("--adjoint \(adjoint): this is not the folder of the Adjoint package")
    }
  }

  func run() throws {
    try reportingFindings {
      let runs: EagerRuns = !eager ? .none : adjoint.map { .library($0) } ?? .ofPackage
      let report = try check(path, function: function, seed: seed, draws: draws, eager: runs) { printError($0) }
      try printOutput(report.table)
      if !report.passes { throw ExitCode(1) }
    }
  }
}
