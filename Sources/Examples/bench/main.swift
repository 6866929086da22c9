// Measures the workloads of Models/ on generated code that is committed: see --help.

do {
  let options = try BenchOptions(CommandLine.arguments.dropFirst())
  if let workload = options.memoryOf { try printMemory(of: workload) } else { try bench(options) }
} catch is BenchOptions.Exit {
  print(BenchOptions.usage)
} catch {
  fail("bench: \(error)")
}
