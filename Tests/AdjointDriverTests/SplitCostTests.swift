import Foundation
import Testing

#if canImport(Glibc)
  /// `split` and `merge` inside of a compiled step cost nothing: what is left of them in optimised code are the addresses of
  /// variables.
  @Suite struct SplitCostTests {
    @Test("a step allocates nothing, whether it is pure or stateful, its model small or large")
    func allocations() throws {
      let run = try CompiledProgram.stacks.get().run("all")
      #expect(run.exitCode == 0, "\(run.errors)")
      #expect(run.output == "smallPure 0\nlargePure 0\nsmallStateful 0\nlargeStateful 0\n")
    }

    /// The machine code of a compiled step: of its twin, and of what that calls in its own file.
    private func code(_ name: String) throws -> [Substring] {
      let program = try CompiledProgram.stacks.get().executable
      let tool = URL(fileURLWithPath: "/usr/bin/env")
      let names = try Launch(tool, ["llvm-nm", "--defined-only", "--just-symbol-name", program.path]).finish()
      try #require(names.exitCode == 0, "\(names.errors)")
      let symbols = names.output.split(separator: "\n").filter {
        $0.hasPrefix("$s14AdjointRuntime8Compiled") && $0.lowercased().contains(name.lowercased())
      }
      let text = try Launch(
        tool,
        ["llvm-objdump", "--no-show-raw-insn", "--disassemble-symbols=\(symbols.joined(separator: ","))", program.path]
      ).finish()
      try #require(text.exitCode == 0, "\(text.errors)")
      return text.output.split(separator: "\n").filter { $0.hasPrefix(" ") }
    }

    /// One instruction: where it stands, what it is, and where it may jump.
    private struct Instruction {
      let address: Int
      let name: String
      let target: Int?
      /// Whether the next instruction may follow.
      let goesOn: Bool

      init?(_ line: Substring) {
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let address = Int(parts[0].trimmingCharacters(in: .whitespaces), radix: 16) else {
          return nil
        }
        let words = parts[1].split(whereSeparator: \.isWhitespace)
        self.address = address
        let name = words.first.map(String.init) ?? ""
        self.name = name
        let neverReturns = line.contains("NeverO") || line.contains("__stack_chk_fail")
        goesOn = !neverReturns && !["jmp", "b", "ret", "retq", "ud2", "brk", "hlt"].contains(name)
        let isJump = name.hasPrefix("j") || name == "b" || ["b.", "cb", "tb"].contains { name.hasPrefix($0) }
        target =
          isJump
          ? words.dropFirst().lazy.filter { $0.hasPrefix("0x") }.compactMap { Int($0.dropFirst(2), radix: 16) }.first
          : nil
      }
    }

    /// The addresses that can be reached from themselves.
    private func loops(_ code: [Instruction]) -> [String] {
      let places = Dictionary(uniqueKeysWithValues: code.enumerated().map { ($1.address, $0) })
      func next(_ index: Int) -> [Int] {
        let jump = code[index].target.flatMap { places[$0] }
        return (code[index].goesOn && index + 1 < code.count ? [index + 1] : []) + (jump.map { [$0] } ?? [])
      }
      // Depth first: an edge to what is still open closes a loop.
      var state = [UInt8](repeating: 0, count: code.count)
      var found: [String] = []
      for start in code.indices where state[start] == 0 {
        var stack = [(start, next(start)[...])]
        state[start] = 1
        while let (index, rest) = stack.last {
          guard let successor = rest.first else {
            state[index] = 2
            stack.removeLast()
            continue
          }
          stack[stack.count - 1].1 = rest.dropFirst()
          if state[successor] == 1 { found.append(String(code[successor].address, radix: 16)) }
          guard state[successor] == 0 else { continue }
          state[successor] = 1
          stack.append((successor, next(successor)[...]))
        }
      }
      return found
    }

    @Test("the optimised code of a pure step neither allocates nor goes round", arguments: ["smallPure", "largePure"])
    func machineCode(name: String) throws {
      let lines = try code(name)
      #expect(lines.count > 100, "\(name) has \(lines.count) instructions")
      // One address for each variable that is read and written: straight on, without a loop over the model.
      let calls = lines.filter { $0.contains("call") || $0.contains("\tbl\t") }
      let pointers = calls.count { $0.contains("CompiledCallV7pointer") && $0.contains("5State") }
      #expect(pointers == (name == "smallPure" ? 4 : 96))
      let allocating = ["alloc", "Alloc", "swift_getKeyPath", "Mirror", "Reflection", "Structure"]
      let found = calls.filter { line in allocating.contains { line.contains($0) } }
      #expect(found.isEmpty, "\(name) calls \(found)")
      let code = lines.compactMap(Instruction.init)
      #expect(code.count == lines.count)
      #expect(loops(code).isEmpty, "\(name) goes round at \(loops(code))")
    }
  }
#endif
