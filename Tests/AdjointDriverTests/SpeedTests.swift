import AdjointDriver
import Foundation
import Testing

/// The processor time that the tool takes, which depends less than the clock on what else runs.
@Suite(.serialized) struct SpeedTests {
  /// A run's processor time in seconds.
  private func time(_ arguments: String...) throws -> Double {
    let scratch = try Scratch()
    let script = "TIMEFORMAT=%U; time \"$0\" \"$@\""
    let run = try Launch(
      URL(fileURLWithPath: "/usr/bin/env"),
      ["bash", "-c", script, tool.path] + arguments + ["-q", "-o", scratch.path("out")]
    ).finish()
    #expect(run.exitCode == 0, "\(run.errors)")
    return try #require(Double(run.errors.trimmingCharacters(in: .whitespacesAndNewlines)), "\(run.errors)")
  }

  @Test("the digits example is generated in under five seconds, and in under one by a release build")
  func digits() throws {
    let seconds = try time("generate", packageRoot.appendingPathComponent("Sources/Examples/digits").path)
    #if DEBUG
      #expect(seconds < 5, "\(seconds) s")
    #else
      #expect(seconds < 1, "\(seconds) s")
    #endif
  }

  /// A model of identical blocks and its train step.
  private func tower(_ blocks: Int) -> String {
    """
    import Adjoint

    final class Block: Module {
      let norm: LayerNorm
      let layer: Linear

      init(rngs: Rngs) {
        norm = LayerNorm(8, rngs: rngs)
        layer = Linear(8, 8, rngs: rngs)
      }

      func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { x + gelu(layer(norm(x))) }
    }

    final class Tower: Module {
      let blocks: [Block]

      init(rngs: Rngs) { blocks = (0..<\(blocks)).map { _ in Block(rngs: rngs) } }

      func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
        var h = x
        for block in blocks { h = block(h) }
        return h
      }
    }

    func step(_ model: Tower, _ optimizer: Optimizer<Tower, Adam>, @Shape(4, 8) x: Tensor<Float>) -> Tensor<Float> {
      let (loss, grads) = valueAndGrad(model) { model in (model(x) ** 2).mean() }
      optimizer.update(model, grads)
      return loss
    }

    """
  }

  @Test("time grows with a model's depth and not with its square")
  func depth() throws {
    let scratch = try Scratch()
    func seconds(_ blocks: Int) throws -> Double {
      try time("generate", try scratch.write("app\(blocks)/Tower.swift", tower(blocks)))
    }
    let (short, long) = (try seconds(12), try seconds(48))
    // Four times the blocks: linear work is at most four times as much, quadratic work sixteen times.
    #expect(long < 7 * short, "\(short) s for 12 blocks, \(long) s for 48")
  }

  @Test("many kernels are compiled each by itself, few together with their caller")
  func functionsApart() throws {
    func kernels(_ text: String) throws -> String {
      let scratch = try Scratch()
      let tree = try generate([try scratch.write("app/Tower.swift", text)])
      return try #require(tree.files.first { $0.path.hasSuffix("Tower.kernels.h") }).text
    }
    let attribute = "\nstatic __attribute__((noinline)) void "
    #expect(try kernels(tower(12)).contains(attribute))
    #expect(try !kernels(tower(12)).contains("\nstatic void "))
    #expect(try !kernels(Sample.model).contains(attribute))
  }
}
