import Foundation
import FuzzCases

/// What libFuzzer calls for every input: the tool's whole line on it, of which nothing may be wrong.
///
///     ADJOINT_LIBFUZZER=1 swift build --sanitize fuzzer --scratch-path .build/libfuzzer --product libfuzzer
///     swift run fuzz --corpus corpus
///     .build/libfuzzer/debug/libfuzzer corpus -timeout=60 -rss_limit_mb=4096 -max_total_time=3600
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = data.map { Array(UnsafeBufferPointer(start: $0, count: size)) } ?? []
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("adjoint-libfuzzer-\(getpid())")
  do {
    if let problem = try FuzzCase(bytes, in: folder).problem { fatalError(problem) }
  } catch {
    fatalError("the case cannot be set up: \(error)")
  }
  return 0
}
