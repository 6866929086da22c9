#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// What the benchmark asks of the system, without Foundation.

/// Says why to standard error, and ends the program.
func fail(_ reason: String) -> Never {
  let bytes = Array((reason + "\n").utf8)
  _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  exit(1)
}

/// A number with so many digits behind the point.
func fixed(_ number: Double, digits: Int) -> String {
  var text = [CChar](repeating: 0, count: 400)
  let length = withVaList([Int32(digits), number]) { vsnprintf(&text, text.count, "%.*f", $0) }
  return String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// How many processors this machine has.
func processorCount() -> Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }

/// The processor as it names itself.
func processorName() -> String? {
  guard let file = fopen("/proc/cpuinfo", "r") else { return nil }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 1024)
  while fgets(&line, Int32(line.count), file) != nil {
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard text.hasPrefix("model name"), let colon = text.firstIndex(of: ":") else { continue }
    return String(text[colon...].drop { $0 == ":" || $0 == " " || $0 == "\t" }.prefix { $0 != "\n" })
  }
  return nil
}
