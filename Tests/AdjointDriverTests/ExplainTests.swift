import Foundation
import Testing

@Suite struct ExplainTests {
  private static let digits = packageRoot.appendingPathComponent("Sources/Examples/digits").path

  /// A perceptron small enough to count by hand.
  static let small = """
    import Adjoint

    final class Small: Module {
      let hidden: Linear
      let output: Linear

      init(rngs: Rngs) {
        hidden = Linear(3, 5, rngs: rngs)
        output = Linear(5, 2, rngs: rngs)
      }

      func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
        let h = relu(hidden(x))
        return output(h)
      }
    }

    func step(_ model: Small, @Shape(4, 3) x: Tensor<Float>, @Shape(4, 2) y: Tensor<Float>) -> Tensor<Float> {
      let (loss, grads) = valueAndGrad(model) { model in
        let error = model(x) - y
        return (error * error).sum()
      }
      let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
      update(model, params)
      return loss
    }

    """

  /// The first line of a report that begins with a word, its columns apart.
  private func row(_ name: String, _ text: String) throws -> [String] {
    let line = text.split(separator: "\n").first { $0.split(separator: " ").first.map(String.init) == name }
    return try #require(line, "\(name)").split(separator: " ").map(String.init)
  }

  @Test("work and memory of a small perceptron are what a hand counts")
  func smallPerceptron() throws {
    let scratch = try Scratch()
    let model = try scratch.write("app/Small.swift", Self.small)
    let outcome = try adjointc("explain", model, "step", "--svg", scratch.path("arena.svg"))
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let text = outcome.output
    // x [4, 3] · kernel [3, 5]: 2 · 60, then a sum, a comparison and a choice for each of 20 elements.
    // Read: bias 20, kernel 60, x 48 bytes; written: h 80.
    #expect(try row("hidden_relu", text) == ["hidden_relu", "180", "208", "13"])
    // dₕ = d [4, 2] · kernelᵀ: 2 · 40, then a comparison and a choice. d 32, kernel 40, h 80, result 80 bytes.
    #expect(try row("output_adjoint", text) == ["output_adjoint", "120", "232", "14,", "13"])
    // hᵀ · d: 2 · 4 · 10, then p − 0.1 g for 10 elements. h 80, d 32, kernel twice 40 bytes.
    #expect(try row("update_output_kernel", text) == ["update_output_kernel", "100", "192", "23", "14"])
    // d of hidden [4, 5] summed over 4 rows of 5, then p − 0.1 g for 5: 20 + 10.
    #expect(try row("update_hidden_bias", text).prefix(3) == ["update_hidden_bias", "30", "120"])
    #expect(text.contains("\nSaved for the backward pass: 80 bytes\n  h [4, 5]  read again by output_adjoint, "))
    #expect(text.contains("\nRead again from the arguments: output_kernel, x\n"), "\(text)")
    // Where h is 0, the rectifier's slope is.
    #expect(text.contains("\nComputed again in the backward pass\n  output_adjoint  line 13: cheaper from"))
    #expect(text.contains("  hidden.kernel  update_hidden_kernel  ∂ line 13, from x and d_hidden\n"), "\(text)")
    #expect(text.contains("  output.bias    update_output_bias    ∂ line 14, from d_model\n"), "\(text)")
    // h lives from the first kernel to the last that multiplies by it.
    let kernels = try #require(Int(try row("8", text)[0]))
    let timeline = try #require(text.split(separator: "\n").first { $0.contains("h [4, 5]") && $0.contains("#") })
    #expect(timeline.hasSuffix("######..") && kernels == 8, "\(timeline)")
    let svg = try #require(scratch.read("arena.svg"))
    #expect(svg.hasPrefix("<svg ") && svg.contains("<title>h [4, 5], 80 bytes at 0</title>"))
    #expect(svg.count("<rect ") == 1 + text.split(separator: "\n").count { $0.contains("#") && $0.contains("[") })
  }

  @Test("what is kept for the backward pass, and what is computed again instead")
  func savedAndRecomputed() throws {
    let scratch = try Scratch()
    let model = try scratch.write(
      "app/Model.swift",
      """
      import Adjoint

      func slope(
        @Shape(64, 64) x: Tensor<Float>, @Shape(64, 64) w: Tensor<Float>, @Shape(64, 64) y: Tensor<Float>
      ) -> Tensor<Float> {
        grad { (x: Tensor<Float>) in
          let scale = y * 2 + 1
          let h = matmul(x, w) * scale
          let product = matmul(tanh(h), w)
          return (product * product).sum()
        }(x)
      }

      """)
    let outcome = try adjointc("explain", model, "slope")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let text = outcome.output
    // The scale costs two operations an element, and y is there; tanh is dear and is kept: 64 · 64 · 4 bytes.
    let again = try #require(text.components(separatedBy: "\nComputed again in the backward pass\n").last)
    #expect(again == "  multiply_d_h_adjoint  line 7: cheaper from what is in memory than kept there\n", "\(text)")
    #expect(text.contains("\nSaved for the backward pass: 16,384 bytes\n"), "\(text)")
    #expect(text.contains("\nRead again from the arguments: w, y\n"), "\(text)")
  }

  @Test func theDigitsStep() throws {
    let outcome = try adjointc("explain", Self.digits, "trainStep")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let text = outcome.output
    // 2 · 32 · 64 · 128 for the product, 3 for each of 32 · 128 elements.
    #expect(try row("hidden_relu", text)[1] == "536,576")
    #expect(text.contains("Saved for the backward pass: 16,384 bytes\n  h [32, 128]"))
    #expect(text.contains("\nRead again from the arguments: output_kernel, images\n"), "\(text)")
    #expect(text.contains("Computed again in the backward pass\n  output_adjoint  line 14: "))
    #expect(text.contains("  output.kernel  update_output_kernel       ∂ line 15, from h and d_logits\n"), "\(text)")
    #expect(!text.contains("mu.hidden.kernel"))
  }

  @Test func anUnknownFunction() throws {
    let outcome = try adjointc("explain", Self.digits, "trainStop")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains("no entry point is called 'trainStop'; there are evaluate, trainStep"))
  }
}

extension String {
  /// How often a text is in this one.
  fileprivate func count(_ part: String) -> Int { components(separatedBy: part).count - 1 }
}
