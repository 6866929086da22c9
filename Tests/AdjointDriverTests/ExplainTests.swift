import Foundation
import Testing

@Suite struct ExplainTests {
  private static let digits = packageRoot.appendingPathComponent("Sources/Examples/digits").path

  @Test func theDigitsStep() throws {
    let scratch = try Scratch()
    let outcome = try adjointc("explain", Self.digits, "trainStep", "--svg", scratch.path("arena.svg"))
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let text = outcome.output
    // 2 · 32 · 64 · 128 for the product alone.
    let hidden = try #require(text.split(separator: "\n").first { $0.contains("hidden_relu") })
    let numbers = hidden.split(separator: " ").compactMap { Int($0.replacing(",", with: "")) }
    #expect(numbers[0] > 2 * 32 * 64 * 128 && numbers[0] < 3 * 32 * 64 * 128)
    #expect(text.contains("Saved for the backward pass: 16,384 bytes\n  h [32, 128]"))
    #expect(text.contains("Computed again in the backward pass: nothing"))
    #expect(text.contains("output.kernel     update_output_kernel       ∂ line 15"))
    let svg = try #require(scratch.read("arena.svg"))
    #expect(svg.hasPrefix("<svg ") && svg.contains("<title>h [32, 128], 16,384 bytes at 0</title>"))
  }

  @Test func anUnknownFunction() throws {
    let outcome = try adjointc("explain", Self.digits, "trainStop")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains("no entry point is called 'trainStop'; there are evaluate, trainStep"))
  }
}
