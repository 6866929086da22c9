// The build-tool plugin reads this file too: it announces generated files by name before any of them is written.

/// The base name of a model file's C. Its header must not stand before one of the C library's, on file systems that
/// ignore case too.
func nameOfC(_ base: String) -> String {
  systemHeaders.contains(base.lowercased()) ? base + "_model" : base
}

private let systemHeaders: Set<String> = [
  "adjoint_calls", "adjoint_isa", "adjoint_maps", "adjoint_math", "adjoint_object", "adjoint_slot",
  "adjoint_threads", "adjoint_vectors", "alloca", "arm_neon", "assert", "cadjoint", "complex", "cpuid", "ctype",
  "endian", "errno",
  "features", "fenv", "float",
  "immintrin", "inttypes", "iso646", "limits", "locale", "malloc", "math", "memory", "pthread", "sched", "setjmp",
  "signal", "stdalign", "stdarg", "stdatomic", "stdbit", "stdbool", "stdckdint", "stddef", "stdint", "stdio", "stdlib",
  "stdnoreturn", "string", "strings", "tgmath", "threads", "time", "uchar", "unistd", "wchar", "wctype",
]
