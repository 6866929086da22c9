import AdjointDriver
import Testing

/// `adjoint.json` beside Package.swift.
@Suite struct ConfigurationTests {
  private func package(_ json: String) throws -> Scratch {
    let scratch = try Scratch()
    try scratch.write("Package.swift", "// swift-tools-version: 6.1\n")
    try scratch.write("adjoint.json", json)
    try scratch.write("Sources/App/Model.swift", Sample.model)
    return scratch
  }

  @Test func optionsAreRead() throws {
    let scratch = try package("{ \"kernels\": \"swift\", \"output\": \"Made\" }")
    let outcome = try adjointc("generate", scratch.path("Sources/App"))
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(Set(scratch.files("Made").keys) == ["App/Model.adjoint.swift", "App/Model.kernels.swift"])
    // A flag comes before the file.
    #expect(try adjointc("generate", "--kernels", "c", scratch.path("Sources/App")).exitCode == 0)
    #expect(scratch.read("Made/AppKernels/Model.kernels.h") != nil)
  }

  @Test(arguments: [
    ("{\n  \"kernel\": \"swift\"\n}", "adjoint.json:2:1: error: there is no option 'kernel'; did you mean 'kernels'?"),
    ("{ \"kernels\": \"swft\" }", "'kernels' cannot be 'swft'; did you mean 'swift'?"),
    ("{ \"banana\": 1 }", "there is no option 'banana'; there are kernels, output, standalone, using"),
    ("{ \"standalone\": 1 }", "'standalone' must be true or false"),
    ("{ \"kernels\": ", "this is not a JSON object"), ("[]", "this is not a JSON object"),
  ])
  func mistakesAreRefused(json: String, message: String) throws {
    let scratch = try package(json)
    let outcome = try adjointc("generate", scratch.path("Sources/App"))
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(scratch.read("Generated/App/Model.adjoint.swift") == nil)
  }
}
