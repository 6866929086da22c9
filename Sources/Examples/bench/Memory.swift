import CBench

/// Takes a thousand steps of a workload and prints the most memory that this process ever had, in bytes.
func printMemory(of id: String) throws {
  guard let (_, _, make) = workloads.first(where: { $0.id.lowercased() == id.lowercased() }) else {
    throw BenchOptions.UsageError("there is no workload '\(id)'")
  }
  make().run(1000)
  print(cbench_peak_memory())
}
