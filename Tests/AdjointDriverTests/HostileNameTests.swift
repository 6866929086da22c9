import AdjointDriver
import Foundation
import Testing

/// Names that mean something in C or in Swift, or that are one name after mangling: what is generated compiles.
@Suite struct HostileNameTests {
  static let model = """
    import Adjoint

    final class Net: Module {
      let `default`: Linear
      let int: Linear
      let fooBar: Linear
      let foo_bar: Linear
      let `switch`: [Linear]
      @Param var `in`: Tensor<Float>
      @Param var restrict: Tensor<Float>
      @Param var λ: Tensor<Float>
      @Param var é: Tensor<Float>
      @Param var `self_`: Tensor<Float>

      init(rngs: Rngs) {
        self.default = Linear(2, 2, rngs: rngs)
        int = Linear(2, 2, rngs: rngs)
        fooBar = Linear(2, 2, rngs: rngs)
        foo_bar = Linear(2, 2, rngs: rngs)
        self.switch = [Linear(2, 2, rngs: rngs)]
        self.in = Tensor.zeros([2])
        restrict = Tensor.zeros([2])
        λ = Tensor.zeros([2])
        é = Tensor.zeros([2])
        self_ = Tensor.zeros([2])
      }

      func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
        foo_bar(fooBar(int(self.default(self.switch[0](x))))) * self.in + restrict * λ + é * self_
      }

      func `repeat`(@Shape(2, 2) `while`: Tensor<Float>) -> Tensor<Float> { self(`while`) }
    }

    func `switch`(
      _ `class`: Net, @Shape(2, 2) `for` register: Tensor<Float>, @Shape(2, 2) arena: Tensor<Float>,
      @Shape(2, 2) arguments: Tensor<Float>, @Shape(2, 2) call: Tensor<Float>, @Traced float: Float
    ) -> (int: Tensor<Float>, `return`: Tensor<Float>) {
      let volatile = `class`(register) * arena
      let `struct` = volatile + arguments * call * float
      let lane = `struct` - 1
      let scratch = lane * 2
      return (int: scratch, return: matmul(scratch, lane))
    }

    func main(@Shape(2) printf: Tensor<Float>) -> Tensor<Float> { printf * 2 }
    func malloc(@Shape(2) free: Tensor<Float>) -> Tensor<Float> { free * 2 }
    func fooBar(@Shape(2) x: Tensor<Float>) -> Tensor<Float> { x * 2 }
    func foo_bar(@Shape(2) x: Tensor<Float>) -> Tensor<Float> { x * 3 }
    func same(@Shape(2) x: Tensor<Float>) -> Tensor<Float> { x * 4 }
    func same(@Shape(2) y: Tensor<Float>) -> Tensor<Float> { y * 5 }
    func result0(@Shape(2) result0: Tensor<Float>, @Shape(2) arena: Tensor<Float>) -> Tensor<Float> { result0 * arena }
    func größe(@Shape(2) straße: Tensor<Float>) -> Tensor<Float> { straße + 1 }
    func 大きさ(@Shape(2) 値: Tensor<Float>) -> Tensor<Float> { 値 + 1 }

    """

  @Test(arguments: ["Model", "math", "string", "int", "1st try", "Grün", "switch"])
  func generatedCodeCompiles(file: String) throws {
    let scratch = try Scratch()
    let source = try scratch.write("source/\(file).swift", Self.model)
    // Warnings of the C are errors here.
    let made = try CompiledProgram.generate([source], module: "class-42", in: scratch)
    try CompiledProgram.run(
      "swiftc",
      ["-swift-version", "6", "-typecheck", "-parse-as-library", "-module-name", "app"] + CompiledProgram.importFlags
        + made.flags + made.swift)
  }
}
