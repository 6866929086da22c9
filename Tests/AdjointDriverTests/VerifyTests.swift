import AdjointDriver
import Foundation
import Testing

@Suite struct VerifyTests {
  @Test func theCommand() throws {
    let scratch = try Scratch()
    let model = try scratch.write("app/Model.swift", Sample.function("f"))
    let output = scratch.path("out")
    #expect(try adjointc("generate", "-o", output, model).exitCode == 0)
    let clean = try adjointc("verify", "-o", output, model)
    #expect(clean.exitCode == 0 && clean.errors.isEmpty)
    #expect(clean.output == "\(output) is up to date (8 files)\n")

    let header = "out/AppKernels/include/Model.h"
    let text = try #require(scratch.read(header))
    let before = scratch.files("out")
    try scratch.write(header, text.replacingOccurrences(of: "const float *x;", with: "const float *y;"))
    let stale = try adjointc("verify", "-o", output, model)
    #expect(stale.exitCode == 1)
    #expect(
      stale.output.hasPrefix("--- committed/AppKernels/include/Model.h\n+++ generated/AppKernels/include/Model.h\n@@ -")
    )
    let changes = stale.output.split(separator: "\n").filter { ($0.first == "-" || $0.first == "+") && $0.count > 3 }
    #expect(changes.count == 4, "\(stale.output)")
    let advice = "adjointc generate --output \(output) \(model)"
    #expect(stale.errors == "adjointc: error: generated code is stale; run: \(advice)\n")
    #expect(scratch.read(header) != text, "verify writes nothing")
    #expect(scratch.files("out").count == before.count)
  }

  /// Glue that lies beside its model is not read as one.
  @Test func besideTheSources() throws {
    let scratch = try Scratch()
    try scratch.write("Sources/App/Model.swift", Sample.function("f"))
    let folder = scratch.path("Sources/App")
    let tree = try generate([folder])
    _ = try write(tree, to: scratch.path("Sources"))
    #expect(scratch.read("Sources/App/Model.adjoint.swift") != nil)
    #expect(try generate([folder]) == tree)
    #expect(differences(of: try generate([folder]), from: scratch.path("Sources")) == "")
  }

  /// What changing the files of a generated tree does to the difference.
  private func difference(_ change: (Scratch) throws -> Void) throws -> String {
    let scratch = try Scratch()
    let tree = try generate([try scratch.write("sources/app/Model.swift", Sample.function("f"))])
    // Given a file, the module is not whole; given its folder, it is.
    #expect(tree.folders.isEmpty)
    let whole = try generate([scratch.path("sources")])
    #expect(whole.files == tree.files && whole.folders == ["AppKernels", "app"])
    _ = try write(whole, to: scratch.path("out"))
    #expect(differences(of: whole, from: scratch.path("out")) == "")
    try change(scratch)
    return differences(of: whole, from: scratch.path("out"))
  }

  @Test func everyByteCounts() throws {
    let path = "out/app/Model.adjoint.swift"
    let last = try difference { scratch in
      try scratch.write(path, String(try #require(scratch.read(path)).dropLast()))
    }
    #expect(last.contains("\n\\ No newline at end of file\n"))
    let ending = try difference { scratch in
      let text = try #require(scratch.read(path))
      try scratch.write(path, text.replacingOccurrences(of: "import Adjoint\n", with: "import Adjoint\r\n"))
    }
    #expect(ending.contains("-import Adjoint\r\n") && ending.contains("+import Adjoint\n"))
    let invalid = try difference { scratch in
      var bytes = try #require(scratch.files()[path])
      bytes[bytes.count / 2] = 0xFF
      try scratch.write(path, bytes)
    }
    #expect(invalid.contains("@@"))
  }

  @Test func missingFiles() throws {
    let text = try difference { scratch in
      try FileManager.default.removeItem(atPath: scratch.path("out/AppKernels/Model.avx2.c"))
    }
    #expect(text.hasPrefix("--- /dev/null\n+++ generated/AppKernels/Model.avx2.c\n@@ -0,0 +1,"))
  }

  @Test func staleFiles() throws {
    let text = try difference { scratch in
      try scratch.write("out/AppKernels/Gone.c", "// Written by Adjoint 0.1 from Gone.swift.\nint x;\n")
      try scratch.write("out/AppKernels/mine.c", "int y;\n")
    }
    #expect(
      text
        == "--- committed/AppKernels/Gone.c\n+++ /dev/null\n@@ -1,2 +0,0 @@\n"
        + "-// Written by Adjoint 0.1 from Gone.swift.\n-int x;\n")
  }

  @Test func theRepository() throws {
    let run = try adjointc("verify", "Sources/Examples", in: packageRoot.path)
    #expect(run.exitCode == 0, "\(run.output.prefix(2000))\(run.errors)")
    #expect(run.output.hasPrefix("Generated is up to date"))
  }
}
