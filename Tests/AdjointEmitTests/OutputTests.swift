import AdjointEmit
import AdjointIR
import AdjointSchedule
import Foundation
import Testing

/// What holds for the text of generated C, whatever it computes.
@Suite struct OutputTests {
  static func perceptron() throws -> EmittedC {
    let programs = try [32, 128].map { try Nets.perceptron(batch: $0, inputs: 64, hidden: 128, classes: 10) }
    return try emitC(
      module: "DigitsModel", source: "DigitsModel.swift",
      [entryPoint("trainStep", programs.map { try makeSchedule($0) })])
  }

  @Test func isTheSameEveryTime() throws {
    #expect(try Self.perceptron().files == Self.perceptron().files)
    #expect(try Self.perceptron().interfaces == Self.perceptron().interfaces)
  }

  @Test func readsLikeTheModel() throws {
    let files = try Self.perceptron().files
    #expect(
      files.map(\.path) == [
        "include/DigitsModel.h", "DigitsModel.kernels.h", "DigitsModel.avx512.c", "DigitsModel.avx2.c",
        "DigitsModel.baseline.c", "DigitsModel.c",
      ])
    for file in files {
      #expect(file.text.hasPrefix("// Written by Adjoint \(generatorVersion) from DigitsModel.swift."), "\(file.path)")
      #expect(file.text.hasSuffix("\n") && !file.text.hasSuffix("\n\n"))
      #expect(!file.text.contains("Models/"), "\(file.path) names a folder")
      for (number, line) in file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        #expect(line.count <= 120, "\(file.path):\(number + 1): \(line)")
        #expect(line.last != " ", "\(file.path):\(number + 1) ends in a space")
        #expect(line.firstMatch(of: /\b[tv]\d+\b/) == nil, "\(file.path):\(number + 1) has a nameless value: \(line)")
      }
    }
    let kernels = try #require(files.first { $0.path == "DigitsModel.kernels.h" }).text
    for line in [12, 13, 18] {
      #expect(kernels.contains("// DigitsModel.swift:\(line)"), "line \(line) has no primal")
      #expect(kernels.contains(try Regex("// ∂ DigitsModel\\.swift:(\\d+, )*\(line)")), "line \(line) has no adjoint")
    }
    #expect(kernels.contains("static void hidden_relu"))
  }

  @Test func describesEveryFunction() throws {
    let interfaces = try Self.perceptron().interfaces[0]
    #expect(
      interfaces.map(\.functionName) == ["digits_model_train_step_size_0", "digits_model_train_step_size_1"])
    for interface in interfaces {
      #expect(
        interface.fields.map(\.name) == [
          "hidden_kernel", "hidden_bias", "output_kernel", "output_bias", "images", "labels", "new_hidden_kernel",
          "new_hidden_bias", "new_output_kernel", "new_output_bias", "loss",
        ])
      #expect(interface.arenaByteCount % 64 == 0)
    }
    #expect(interfaces[0].fields[5].pointerType == "const int32_t *")
    #expect(interfaces[0].fields[6].pointerType == "float *")
  }

  /// A step calls nothing that allocates: only block operations and libm are left undefined in its object.
  @Test func kernelsCallNoAllocator() throws {
    let subjects = try NetTests.subjects() + ProgramTests.probes([4])
    let schedules = try subjects.map { try makeSchedule($0.program) }
    let emitted = try emitC(module: "Subjects", source: "Subjects.swift", [entryPoint("subject", schedules)])
    let compiled = try CompiledC(emitted, schedules, module: "Subjects", flags: ["-O1"])
    defer { compiled.remove() }
    let object = compiled.folder.appendingPathComponent("kernels.o").path
    let includes = ["-I\(packageRoot.path)/Sources/CAdjoint/include", "-I\(compiled.folder.path)/include"]
    let allowed: Set<String> = [
      "memcpy", "memset", "memmove", "exp", "expm1", "log", "log1p", "tanh", "erf", "erfc", "sin", "cos", "pow", "fmod",
      "fmodf", "fma", "fmaf", "floor", "floorf", "sqrt", "sqrtf",
    ]
    for variant in ["avx512", "avx2", "baseline"] {
      let source = compiled.folder.appendingPathComponent("Subjects.\(variant).c").path
      try launch(findTool("clang"), ["-O2", "-std=gnu11", "-c", source, "-o", object] + includes)
      let symbols = try launch(findTool("nm"), ["-u", object]).split(whereSeparator: \.isNewline).map {
        String($0.split(separator: " ").last ?? "").drop { $0 == "_" }
      }
      for symbol in symbols {
        #expect(allowed.contains(String(symbol)), "the \(variant) kernels call \(symbol)")
      }
    }
  }

  /// The text of one kernel, kept so that a change of the printer is a change that someone has read.
  @Test func oneKernelReadsAsItDid() throws {
    let product = ProductCase(rows: 32, columns: 128, depth: 64, leftTransposed: false, rightTransposed: false)
    let files = try emitC(module: "Model", source: "Model.swift", [entryPoint("predict", [product.schedule])]).files
    let kernels = try #require(files.first { $0.path == "Model.kernels.h" }).text
    let start = try #require(kernels.range(of: "// Model.swift:12")).lowerBound
    #expect(
      String(kernels[start...]) == """
        // Model.swift:12
        // h = maximum(x · kernel + bias, 0)
        //   x [32, 64]  kernel [64, 128]  bias [128]  h [32, 128]
        static void hidden_relu(const float *restrict x, const float *restrict kernel, const float *restrict bias,
            float *restrict h) {
          for (int i_tile = 0; i_tile < 32; i_tile += EVEN_HEIGHT(32)) {
            const int tile_height = HEIGHT_AT(i_tile, 32, EVEN_HEIGHT(32));
            for (int j_tile = 0; j_tile < 128; j_tile += TILE_COLUMNS) {
              const int tile_width = TILE_COLUMNS;
              float sums[TILE_ROWS * TILE_COLUMNS];
              matmul_tile_f32(x + i_tile * 64, 64, 1, NULL, kernel + j_tile, 128, 0, 64, 32, EVEN_HEIGHT(32), tile_height, 128,
                  tile_width, 1, sums);
              for (int i = i_tile; i < i_tile + tile_height; i++) {
                for (int j = j_tile; j < j_tile + tile_width; j++) {
                  const float sum = sums[(i - i_tile) * TILE_COLUMNS + j - j_tile];
                  h[i * 128 + j] = adjoint_maximum_f32(sum + bias[j], 0.0f);
                }
              }
            }
          }
        }

        // predict() -> h
        void VARIANT(model_predict)(const model_predict_arguments *arguments, void *arena) {
          (void)arena;
          hidden_relu(arguments->x, arguments->kernel, arguments->bias, arguments->h);
        }

        """)
  }

  /// An update of arrays larger than all caches goes from line to line, and asks for each some lines before; what is
  /// left of the last line follows.
  @Test func largeUpdatesAskForLinesEarly() throws {
    func kernels(count: Int) throws -> String {
      let type = TensorType([count], .f32)
      let program = try makeProgram("update", [("x", type), ("y", type)], reuses: [0: 0]) { builder, values in
        [try builder.add(values[0], builder.multiply(values[1], values[1]))]
      }
      let files = try emitC(
        module: "Model", source: "Model.swift", [entryPoint("update", [makeSchedule(program)])]
      ).files
      return try #require(files.first { $0.path == "Model.kernels.h" }).text
    }
    let whole = try kernels(count: 4_000_000)
    #expect(whole.contains("for (int i_block = begin; i_block < end; i_block += 16) {"), "\(whole)")
    #expect(whole.contains("const int i_soon = i_block < 3999488 ? i_block + 512 : i_block;"), "\(whole)")
    for line in ["__builtin_prefetch(&x[i_soon]);", "__builtin_prefetch(&new_y0[i_soon], 1);"] {
      #expect(whole.contains(line), "\(whole)")
    }
    #expect(whole.contains("for (int i = i_block; i < i_block + 16; i++)"), "\(whole)")
    #expect(!whole.contains("i_whole"))
    let ragged = try kernels(count: 4_000_003)
    #expect(ragged.contains("const int i_whole = end - (end - begin) % 16;"), "\(ragged)")
    #expect(ragged.contains("i_block < i_whole; i_block += 16"), "\(ragged)")
    #expect(ragged.contains("for (int i = i_whole; i < end; i++)"), "\(ragged)")
    #expect(try !kernels(count: 100_000).contains("prefetch"))
  }

  /// Vectors of long chains of instructions are worked on side by side.
  @Test func longLoopsAreInterleaved() throws {
    func kernels(_ value: (Builder, Value) throws -> Value, width: Int = 256) throws -> String {
      let program = try makeProgram("map", [("x", TensorType([width], .f32))]) { [try value($0, $1[0])] }
      let files = try emitC(
        module: "Model", source: "Model.swift", [entryPoint("map", [makeSchedule(program)])]
      ).files
      return try #require(files.first { $0.path == "Model.kernels.h" }).text
    }
    #expect(try kernels { b, x in try b.tanh(x) }.contains("interleave_count(2)"))
    let long = try kernels { b, x in try (0..<9).reduce(b.tanh(x)) { value, _ in try b.add(b.multiply(value, x), x) } }
    #expect(long.contains("interleave_count(4)"), "\(long)")
    #expect(try !kernels { b, x in try b.add(x, x) }.contains("interleave_count"))
    #expect(try !kernels({ b, x in try b.tanh(x) }, width: 40).contains("interleave_count"))
  }

  /// A row that is passed over several times asks for what its last pass writes, and for the next row, where the
  /// arrays are larger than the nearest cache.
  @Test func rowsAskForLinesEarly() throws {
    func kernels(rows: Int, width: Int) throws -> String {
      let program = try makeProgram("softmax", [("x", TensorType([rows, width]))]) { builder, values in
        let shifted = try builder.subtract(values[0], Nets.rowwise(builder, .max, values[0]))
        let powers = try builder.exp(shifted)
        return [try builder.divide(powers, Nets.rowwise(builder, .sum, powers))]
      }
      let schedule = try makeSchedule(program)
      let files = try emitC(module: "Model", source: "Model.swift", [entryPoint("softmax", [schedule])]).files
      return try #require(files.first { $0.path == "Model.kernels.h" }).text
    }
    let large = try kernels(rows: 64, width: 1024)
    #expect(large.contains("__builtin_prefetch(&y0[i * 1024 + j_block + 16], 1);"), "\(large)")
    #expect(large.contains("__builtin_prefetch(&x[i_next * 1024 + j_block]);"), "\(large)")
    #expect(large.contains("const int i_next = i + 1 < 64 ? i + 1 : i;"))
    #expect(!(try kernels(rows: 64, width: 64).contains("__builtin_prefetch(&")))
  }

  @Test func namesAreSafeInC() {
    #expect(Names.identifier("hidden.kernel") == "hidden_kernel")
    #expect(Names.identifier("layers.0.bias") == "layers_0_bias")
    #expect(Names.identifier("register") == "register_" && Names.identifier("template") == "template_")
    #expect(Names.identifier("adjoint_x") == "adjoint_x_")
    #expect(Names.identifier("2x") == "x_2x" && Names.identifier("") == "value" && Names.identifier("größe") == "gr_e")
    #expect(Names.snakeCase("DigitsModel") == "digits_model" && Names.snakeCase("GPT2Model") == "gpt2_model")
    #expect(Names.snakeCase("trainStep") == "train_step" && Names.snakeCase("URL") == "url")
    var file = Names(isFileScope: true)
    #expect(file.unique("tanh") == "tanh_" && file.unique("loss") == "loss")
    var names = Names()
    #expect([names.unique("h"), names.unique("h"), names.unique("h_2")] == ["h", "h_2", "h_2_2"])
  }
}
