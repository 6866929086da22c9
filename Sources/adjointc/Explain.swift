import AdjointDriver
import ArgumentParser
import Foundation

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the kernels of an entry point, its memory over time, and what its derivative keeps.",
    discussion: """
      For each kernel: floating-point and integer operations, the bytes of what it reads and writes, and the lines of \
      the model that it computes or differentiates. Then the arena over time, what is saved for the backward pass and \
      what is computed again, and where the gradient of each variable comes from.
      """)

  @Argument(help: ArgumentHelp("The model file or folder.", valueName: "path"))
  var path: String

  @Argument(help: ArgumentHelp("The entry point's name.", valueName: "function"))
  var function: String

  @Option(help: ArgumentHelp("Also write the arena over time as a picture.", valueName: "file.svg"))
  var svg: String?

  func run() throws {
    try reportingFindings {
      let explanation = try explain(path, function: function)
      try printOutput(explanation.text)
      guard let svg else { return }
      let base = svg.hasSuffix(".svg") ? String(svg.dropLast(4)) : svg
      for (number, picture) in explanation.pictures.enumerated() {
        let file = number == 0 ? "\(base).svg" : "\(base)-\(number + 1).svg"
        try Data(picture.utf8).write(to: URL(fileURLWithPath: file))
        try printOutput("wrote \(file)\n")
      }
    }
  }
}
