import AdjointDiagnostics
import AdjointFrontend
import AdjointIR
import Testing

/// Names of several modules and files, each of which means what Swift says.
@Suite struct ModuleTests {
  /// The value of the only entry point of the module that is compiled, at x = [3, 4].
  private func run(_ files: [SourceFile]) throws -> [Double] {
    let result = try elaborate(files)
    #expect(result.entryPoints.count == 1)
    let program = try #require(result.entryPoints.first?.specialisations.first?.program)
    try verify(program)
    return try #require(try evaluate(program, [Literal([2], [3, 4])], precision: .asTyped).first).reals
  }

  private func ids(_ files: [SourceFile]) -> [String] {
    do throws(Findings) {
      _ = try elaborate(files)
      return []
    } catch {
      return error.all.map { "\($0.span.file):\($0.span.line) \($0.id)" }
    }
  }

  private let blocks = SourceFile(
    name: "Blocks/Blocks.swift",
    text: """
      import Adjoint
      let factor: Float = 10
      public let offset: Float = 1
      func helper(_ x: Tensor<Float>) -> Tensor<Float> { x * factor }
      public func blocks(_ x: Tensor<Float>) -> Tensor<Float> { helper(x) + Dim.places + Part().value }
      public func shared(_ x: Tensor<Float>) -> Tensor<Float> { x * 100 }
      extension Dim { static let places: Float = 1000 }
      struct Part { let value: Float = 0.5 }
      public final class Layer: Module {
        @Param public var scale: Tensor<Float>
        public init() { scale = Tensor.ones([2]) * 7 }
        public func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { helper(x * scale) }
      }
      extension Tensor where Scalar == Float { func scaled() -> Tensor<Float> { self * 5 } }
      public func scaledByBlocks(_ x: Tensor<Float>) -> Tensor<Float> { x.scaled() }

      """, module: "Blocks")

  private func app(_ body: String, _ declarations: String = "", imports: String = "import Blocks") -> SourceFile {
    SourceFile(
      name: "App/App.swift",
      text: """
        import Adjoint
        \(imports)
        func f(@Shape(2) _ x: Tensor<Float>) -> Tensor<Float> { \(body) }
        \(declarations)

        """)
  }

  /// Names that both modules use, for different things.
  private let clashing = """
    let factor: Float = 2
    func helper(_ x: Tensor<Float>) -> Tensor<Float> { x * factor + 0.25 }
    extension Dim { static let places: Float = 3000 }
    struct Part { let value: Float = 0.75 }
    extension Tensor where Scalar == Float { func scaled() -> Tensor<Float> { self * 6 } }
    """

  @Test func internalNamesAreEachModulesOwn() throws {
    #expect(try run([app("blocks(x)", clashing), blocks]) == [1030.5 + 0, 1040.5])
    #expect(try run([app("helper(x) + Dim.places + Part().value", clashing), blocks]) == [3007, 3009])
    #expect(try run([app("scaledByBlocks(x) + x.scaled()", clashing), blocks]) == [33, 44])
    // The order of files is nothing to go by.
    #expect(try run([blocks, app("scaledByBlocks(x) + x.scaled()", clashing)]) == [33, 44])
  }

  @Test func publicNamesAreSeen() throws {
    #expect(try run([app("shared(x) + offset"), blocks]) == [301, 401])
    #expect(try run([app("Blocks.shared(x) + Blocks.offset"), blocks]) == [301, 401])
  }

  @Test func aNearerNameHidesAnother() throws {
    let own = "func shared(_ x: Tensor<Float>) -> Tensor<Float> { x }\nlet offset: Float = 0\n"
    #expect(try run([app("shared(x) + offset", own), blocks]) == [3, 4])
    #expect(try run([app("Blocks.shared(x) + Blocks.offset", own), blocks]) == [301, 401])
    // A module's function comes before a builtin of the library.
    let tanh = SourceFile(
      name: "Blocks/Tanh.swift",
      text: "import Adjoint\npublic func relu(_ x: Tensor<Float>) -> Tensor<Float> { x * 9 }\n", module: "Blocks")
    #expect(try run([app("Adjoint.relu(x) + x", "", imports: ""), tanh]) == [6, 8])
    #expect(try run([app("relu(x)", "", imports: ""), tanh]) == [3, 4])
    #expect(try run([app("Blocks.relu(x)"), tanh]) == [27, 36])
  }

  @Test func typesOfOneName() throws {
    let own = """
      final class Layer: Module {
        @Param var scale: Tensor<Float>
        init() { scale = Tensor.ones([2]) * 2 }
        func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { x * scale }
      }
      """
    #expect(try run([app("Layer()(x)", own), blocks]) == [6, 8])
    #expect(try run([app("Blocks.Layer()(x)", own), blocks]) == [210, 280])
    #expect(try run([app("Layer()(x)"), blocks]) == [210, 280])
  }

  @Test func whatIsNotImportedOrNotPublicIsNotSeen() {
    #expect(ids([app("shared(x)", "", imports: ""), blocks]) == ["App/App.swift:3 name.unknown"])
    #expect(ids([app("helper(x)"), blocks]) == ["App/App.swift:3 name.unknown"])
    #expect(ids([app("x * factor"), blocks]) == ["App/App.swift:3 name.unknown"])
    #expect(ids([app("x + Part().value"), blocks]) == ["App/App.swift:3 name.unknown"])
  }

  @Test func whatIsTestableIsSeen() throws {
    #expect(
      try run([app("helper(x) + Part().value", "", imports: "@testable import Blocks"), blocks]) == [30.5, 40.5])
  }

  @Test func aModuleMayHandAnotherOn() throws {
    let umbrella = SourceFile(
      name: "All/All.swift", text: "@_exported import Blocks\n", module: "All")
    #expect(try run([app("shared(x)", "", imports: "import All"), blocks, umbrella]) == [300, 400])
  }

  @Test func twoModulesThatBothDeclareAName() throws {
    let other = SourceFile(
      name: "Other/Other.swift",
      text: """
        import Adjoint
        public let offset: Float = 2
        public func shared(_ x: Tensor<Float>) -> Tensor<Float> { x * 200 }
        public struct Only { public init() {}; public let value: Float = 4 }

        """, module: "Other")
    let imports = "import Blocks; import Other"
    #expect(ids([app("x + offset", "", imports: imports), blocks, other]) == ["App/App.swift:3 name.ambiguous"])
    #expect(ids([app("shared(x)", "", imports: imports), blocks, other]) == ["App/App.swift:3 call.ambiguous"])
    #expect(
      try run([app("Other.shared(x) + Blocks.offset + Only().value", "", imports: imports), blocks, other])
        == [605, 805])
  }

  @Test func privateNamesAreEachFilesOwn() throws {
    let other = SourceFile(
      name: "App/Other.swift",
      text: """
        import Adjoint
        private let factor: Float = 7
        private func helper(_ x: Tensor<Float>) -> Tensor<Float> { x * factor }
        func other(_ x: Tensor<Float>) -> Tensor<Float> { helper(x) }

        """)
    let own = "private let factor: Float = 2\nprivate func helper(_ x: Tensor<Float>) -> Tensor<Float> { x + factor }"
    #expect(try run([app("other(x) + helper(x)", own, imports: ""), other]) == [26, 34])
  }

  @Test("generated code reaches what is public alone")
  func hiddenProperties() {
    let hidden = SourceFile(
      name: "Blocks/Hidden.swift",
      text: """
        import Adjoint
        public final class Hidden: Module {
          let inner: Linear
          public init(rngs: Rngs) { inner = Linear(2, 2, rngs: rngs) }
          public func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { inner(x) }
        }

        """, module: "Blocks")
    let entry = SourceFile(
      name: "App/App.swift",
      text: """
        import Adjoint
        import Blocks
        func f(_ model: Hidden, @Shape(1, 2) x: Tensor<Float>) -> Tensor<Float> { model(x) }

        """)
    #expect(ids([entry, hidden]) == ["Blocks/Hidden.swift:3 access.private"])
  }

  @Test("entry points of a module that is used are not compiled again")
  func othersEntryPoints() throws {
    let other = SourceFile(
      name: "Blocks/Entry.swift",
      text: "import Adjoint\nfunc g(@Shape(2) x: Tensor<Float>) -> Tensor<Float> { nothing }\n",
      module: "Blocks")
    #expect(try run([app("x"), other]) == [3, 4])
  }
}
